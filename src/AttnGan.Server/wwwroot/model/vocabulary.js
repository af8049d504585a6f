// The words that a model knows, and what a reader may have meant by another one: as the library's Vocabulary and CaptionEncoder.

import { tokenize } from './tokenizer.js';

export class Vocabulary {
  #ids;

  /** @param {string[]} words A word's number is its place; number 0 ends captions. */
  constructor(words) {
    this.words = words;
    this.#ids = new Map(words.map((word, id) => [word, id]));
  }

  /** The number of a word; 0 where it is not known. */
  idOf(word) {
    return this.#ids.get(word) ?? 0;
  }

  /** Known words that begin so, the most frequent first. */
  startingWith(prefix, limit = 8) {
    return this.words.slice(1).filter((word) => word.startsWith(prefix)).slice(0, limit);
  }

  /**
   * Known words near an unknown one: fewest letters inserted, dropped, changed or swapped (at most a third of the word's length),
   * then the longest common beginning, then the most frequent.
   */
  nearest(word, count = 3) {
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
 * A caption as the numbers that a model reads: unknown words are left out, and of those that stay the first `maxWords` are read.
 * @returns {{ids: number[], words: string[], unknown: string[], truncated: boolean}}
 */
export function encodeCaption(caption, vocabulary, { mode, maxWords }) {
  const ids = [], words = [], unknown = [];
  let truncated = false;
  for (const { word } of tokenize(caption, mode)) {
    const id = vocabulary.idOf(word);
    if (id === 0) {
      if (!unknown.includes(word)) {
        unknown.push(word);
      }
    } else if (ids.length < maxWords) {
      ids.push(id);
      words.push(word);
    } else {
      truncated = true;
    }
  }

  return { ids, words, unknown, truncated };
}

/** Optimal string alignment: letters inserted, dropped, changed or swapped with their neighbor. */
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
