import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gloveLines } from '../words/vectors.mjs';

test('vectors are written by frequency, without their other numbers, and words with spaces are left out', () => {
  const model = { dimensions: 2, wordIndex: 3, vectors: { dog: [0.5, -1, 9, 2], the: [0.25, 3, 9, 0], 'new york': [1, 1, 9, 1] } };
  assert.deepEqual([...gloveLines(model)], ['the 0.25 3\n', 'dog 0.5 -1\n']);
});
