// Splits a caption into lower-case words, as the library's CaptionTokenizer does, and locates each word in the caption.

import { compose } from './composition.js';

// .NET's white space, which differs from \s in U+0085 and U+FEFF.
const whiteSpace = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/u;
const letter = /^\p{L}$/u, number = /^\p{N}$/u, mark = /^\p{M}$/u, format = /^\p{Cf}$/u;

// Thai, Lao; Burmese; Khmer; radicals to Bopomofo; Bopomofo; kana; Han (three blocks); half-width kana; kana; Han.
const withoutSpaces = [
  [0x0e00, 0x0eff], [0x1000, 0x109f], [0x1780, 0x17ff], [0x2e80, 0x312f], [0x31a0, 0x31bf], [0x31f0, 0x31ff],
  [0x3400, 0x4dbf], [0x4e00, 0x9fff], [0xf900, 0xfaff], [0xff66, 0xff9f], [0x1b000, 0x1b16f], [0x20000, 0x3ffff],
];

/**
 * Returns the words of a caption, in order.
 * @param {string} caption
 * @param {'Unicode' | 'Official' | 'Spaces'} mode
 * @returns {{word: string, start: number, end: number}[]} `start` and `end` are offsets in the caption.
 */
export function tokenize(caption, mode = 'Unicode') {
  return mode === 'Official' ? tokenizeOfficial(caption) : mode === 'Spaces' ? tokenizeAtSpaces(caption) : tokenizeUnicode(caption);
}

function tokenizeAtSpaces(caption) {
  const words = [];
  let word = null;
  let start = 0;
  for (const source of caption) {
    const end = start + source.length;
    if (whiteSpace.test(source)) {
      word = null;
    } else {
      if (!word) {
        words.push(word = { word: '', start, end });
      }

      // Malformed UTF-16 becomes the replacement character, as in the library.
      word.word += source === 'İ' ? 'i\u0307' : lower(source).toWellFormed();
      word.end = end;
    }

    start = end;
  }

  return words;
}

function tokenizeUnicode(caption) {
  const words = [];
  let word = null;
  let afterCharacterWord = false;
  const flush = () => {
    if (word) {
      words.push(word);
      word = null;
    }
  };
  const append = (character) => {
    word ??= { word: '', start: character.start, end: character.end };
    word.word += character.text;
    word.end = character.end;
  };
  for (const character of composed(caption)) {
    const { text } = character;
    if (mark.test(text)) {
      if (word) {
        append(character);
      }
    } else if (letter.test(text) && isWrittenWithoutSpaces(text.codePointAt(0))) {
      flush();
      append(character);
      afterCharacterWord = true;
    } else if (letter.test(text) || number.test(text)) {
      if (afterCharacterWord) {
        flush();
      }

      append(character);
      afterCharacterWord = false;
    } else if (!format.test(text)) {
      flush();
      afterCharacterWord = false;
    }
  }

  flush();
  return words;
}

function tokenizeOfficial(caption) {
  const words = [];
  let word = null;
  const flush = () => {
    if (word) {
      words.push(word);
      word = null;
    }
  };
  let start = 0;
  for (const source of caption) {
    const end = start + source.length;
    // Python's lower() returns two characters for this letter, the second of which ends a word.
    for (const text of source === 'İ' ? 'i\u0307' : lower(source)) {
      if (text !== '_' && !letter.test(text) && !number.test(text)) {
        flush();
      } else if (text <= '\x7f') {
        word ??= { word: '', start, end };
        word.word += text;
        word.end = end;
      }
    }

    start = end;
  }

  flush();
  return words;
}

/** Returns the characters of the lower-case caption, with letters and marks composed. */
function composed(caption) {
  const characters = [];
  let start = 0;
  for (const source of caption) {
    const end = start + source.length;
    const text = simplify(lower(source));
    const last = characters.at(-1);
    const composition = last && last.text.length === 1 && text.length === 1 ? compose(last.text, text) : null;
    if (composition) {
      last.text = composition;
      last.end = end;
    } else {
      characters.push({ text, start, end });
    }

    start = end;
  }

  return characters;
}

/** Returns the context-free lower case of a character; İ, whose lower case has two characters, stays. */
function lower(character) {
  return character === 'İ' ? character : character.toLowerCase();
}

/** Converts full-width characters, final sigma and İ to their usual forms. */
function simplify(character) {
  const code = character.charCodeAt(0);
  if (code >= 0xff01 && code <= 0xff5e) {
    return String.fromCharCode(code - 0xfee0);
  }

  return character === 'ς' ? 'σ' : character === 'İ' ? 'i' : character;
}

function isWrittenWithoutSpaces(code) {
  return withoutSpaces.some(([first, last]) => code >= first && code <= last);
}
