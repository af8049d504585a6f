import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inverseNormal, latentNoise, logarithm, normals, styleOf } from '../../../src/AttnGan.Server/wwwroot/model/noise.js';
import { golden } from './golden.js';

test('the values of a seed are those of the library, bit for bit', () => {
  assert.ok(golden.noise.length > 10);
  for (const { seed, stream, truncation, bits } of golden.noise) {
    const values = normals(BigInt(seed), stream, bits.length, truncation ?? Infinity);
    assert.deepEqual([...new Uint32Array(values.buffer)], bits, `seed ${seed}, stream ${stream}, truncation ${truncation}`);
  }
});

test('the style of a seed and the input with it are those of the library', () => {
  assert.ok(golden.styles.length > 10);
  for (const { seed, styles, style, bits } of golden.styles) {
    assert.equal(styleOf(BigInt(seed), styles), style, `seed ${seed}, ${styles} styles`);
    const input = latentNoise(BigInt(seed), bits.length - styles, styles);
    assert.deepEqual([...new Uint32Array(input.buffer)], bits, `seed ${seed}, ${styles} styles`);
  }
});

test('a style can be chosen, and does not change z', () => {
  const [chosen, plain] = [latentNoise(5, 4, 3, 1, 0.5), latentNoise(5, 4, 0, null, 0.5)];
  assert.deepEqual([...chosen.subarray(4)], [0, 1, 0]);
  assert.deepEqual([...chosen.subarray(0, 4)], [...plain]);
  assert.deepEqual(plain, normals(5, 0, 4, 0.5));
});

test('seeds can be numbers or bigints', () => assert.deepEqual(normals(42, 0, 5), normals(42n, 0, 5)));

test('truncated values stay within the bound', () => {
  const values = normals(3, 0, 5000, 0.5);
  assert.ok(values.every((value) => Math.abs(value) <= 0.5));
  assert.ok(values.some((value) => Math.abs(value) > 0.49));
});

test('a truncation must be greater than 0', () => {
  for (const truncation of [0, -1, NaN]) {
    assert.throws(() => normals(1, 0, 1, truncation), RangeError);
  }
});

test('quantiles and logarithms are exact to about 16 digits', () => {
  assert.ok(Math.abs(inverseNormal(0.001) + 3.090232306167813) < 1e-13);
  assert.ok(Math.abs(inverseNormal(1e-15) + 7.941345326170995) < 1e-13);
  for (const x of [1e-17, 0.3, 0.99, 1.4, 1.5, 7]) {
    assert.ok(Math.abs(logarithm(x) - Math.log(x)) <= 4e-16 * Math.max(1, Math.abs(Math.log(x))), String(x));
  }
});
