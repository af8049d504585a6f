import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { tokenize } from '../../../src/AttnGan.Server/wwwroot/model/tokenizer.js';
import { editDistance, encodeCaption, Vocabulary } from '../../../src/AttnGan.Server/wwwroot/model/vocabulary.js';
import { locate } from '../../../src/AttnGan.Server/wwwroot/page/caption.js';
import { golden } from './golden.js';

const words = (caption, mode) => tokenize(caption, mode).map(({ word }) => word);
const vocabulary = new Vocabulary(golden.vocabulary, golden.readings);

test('captions are split into words as in the library', () => {
  assert.ok(golden.captions.length > 40);
  for (const { mode, caption, words: expected } of golden.captions) {
    assert.deepEqual(words(caption, mode), expected, `${mode}: ${JSON.stringify(caption)}`);
  }
});

test('letters and marks are composed as in the library', () => {
  assert.ok(golden.compositions.length >= 38);
  for (const { mark, letters, checksum } of golden.compositions) {
    const caption = letters
      .map((range) => range.map((letter) => letter.charCodeAt(0)))
      .flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => String.fromCharCode(first + i)))
      .map((letter) => letter + mark).join(' ');
    assert.equal(createHash('sha256').update(words(caption).join(' ')).digest('hex'), checksum, `U+${mark.charCodeAt(0).toString(16)}`);
  }
});

test('words are located in the caption', () => {
  for (const caption of ['A  RED, heart!', 'cafe\u0301 İstanbul 猫と犬', '👍 x\u00ady Ｗｉｄｅ', 'ein Ἀ\u0345 ςας']) {
    for (const mode of ['Unicode', 'Official', 'Spaces']) {
      for (const { word, start, end } of tokenize(caption, mode)) {
        assert.deepEqual(words(caption.slice(start, end), mode), [word], `${mode}: ${JSON.stringify(caption)} ${start} to ${end}`);
      }
    }
  }
});

test('suggestions are those of the library', () => {
  assert.ok(golden.nearest.length > 20);
  for (const { word, suggestions } of golden.nearest) {
    assert.deepEqual(vocabulary.nearest(word), suggestions, word);
  }
});

test('words with a prefix are sorted by frequency', () => {
  const found = vocabulary.startingWith('hea', 3);
  assert.equal(found[0], 'heart');
  assert.ok(found.every((word) => word.startsWith('hea')));
  assert.ok(!vocabulary.startingWith('', 5000).includes('<end>'));
});

test('captions have the word IDs of the library', () => {
  for (const { caption, maxWords, ids, words: known, readings, unknown, truncated } of golden.encoded) {
    assert.deepEqual(
      encodeCaption(caption, vocabulary, { mode: 'Unicode', maxWords }), { ids, words: known, readings, unknown, truncated }, caption);
  }

  assert.ok(golden.encoded.some(({ readings }) => readings.length === 3));
});

test('a model without a table reads no word as another one', () => {
  const { readings, unknown } = encodeCaption('a puppy', new Vocabulary(golden.vocabulary), { mode: 'Unicode', maxWords: 4 });
  assert.deepEqual([readings, unknown], [[], ['puppy']]);
});

test('a transposition of adjacent letters is one edit', () => {
  assert.equal(editDistance('haert', 'heart'), 1);
  assert.equal(editDistance('', 'abc'), 3);
  assert.equal(editDistance('same', 'same'), 0);
});

test('each word of a caption is located with its kind', () => {
  assert.deepEqual(locate('A Red zzz star here', ['a', 'red', 'star'], ['zzz']).map(({ text, kind, index }) => [text, kind, index]), [
    ['A', 'known', 0], ['Red', 'known', 1], ['zzz', 'unknown', undefined], ['star', 'known', 2], ['here', 'truncated', undefined],
  ]);
  assert.deepEqual(locate('Café', ['caf'], []), [{ text: 'Caf', kind: 'known', index: 0 }], 'the official tokenizer drops the é');
  assert.deepEqual(
    locate('A Puppy zzz', ['a', 'dog'], ['zzz'], [{ word: 'puppy', known: 'dog' }]).map(({ text, kind, index }) => [text, kind, index]),
    [['A', 'known', 0], ['Puppy', 'known', 1], ['zzz', 'unknown', undefined]]);
  assert.deepEqual(locate('something else', ['a', 'star'], ['zzz']).map(({ text }) => text), ['a', 'star', 'zzz']);
});
