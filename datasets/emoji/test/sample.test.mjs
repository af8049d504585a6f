import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { collect } from '../images.mjs';

const SAMPLE = new URL('../../sample/', import.meta.url);
const linesOf = (file) => readFileSync(new URL(file, SAMPLE), 'utf8').trim().split('\n');

test('the recipe still builds the bundled sample', () => {
  const { images, split } = collect('sample', 1);
  const bundled = linesOf('metadata.jsonl').map((line) => JSON.parse(line));
  assert.deepEqual(
    images.map(({ file_name, captions, class: className, thing }) => ({ file_name, captions, className, thing })),
    bundled.map(({ file_name, captions, class: className, thing }) => ({ file_name, captions, className, thing })),
  );
  for (const [name, list] of Object.entries(split)) {
    assert.deepEqual(list.map((image) => image.file_name), linesOf(`${name}.txt`));
  }
});

test('emoji that differ only in color show one thing', () => {
  const { images } = collect('sample', 1);
  const hearts = images.filter((image) => /^(a|an) \w+ heart$/.test(image.captions[0]));
  assert.ok(new Set(hearts.map((image) => image.emoji)).size > 2);
  assert.deepEqual([...new Set(hearts.map((image) => image.thing))], ['heart']);
});
