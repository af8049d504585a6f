import assert from 'node:assert/strict';
import test from 'node:test';
import { measureColors, nameOklch, oklchToRgb, rgbToOklch } from '../colors.mjs';

const rgb = (hex) => hex.match(/../g).map((v) => parseInt(v, 16));

test('colors of the artists have the names that people use', () => {
  const expected = {
    DD2E44: 'red', F8312F: 'red', A0041E: 'red', F4900C: 'orange', FF822D: 'orange', FFCC4D: 'yellow',
    FFB02E: 'yellow', '77B255': 'green', '3E721D': 'green', '55ACEE': 'blue', '00A6ED': 'blue', BDDDF4: 'blue',
    '9266CC': 'purple', AA8ED6: 'purple', F4ABBA: 'pink', FF6DC6: 'pink', C1694F: 'brown', '662113': 'brown',
    '31373D': 'black', '212121': 'black', '99AAB5': 'gray', CCD6DD: 'gray', FFFFFF: 'white', E6E7E8: 'white',
  };
  for (const [hex, name] of Object.entries(expected)) assert.equal(nameOklch(rgbToOklch(rgb(hex))), name, hex);
});

test('conversion to OKLCH is reversible', () => {
  for (const hex of ['DD2E44', '00A6ED', '808080', 'FFFFFF', '000000']) {
    assert.deepEqual(oklchToRgb(rgbToOklch(rgb(hex))), rgb(hex));
  }
});

test('a color outside sRGB keeps its hue', () => {
  const { h } = rgbToOklch(oklchToRgb({ l: 0.6, c: 0.4, h: 150 }));
  assert.ok(Math.abs(h - 150) < 2, String(h));
});

test('shares are relative to the opaque area', () => {
  const red = [255, 0, 0, 255], blue = [0, 0, 255, 255], clear = [0, 0, 0, 0];
  const shares = measureColors(Uint8Array.from([red, red, red, blue, clear, clear].flat()));
  assert.deepEqual(shares.map(({ name, share }) => [name, share]), [['red', 0.75], ['blue', 0.25]]);
});
