// The vocabulary of a model, with suggestions for unknown words: the library's Vocabulary and CaptionEncoder.

import { tokenize } from './tokenizer.js';

export class Vocabulary {
  #ids;
  #readings;

  /**
   * @param {string[]} words The index of a word is its ID; ID 0 is the end-of-caption token.
   * @param {Object<string, string>} [readings] For known words, the other words that are read as them, separated by spaces.
   */
  constructor(words, readings = {}) {
    this.words = words;
    this.#ids = new Map(words.map((word, id) => [word, id]));
    this.#readings = new Map(Object.entries(readings).flatMap(([known, others]) => others.split(' ').map((word) => [word, known])));
  }

  /** Returns the ID of a word, or 0 if it is unknown. */
  idOf(word) {
    return this.#ids.get(word) ?? 0;
  }

  /** Returns the known word that another word is read as, or undefined if there is none. */
  readingOf(word) {
    return this.#readings.get(word);
  }

  /** Returns the known words with a prefix, the most frequent first. */
  startingWith(prefix, limit = 8) {
    return this.words.slice(1).filter((word) => word.startsWith(prefix)).slice(0, limit);
  }

  /**
   * Returns the known words nearest to an unknown one: by edit distance (at most a third of the word's length), then by the longest
   * common prefix, then by frequency. Words of more than 64 characters have none.
   */
  nearest(word, count = 3) {
    if (word.length > 64) {
      return [];
    }

    const limit = word.length === 1 ? 0 : Math.max(1, Math.floor(word.length / 3));
    const near = [];
    for (let id = 1; id < this.words.length; id++) {
      const known = this.words[id];
      if (Math.abs(known.length - word.length) <= limit) {
        const distance = editDistance(word, known);
        if (distance <= limit && distance < known.length) {
          near.push({ distance, prefix: commonPrefix(word, known), id });
        }
      }
    }

    near.sort((a, b) => a.distance - b.distance || b.prefix - a.prefix || a.id - b.id);
    return near.slice(0, count).map(({ id }) => this.words[id]);
  }
}

/**
 * Encodes a caption as word IDs: reads unknown words as known ones where the model says so, skips the others, and keeps the first
 * `maxWords` known ones.
 * @returns {{ids: number[], words: string[], readings: {word: string, known: string}[], unknown: string[], truncated: boolean}}
 */
export function encodeCaption(caption, vocabulary, { mode, maxWords }) {
  const ids = [], words = [], readings = [], unknown = [];
  let truncated = false;
  for (const { word } of tokenize(caption, mode)) {
    const known = vocabulary.idOf(word) === 0 ? vocabulary.readingOf(word) ?? word : word;
    const id = vocabulary.idOf(known);
    if (id === 0) {
      if (!unknown.includes(word)) {
        unknown.push(word);
      }
    } else if (ids.length < maxWords) {
      ids.push(id);
      words.push(known);
      if (known !== word && !readings.some((reading) => reading.word === word)) {
        readings.push({ word, known });
      }
    } else {
      truncated = true;
    }
  }

  return { ids, words, readings, unknown, truncated };
}

/** Returns the optimal string alignment distance: insertions, deletions, substitutions and transpositions of adjacent letters. */
export function editDistance(first, second) {
  let beforePrevious = [], previous = Array.from({ length: second.length + 1 }, (_, j) => j), current = [];
  for (let i = 1; i <= first.length; i++) {
    current = [i];
    for (let j = 1; j <= second.length; j++) {
      let best = Math.min(
        previous[j - 1] + (first[i - 1] === second[j - 1] ? 0 : 1), previous[j] + 1, current[j - 1] + 1);
      if (i > 1 && j > 1 && first[i - 1] === second[j - 2] && first[i - 2] === second[j - 1]) {
        best = Math.min(best, beforePrevious[j - 2] + 1);
      }

      current.push(best);
    }

    [beforePrevious, previous] = [previous, current];
  }

  return previous[second.length];
}

function commonPrefix(first, second) {
  let length = 0;
  while (length < first.length && length < second.length && first[length] === second[length]) {
    length++;
  }

  return length;
}
