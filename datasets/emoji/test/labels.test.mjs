import assert from 'node:assert/strict';
import test from 'node:test';
import { cleanLabel, countOf, splitColor } from '../labels.mjs';

test('names are converted to natural lower-case words', () => {
  assert.equal(cleanLabel('smiling face with heart-eyes'), 'smiling face with heart eyes');
  assert.equal(cleanLabel('piñata'), 'pinata');
  assert.equal(cleanLabel('grey heart'), 'gray heart');
  assert.equal(cleanLabel('five o’clock'), 'clock at five');
  assert.equal(cleanLabel('five-thirty'), 'clock at half past five');
  assert.equal(cleanLabel('man: red hair'), 'man with red hair');
  assert.equal(cleanLabel('family: man, woman, boy'), 'family of a man a woman and a boy');
  assert.equal(cleanLabel('flag: United States'), 'flag of the united states');
  assert.equal(cleanLabel('Aries', 'zodiac'), 'aries sign');
});

test('emoji that cannot be named are excluded', () => {
  assert.equal(cleanLabel('Japanese “here” button'), null);
  assert.equal(cleanLabel('keycap: #'), null);
});

test('a name is split into color and object', () => {
  assert.deepEqual(splitColor('red heart'), { labelColor: 'red', object: 'heart' });
  assert.deepEqual(splitColor('man with red hair'), { labelColor: null, object: 'man with red hair' });
  assert.deepEqual(splitColor('bird'), { labelColor: null, object: 'bird' });
});

test('the grammatical number determines the article', () => {
  for (const one of ['bus', 'cactus', 'face with tears of joy', 'face with eyes and mouth', 'thumbs up']) {
    assert.equal(countOf(one), 'single', one);
  }
  for (const many of ['grapes', 'two hearts', 'hammer and wrench', 'leaves in the wind']) {
    assert.equal(countOf(many), 'plural', many);
  }
  assert.equal(countOf('canned food'), 'mass');
});
