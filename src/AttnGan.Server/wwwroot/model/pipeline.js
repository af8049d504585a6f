// Generates images from captions, as the library's TextToImagePipeline does. It knows neither the page nor the worker: the networks
// are passed in.

import { conditioningStream, latentStream, logarithm, normals } from './noise.js';
import { encodeCaption, Vocabulary } from './vocabulary.js';

/**
 * @typedef {{encode(ids: number[]): Promise<{words: Float32Array, sentence: Float32Array}>,
 *   generate(inputs: GeneratorInputs, options: StageOptions): Promise<Outputs | null>}} Networks
 *   `words` (T, D). Null if the request is no longer active.
 * @typedef {{images: Float32Array[], attention: Float32Array[]}} Outputs
 *   `images` (3, S, S) in [-1, 1] of each stage; `attention` (T, s, s) of each refinement stage.
 * @typedef {{size?: number, onStage?: (outputs: Outputs) => void, isActive?: () => Promise<boolean>}} StageOptions
 *   `size`: the stage to stop after; `onStage`: called with the stages so far, as soon as another one is computed, but for the last.
 * @typedef {{words: Float32Array, bias: Float32Array, sentence: Float32Array, noise: Float32Array,
 *   conditionNoise: Float32Array}} GeneratorInputs
 *   `words` (T, D); `bias` (T), added to the attention scores of each word; `sentence` (D).
 */

/** Thrown when no word of a caption is known. */
export class NoKnownWordError extends Error {
  constructor(unknownWords) {
    super(unknownWords.length === 0
      ? 'The caption contains no words; describe the image to generate.'
      : 'The model knows no word of the caption.');
    this.unknownWords = unknownWords;
  }
}

export class Pipeline {
  #networks;
  #features = new Map();

  /** @param {object} model model.json @param {Networks} networks */
  constructor(model, networks) {
    this.model = model;
    this.vocabulary = new Vocabulary(model.vocabulary, model.readings);
    this.#networks = networks;
  }

  /**
   * @param {{caption: string, seed: number, size?: number, truncation?: number, attention?: boolean, stages?: boolean}} request
   * @param {{onStage?: (image: object) => void, isActive?: () => Promise<boolean>}} [events]
   * @returns {Promise<object | null>} Null if the request is no longer active.
   */
  async generate({ caption, seed, size, truncation = Infinity, attention = false, stages = false }, { onStage, isActive } = {}) {
    const encoded = this.#encode(caption);
    const describe = (outputs) => this.#describe(encoded, seed, outputs, attention, stages);
    const outputs = await this.#networks.generate(await this.#inputs(encoded, seed, truncation), {
      size, isActive, onStage: onStage && stages ? (sofar) => onStage(describe(sofar)) : undefined,
    });
    return outputs && describe(outputs);
  }

  /** Generates one frame of an interpolation; its first and last frame are the two images. */
  async interpolate({ from, to, frame, frames, truncation = Infinity, attention = false, stages = false }) {
    const first = this.#encode(from.caption), last = this.#encode(to.caption);
    const start = await this.#inputs(first, from.seed, truncation);
    const end = await this.#inputs(last, to.seed, truncation);
    if (frame === 0) {
      return this.#generateFrom(first, from.seed, start, attention, stages);
    }

    if (frame === frames - 1) {
      return this.#generateFrom(last, to.seed, end, attention, stages);
    }

    const sameWords = first.ids.join() === last.ids.join();
    const both = sameWords ? first : {
      caption: `${first.caption} → ${last.caption}`,
      words: [...first.words, ...last.words],
      readings: [...first.readings, ...last.readings.filter(({ word }) => !first.readings.some((reading) => reading.word === word))],
      unknown: [...new Set([...first.unknown, ...last.unknown])],
      truncated: first.truncated || last.truncated,
    };
    return this.#generateFrom(both, from.seed, interpolate(start, end, Math.fround(frame / (frames - 1)), sameWords), attention, stages);
  }

  /** Adds suggestions to unknown words. */
  suggest(words) {
    return words.map((word) => ({ word, suggestions: this.vocabulary.nearest(word) }));
  }

  #encode(caption) {
    const encoded = { caption, ...encodeCaption(caption, this.vocabulary, this.model.tokenizer) };
    if (encoded.ids.length === 0) {
      throw new NoKnownWordError(this.suggest(encoded.unknown));
    }

    return encoded;
  }

  async #inputs({ ids }, seed, truncation) {
    const key = ids.join();
    if (!this.#features.has(key)) {
      // Captions grow letter by letter, so most of them are not needed again.
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

  async #generateFrom(encoded, seed, inputs, attention, stages) {
    return this.#describe(encoded, seed, await this.#networks.generate(inputs), attention, stages);
  }

  #describe(encoded, seed, outputs, attention, stages) {
    const sizes = this.model.stageSizes.slice(0, outputs.images.length);
    const selected = stages ? sizes : sizes.slice(-1);
    return {
      caption: encoded.caption,
      seed,
      words: encoded.words,
      readings: encoded.readings,
      unknownWords: this.suggest(encoded.unknown),
      truncated: encoded.truncated,
      stages: selected.map((size) => ({ size, rgba: toPixels(outputs.images[sizes.indexOf(size)], size) })),
      attention: attention ? outputs.attention.map((weights, i) => summarize(weights, i + 2, encoded.words)) : [],
    };
  }
}

/** Interpolates between the inputs of two images, as the library's LatentInterpolation does. `share` is that of `to`, in (0, 1). */
export function interpolate(from, to, share, sameWords) {
  return {
    words: sameWords ? from.words : concat(from.words, to.words),
    bias: sameWords ? from.bias : concat(
      from.bias.map((bias) => bias + logarithm(1 - share)), to.bias.map((bias) => bias + logarithm(share))),
    sentence: from.sentence.map((value, i) => value * (1 - share) + to.sentence[i] * share),
    noise: spherical(from.noise, to.noise, share),
    conditionNoise: spherical(from.conditionNoise, to.conditionNoise, share),
  };
}

/** Interpolates linearly, and rescales to the interpolated length of both ends: shorter noise gives washed-out images. */
function spherical(from, to, share) {
  const mixed = from.map((value, i) => value * (1 - share) + to[i] * share);
  const length = norm(mixed);
  const target = norm(from) * (1 - share) + norm(to) * share;
  return length > 0 ? mixed.map((value) => value * (target / length)) : mixed;
}

function norm(values) {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

function concat(first, second) {
  const whole = new Float32Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}

/** Converts (3, S, S) in [-1, 1] to (S, S, 4) bytes. */
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

/** Returns a stage's attention in the form of the REST API: one byte per weight, 255 for the largest weight of each map. */
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
