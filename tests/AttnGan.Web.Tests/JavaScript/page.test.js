import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inflateSync } from 'node:zlib';
import { colorAt, overlay, placeRange, wordsAt } from '../../../src/AttnGan.Server/wwwroot/page/heatmap.js';
import { readHash, writeHash } from '../../../src/AttnGan.Server/wwwroot/page/link.js';
import { describePng, encodePng, imageName } from '../../../src/AttnGan.Server/wwwroot/page/png.js';
import { readSeed, seedsFrom } from '../../../src/AttnGan.Server/wwwroot/page/seed.js';
import { golden } from './golden.js';

test('heat maps are those of the library', () => {
  const { size, image, map, overlay: expected } = golden.heatMap;
  const rgba = Uint8ClampedArray.from({ length: size * size * 4 }, (_, i) => (i % 4 === 3 ? 255 : image[Math.floor(i / 4) * 3 + i % 4]));
  const actual = overlay(rgba, size, Uint8Array.from(map));
  assert.equal(expected.length, size * size * 3);
  expected.forEach((target, i) => {
    const value = actual[Math.floor(i / 3) * 4 + i % 3];
    assert.ok(Math.abs(value - target) <= 1, `${value} instead of ${target} at ${i}`);
  });
  assert.deepEqual(colorAt(0), [0, 0, 4]);
  assert.deepEqual(colorAt(1), [0xfc, 0xff, 0xa4]);
});

test('a place lists the words that it attends to', () => {
  const map = (at) => Uint8Array.from({ length: 16 }, (_, i) => (i === at ? 255 : 0));
  const attention = {
    size: 4, maps: [map(0), map(5), new Uint8Array(16).fill(255)], scales: [0.9, 0.8, 0.1],
    topWords: [{ index: 2, word: 'c' }, { index: 0, word: 'a' }, { index: 1, word: 'b' }],
  };
  const here = wordsAt(attention, { x: 1.5 / 4, y: 1.5 / 4 });
  assert.deepEqual(here.map(({ word }) => word), ['b', 'c', 'a']);
  assert.ok(Math.abs(here[0].weight - 8 / 9) < 1e-12);
  assert.ok(Math.abs(here.reduce((sum, { weight }) => sum + weight, 0) - 1) < 1e-12);
  assert.deepEqual(wordsAt({ ...attention, maps: attention.maps.map(() => new Uint8Array(16)) }, { x: 0, y: 0 }).map(({ weight }) => weight),
    [1 / 3, 1 / 3, 1 / 3], 'without attention all words have equal shares');
});

test('a place is an eighth of the image and stays within it', () => {
  assert.deepEqual(placeRange(0.5, 32), { first: 14, last: 17, width: 4 });
  assert.deepEqual(placeRange(0, 32), { first: 0, last: 3, width: 4 });
  assert.deepEqual(placeRange(1, 16), { first: 14, last: 15, width: 2 });
  assert.deepEqual(placeRange(0.99, 4), { first: 3, last: 3, width: 1 });
});

test('a PNG file contains the pixels and the metadata once', async () => {
  const size = 3;
  const rgba = Uint8ClampedArray.from({ length: size * size * 4 }, (_, i) => (i % 4 === 3 ? 255 : i * 7));
  const plain = await encodePng(rgba, size);
  const described = describePng(plain, { caption: 'a <red> & "blue"\u0001 ♥ heart', seed: 42, model: 'emoji', software: 'AttnGan 1' });
  const text = Buffer.from(described).toString('utf8');
  assert.ok(text.includes('a &#60;red&#62; &#38; "blue" ♥ heart</rdf:li>'), 'escaped, without the control character');
  assert.ok(text.includes('<attngan:Seed>42</attngan:Seed>'));
  assert.ok(!text.includes('Readings') && !text.includes('Style'));
  const read = describePng(plain, { caption: 'a puppy', seed: 1, style: 'ink & wash', model: 'm', software: 's', readings: 'puppy, read as <dog>' });
  assert.ok(Buffer.from(read).toString('utf8').includes('<attngan:Readings>puppy, read as &#60;dog&#62;</attngan:Readings>'));
  assert.ok(Buffer.from(read).toString('utf8').includes('<attngan:Style>ink &#38; wash</attngan:Style>'));
  assert.deepEqual(describePng(described, { caption: 'x', seed: 1, model: 'y', software: 'z' }), described);

  const at = Buffer.from(plain).indexOf('IDAT');
  const rows = inflateSync(Buffer.from(plain.subarray(at + 4, at + 4 + new DataView(plain.buffer).getUint32(at - 4))));
  for (let i = 0; i < size * size * 3; i++) {
    const [y, x, c] = [Math.floor(i / (3 * size)), Math.floor(i / 3) % size, i % 3];
    assert.equal(rows[y * (1 + 3 * size) + 1 + 3 * x + c], rgba[4 * (y * size + x) + c]);
  }
});

test('file names are those of the command line', () => {
  assert.equal(imageName('A red, HEART!', 42), 'a-red-heart-s42.png');
  assert.equal(imageName('!?', 1), 'image-s1.png');
  assert.ok(Buffer.byteLength(imageName('心'.repeat(900), 1)) < 200);
});

test('a link restores its state', () => {
  const state = { caption: 'a "red" heart & más #1+2', seed: 2147483646, style: 'ink & wash', model: 'emoji', truncation: 0.75 };
  assert.deepEqual(readHash(writeHash(state)), state);
  assert.deepEqual(readHash(writeHash({ ...state, style: undefined, model: null, truncation: Infinity })), { caption: state.caption, seed: state.seed });
});

test('invalid values of a link are ignored', () => {
  assert.deepEqual(readHash('#caption=x&seed=one&truncation=-2'), { caption: 'x' });
  assert.deepEqual(readHash('#seed=9007199254740993'), {});
  assert.deepEqual(readHash(''), {});
  assert.equal(readHash(`#caption=${'x'.repeat(5000)}`).caption.length, 500);
  assert.equal(readSeed('1.5'), null);
  assert.equal(readSeed('9007199254740991'), Number.MAX_SAFE_INTEGER);
  assert.equal(readSeed('-3'), -3);
});

test('a caption of a link is cut between characters as readers see them', () => {
  const family = '👨\u200d👩\u200d👧';
  for (const [character, count] of [['é', 500], ['e\u0301', 250], ['😀', 250], [family, Math.floor(500 / family.length)], ['🇩🇪', 125]]) {
    const { caption } = readHash(`#${new URLSearchParams({ caption: character.repeat(600) })}`);
    assert.equal(caption, character.repeat(count));
  }

  assert.equal(readHash(`#${new URLSearchParams({ caption: `${'x'.repeat(499)}😀` })}`).caption, 'x'.repeat(499));
});

test('thumbnails have different seeds up to the largest', () => {
  const last = Number.MAX_SAFE_INTEGER;
  assert.deepEqual(seedsFrom(5, 3), [5, 6, 7]);
  assert.deepEqual(seedsFrom(-1, 3), [-1, 0, 1]);
  assert.deepEqual(seedsFrom(last, 3), [last - 2, last - 1, last]);
  assert.deepEqual(seedsFrom(last - 2, 3), [last - 2, last - 1, last]);
  assert.deepEqual(seedsFrom(5, 3, 9), [9, 5, 6]);
  assert.deepEqual(seedsFrom(5, 3, 6), [6, 5, 7]);
  assert.deepEqual(seedsFrom(last, 4, last - 1), [last - 1, last - 3, last - 2, last]);
});
