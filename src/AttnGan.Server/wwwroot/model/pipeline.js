// Draws images from captions with the two halves of a model package, as the library's TextToImagePipeline does. Knows nothing of
// pages or workers: what runs the networks is given to it.

import { conditioningStream, latentStream, logarithm, normals } from './noise.js';
import { encodeCaption, Vocabulary } from './vocabulary.js';

/**
 * @typedef {{encode(ids: number[]): Promise<{words: Float32Array, sentence: Float32Array}>,
 *   draw(sketch: Sketch): Promise<{images: Float32Array[], attention: Float32Array[]}>}} Networks
 *   `words` (T, D), one word after the other; images (3, S, S) in [-1, 1], of each stage; attention (T, s, s), of each refinement.
 * @typedef {{words: Float32Array, bias: Float32Array, sentence: Float32Array, noise: Float32Array, conditionNoise: Float32Array}} Sketch
 */

/** No word of the caption is known. */
export class UnknownCaption extends Error {
  constructor(unknownWords) {
    super(unknownWords.length === 0 ? 'The caption has no words; say what to draw.' : 'The model knows no word of the caption.');
    this.unknownWords = unknownWords;
  }
}

export class Pipeline {
  #networks;
  #features = new Map();

  /** @param {object} model model.json @param {Networks} networks */
  constructor(model, networks) {
    this.model = model;
    this.vocabulary = new Vocabulary(model.vocabulary);
    this.#networks = networks;
  }

  /** @param {{caption: string, seed: number, truncation?: number, attention?: boolean, stages?: boolean}} request */
  async draw({ caption, seed, truncation = Infinity, attention = false, stages = false }) {
    const encoded = this.#read(caption);
    return this.#finish(encoded, seed, await this.#sketch(encoded, seed, truncation), attention, stages);
  }

  /** One frame of the way from one image to another; frame 0 and the last one are these images. */
  async between({ from, to, frame, frames, truncation = Infinity, attention = false, stages = false }) {
    const first = this.#read(from.caption), last = this.#read(to.caption);
    const start = await this.#sketch(first, from.seed, truncation);
    const end = await this.#sketch(last, to.seed, truncation);
    if (frame === 0) {
      return this.#finish(first, from.seed, start, attention, stages);
    }

    if (frame === frames - 1) {
      return this.#finish(last, to.seed, end, attention, stages);
    }

    const sameWords = first.ids.join() === last.ids.join();
    const both = sameWords ? first : {
      caption: `${first.caption} → ${last.caption}`,
      words: [...first.words, ...last.words],
      unknown: [...new Set([...first.unknown, ...last.unknown])],
      truncated: first.truncated || last.truncated,
    };
    return this.#finish(both, from.seed, mix(start, end, Math.fround(frame / (frames - 1)), sameWords), attention, stages);
  }

  /** Unknown words with what may have been meant. */
  suggest(words) {
    return words.map((word) => ({ word, suggestions: this.vocabulary.nearest(word) }));
  }

  #read(caption) {
    const encoded = { caption, ...encodeCaption(caption, this.vocabulary, this.model.tokenizer) };
    if (encoded.ids.length === 0) {
      throw new UnknownCaption(this.suggest(encoded.unknown));
    }

    return encoded;
  }

  async #sketch({ ids }, seed, truncation) {
    const key = ids.join();
    if (!this.#features.has(key)) {
      // Captions grow letter by letter: most of them are never asked for again.
      if (this.#features.size >= 64) {
        this.#features.clear();
      }

      this.#features.set(key, await this.#networks.encode(ids));
    }

    const { words, sentence } = this.#features.get(key);
    return {
      words,
      sentence,
      bias: new Float32Array(words.length / sentence.length),
      noise: normals(seed, latentStream, this.model.noise, truncation),
      conditionNoise: normals(seed, conditioningStream, this.model.condition, truncation),
    };
  }

  async #finish(encoded, seed, sketch, attention, stages) {
    const drawn = await this.#networks.draw(sketch);
    const sizes = this.model.stageSizes;
    const shown = stages ? sizes : sizes.slice(-1);
    return {
      caption: encoded.caption,
      seed,
      words: encoded.words,
      unknownWords: this.suggest(encoded.unknown),
      truncated: encoded.truncated,
      stages: shown.map((size) => ({ size, rgba: toPixels(drawn.pictures[sizes.indexOf(size)], size) })),
      attention: attention ? drawn.attention.map((weights, i) => summarize(weights, i + 2, encoded.words)) : [],
    };
  }
}

/** What is between two sketches: the library's Sketch.Mix. */
export function mix(from, to, part, sameWords) {
  return {
    words: sameWords ? from.words : join(from.words, to.words),
    bias: sameWords ? from.bias : join(
      from.bias.map((bias) => bias + logarithm(1 - part)), to.bias.map((bias) => bias + logarithm(part))),
    sentence: from.sentence.map((value, i) => value * (1 - part) + to.sentence[i] * part),
    noise: alongSphere(from.noise, to.noise, part),
    conditionNoise: alongSphere(from.conditionNoise, to.conditionNoise, part),
  };
}

/** A straight line, pushed out to the length between those of its ends: shorter noise draws washed-out images. */
function alongSphere(from, to, part) {
  const mixed = from.map((value, i) => value * (1 - part) + to[i] * part);
  const length = norm(mixed);
  const wanted = norm(from) * (1 - part) + norm(to) * part;
  return length > 0 ? mixed.map((value) => value * (wanted / length)) : mixed;
}

function norm(values) {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

function join(first, second) {
  const joined = new Float32Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}

/** (3, S, S) in [-1, 1] to (S, S, 4) bytes. */
function toPixels(planes, size) {
  const pixels = size * size;
  const rgba = new Uint8ClampedArray(4 * pixels).fill(255);
  for (let color = 0; color < 3; color++) {
    for (let i = 0; i < pixels; i++) {
      rgba[4 * i + color] = (planes[color * pixels + i] + 1) * 127.5;
    }
  }

  return rgba;
}

/** A stage's attention as the REST API gives it: a byte a weight, the largest of a word's map being 255. */
function summarize(weights, stage, words) {
  const pixels = weights.length / words.length;
  const maps = [], scales = [], sums = [];
  for (let word = 0; word < words.length; word++) {
    const map = weights.subarray(word * pixels, (word + 1) * pixels);
    const scale = map.reduce((largest, weight) => Math.max(largest, weight), 0);
    scales.push(scale);
    sums.push(map.reduce((sum, weight) => sum + weight, 0));
    maps.push(Uint8Array.from(map, (weight) => (scale > 0 ? Math.round(weight / scale * 255) : 0)));
  }

  const total = sums.reduce((sum, value) => sum + value, 0);
  const topWords = words
    .map((word, index) => ({ index, word, weight: total > 0 ? sums[index] / total : 1 / words.length }))
    .sort((a, b) => b.weight - a.weight || a.index - b.index);
  return { stage, size: Math.sqrt(pixels), topWords, maps, scales };
}
