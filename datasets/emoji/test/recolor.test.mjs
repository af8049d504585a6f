import assert from 'node:assert/strict';
import test from 'node:test';
import { measureColors } from '../colors.mjs';
import { parsePaint, recolor, TARGETS } from '../recolor.mjs';
import { probe } from '../render.mjs';

const icon = {
  width: 36, height: 36,
  body: '<circle cx="18" cy="18" r="16" fill="#DD2E44"/><circle cx="18" cy="18" r="6" fill="#31373D"/>',
};

test('the main hue can be changed to every target, which it measures as', () => {
  const [red] = measureColors(probe(icon).pixels);
  assert.equal(red.name, 'red');
  for (const target of Object.keys(TARGETS)) {
    const measured = measureColors(probe({ ...icon, body: recolor(icon.body, red.mean, target) }).pixels);
    assert.equal(measured[0].name, target);
    assert.ok(measured.some((c) => c.name === 'black'), 'dark parts stay');
  }
});

test('paints in every notation are parsed', () => {
  assert.deepEqual(parsePaint('#f80'), { rgb: [255, 136, 0], alpha: null });
  assert.deepEqual(parsePaint('#FF8800'), { rgb: [255, 136, 0], alpha: null });
  assert.deepEqual(parsePaint('rgba(1, 2, 3, .5)'), { rgb: [1, 2, 3], alpha: '.5' });
});

test('the box centers the drawing with an even margin', () => {
  const corner = { width: 36, height: 36, body: '<rect x="0" y="0" width="18" height="9" fill="#f00"/>' };
  const [x, y, width, height] = probe(corner).box;
  assert.equal(width, 20);
  assert.equal(height, 20);
  assert.ok(Math.abs(x + 10 - 9) < 0.3 && Math.abs(y + 10 - 4.5) < 0.3);
});
