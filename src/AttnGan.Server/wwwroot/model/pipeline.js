// Generates images from captions, as the library's TextToImagePipeline does. It knows neither the page nor the worker: the networks
// are passed in.

import { conditioningStream, latentNoise, logarithm, normals, styleOf } from './noise.js';
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
 *   `words` (T, D); `bias` (T), added to the attention scores of each word; `sentence` (D); `noise` (Z + styles).
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
    this.styles = model.styles ?? [];
    this.#networks = networks;
  }

  /**
   * @param {{caption: string, seed: number, style?: string, size?: number, truncation?: number, attention?: boolean,
   *   stages?: boolean}} request `style`: one of the model's styles; undefined for the one that the seed chooses.
   * @param {{onStage?: (image: object) => void, isActive?: () => Promise<boolean>}} [events]
   * @returns {Promise<object | null>} Null if the request is no longer active.
   */
  async generate({ caption, seed, style, size, truncation, attention = false, stages = false }, { onStage, isActive } = {}) {
    const encoded = this.#encode(caption);
    const image = await this.#prepare(encoded, seed, style, truncation);
    const describe = (outputs) => this.#describe(image, outputs, attention, stages);
    const outputs = await this.#networks.generate(image.inputs, {
      size, isActive, onStage: onStage && stages ? (sofar) => onStage(describe(sofar)) : undefined,
    });
    return outputs && describe(outputs);
  }

  /** Generates one frame of an interpolation; its first and last frame are the two images. */
  async interpolate({ from, to, frame, frames, style, truncation, attention = false, stages = false }) {
    const [one, other] = [this.#encode(from.caption), this.#encode(to.caption)];
    const first = await this.#prepare(one, from.seed, style, truncation);
    const last = await this.#prepare(other, to.seed, style, truncation);
    const image = frame === 0 ? first
      : frame === frames - 1 ? last
      : this.#between(first, last, Math.fround(frame / (frames - 1)));
    return this.#describe(image, await this.#networks.generate(image.inputs), attention, stages);
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

  /** Returns an image with its inputs, before its networks run. */
  async #prepare(encoded, seed, style, truncation = Infinity) {
    const { noise, condition } = this.model;
    const count = this.styles.length;
    const index = style === undefined ? null : this.styles.indexOf(style);
    if (index === -1) {
      throw new RangeError(`The model has no style “${style}”.`);
    }

    const { words, sentence } = await this.#featuresOf(encoded);
    return {
      encoded,
      seed,
      style: count > 0 ? this.styles[index ?? styleOf(seed, count)] : null,
      inputs: {
        words,
        sentence,
        bias: new Float32Array(words.length / sentence.length),
        noise: latentNoise(seed, noise, count, index, truncation),
        conditionNoise: normals(seed, conditioningStream, condition, truncation),
      },
    };
  }

  /** Returns the frame between two images. */
  #between({ encoded: first, ...from }, { encoded: last, ...to }, share) {
    const sameWords = first.ids.join() === last.ids.join();
    const both = sameWords ? first : {
      caption: `${first.caption} → ${last.caption}`,
      words: [...first.words, ...last.words],
      readings: [...first.readings, ...last.readings.filter(({ word }) => !first.readings.some((reading) => reading.word === word))],
      unknown: [...new Set([...first.unknown, ...last.unknown])],
      truncated: first.truncated || last.truncated,
    };
    return {
      encoded: both,
      seed: from.seed,
      style: from.style === to.style ? from.style : null,
      inputs: interpolate(from.inputs, to.inputs, share, sameWords, this.model.noise),
    };
  }

  async #featuresOf({ ids }) {
    const key = ids.join();
    if (!this.#features.has(key)) {
      // Captions grow letter by letter, so most of them are not needed again.
      if (this.#features.size >= 64) {
        this.#features.clear();
      }

      this.#features.set(key, await this.#networks.encode(ids));
    }

    return this.#features.get(key);
  }

  #describe({ encoded, seed, style }, outputs, attention, stages) {
    const sizes = this.model.stageSizes.slice(0, outputs.images.length);
    const selected = stages ? sizes : sizes.slice(-1);
    return {
      caption: encoded.caption,
      seed,
      style,
      words: encoded.words,
      readings: encoded.readings,
      unknownWords: this.suggest(encoded.unknown),
      truncated: encoded.truncated,
      stages: selected.map((size) => ({ size, rgba: toPixels(outputs.images[sizes.indexOf(size)], size) })),
      attention: attention ? outputs.attention.map((weights, i) => summarize(weights, i + 2, encoded.words)) : [],
    };
  }
}

/**
 * Interpolates between the inputs of two images, as the library's LatentInterpolation does. `share` is that of `to`, in (0, 1); `width`
 * is that of z, which the style follows.
 */
export function interpolate(from, to, share, sameWords, width) {
  return {
    words: sameWords ? from.words : concat(from.words, to.words),
    bias: sameWords ? from.bias : concat(
      from.bias.map((bias) => bias + logarithm(1 - share)), to.bias.map((bias) => bias + logarithm(share))),
    sentence: linear(from.sentence, to.sentence, share),
    noise: concat(
      spherical(from.noise.subarray(0, width), to.noise.subarray(0, width), share),
      linear(from.noise.subarray(width), to.noise.subarray(width), share)),
    conditionNoise: spherical(from.conditionNoise, to.conditionNoise, share),
  };
}

function linear(from, to, share) {
  return from.map((value, i) => value * (1 - share) + to[i] * share);
}

/** Interpolates linearly, and rescales to the interpolated length of both ends: shorter noise gives washed-out images. */
function spherical(from, to, share) {
  const mixed = linear(from, to, share);
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
