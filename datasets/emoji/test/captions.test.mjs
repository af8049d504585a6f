import assert from 'node:assert/strict';
import test from 'node:test';
import { describe as describeThing, withArticle, writeCaptions } from '../captions.mjs';
import { randomFrom } from '../random.mjs';

test('articles and adjectives', () => {
  assert.equal(withArticle('orange fish', 'fish'), 'an orange fish');
  assert.equal(withArticle('unicorn', 'unicorn'), 'a unicorn');
  assert.equal(withArticle('purple grapes', 'grapes'), 'purple grapes');
  assert.equal(describeThing('red', 'two hearts'), 'two red hearts');
});

const bird = {
  object: 'bird', synonyms: ['animal'], color: 'red', style: 'twemoji',
  colors: [{ name: 'red', share: 0.7 }, { name: 'orange', share: 0.2 }, { name: 'black', share: 0.1 }],
};

test('an image has three to five distinct captions, most with the main color', () => {
  for (let seed = 0; seed < 200; seed++) {
    const captions = writeCaptions(bird, randomFrom(String(seed)));
    assert.ok(captions.length >= 3 && captions.length <= 5);
    assert.equal(new Set(captions).size, captions.length);
    assert.ok(captions.filter((c) => c.split(' ').includes('red')).length >= captions.length / 2);
    assert.ok(captions.every((c) => /^[a-z ]+$/.test(c) && c.split(' ').length <= 14));
    assert.equal(captions[0], 'a red bird');
    assert.ok(!captions.some((c) => c.includes('black')), 'a color of a small share is not said');
  }
});

test('only drawings in their own colors are called by their name alone', () => {
  for (let seed = 0; seed < 200; seed++) {
    const ofSeed = (recolored) => writeCaptions({ ...bird, recolored }, randomFrom(String(seed)));
    assert.equal(ofSeed(false)[1], 'a bird');
    assert.ok(ofSeed(true).every((c) => c.split(' ').includes('red')));
  }
});

test('a skin tone replaces the color of the skin', () => {
  const hand = { ...bird, object: 'raised fist', synonyms: [], color: 'brown', extra: ' with dark skin' };
  const captions = writeCaptions(hand, randomFrom('1'));
  assert.ok(captions.every((c) => c.includes('with dark skin') && !c.includes('brown')));
});
