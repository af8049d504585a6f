import assert from 'node:assert/strict';
import test from 'node:test';
import { collect } from '../images.mjs';
import { nameOklch, rgbToOklch } from '../colors.mjs';
import { GALLERY_STYLE } from '../catalog.mjs';
import { probe } from '../render.mjs';
import { BACKGROUNDS } from '../scenes.mjs';
import { saysPair, verifySplit } from '../split.mjs';

const sample = collect('sample', 1);
const artists = collect('artists', 1);

for (const [profile, { images, split }] of [['sample', sample], ['default', collect('default', 1)], ['artists', artists]]) {
  const { train, validation, compositional } = split;
  const captions = train.flatMap((p) => p.captions);
  const counts = new Map();
  for (const caption of captions) {
    for (const word of new Set(caption.split(' '))) counts.set(word, (counts.get(word) ?? 0) + 1);
  }

  test(`${profile}: every image is in exactly one list`, () => {
    const listed = Object.values(split).flat().map((p) => p.file_name).sort();
    assert.deepEqual(listed, images.map((p) => p.file_name).sort());
    assert.ok(validation.length > 0 && compositional.length > 0);
  });

  test(`${profile}: train has no drawing of a held-out emoji`, () => {
    const drawings = new Set(train.map((p) => p.icon.body));
    const emoji = new Set(train.map((p) => p.emoji));
    const classes = new Set(train.map((p) => p.class));
    for (const p of validation) {
      assert.ok(!emoji.has(p.emoji) && !drawings.has(p.icon.body) && !classes.has(p.class), p.file_name);
    }
  });

  test(`${profile}: held-out captions consist of words in train`, () => {
    for (const p of [...validation, ...compositional]) {
      for (const word of p.captions.join(' ').split(' ')) assert.ok(counts.get(word) >= 3, `${word} of ${p.file_name}`);
    }
  });

  test(`${profile}: no training caption has a compositional pair of color and object`, () => {
    for (const pair of new Set(compositional.map((p) => `${p.color}|${p.family}`))) {
      const [color, object] = pair.split('|');
      const needed = [color, ...object.split(' ')];
      const seen = captions.find((c) => {
        const said = new Set(c.split(' ').flatMap((word) => [word, word.replace(/s$/, '')]));
        return needed.every((word) => said.has(word));
      });
      assert.equal(seen, undefined, pair);
    }
    for (const p of compositional) assert.ok(p.captions.length >= 3 && p.captions.every((c) => saysPair(c, p.color, p.family)));
  });

  test(`${profile}: an image has three to five captions of plain words`, () => {
    for (const p of images) {
      assert.ok(p.captions.length >= 3 && p.captions.length <= 5, p.file_name);
      for (const caption of p.captions) {
        assert.match(caption, /^[a-z0-9]+( [a-z0-9]+)*$/);
        assert.ok(caption.split(' ').length <= 14, caption);
        assert.doesNotMatch(caption, /\b(\w+) \1\b/, caption);
      }
    }
  });

  test(`${profile}: a class is one object in one color`, () => {
    const names = new Map();
    for (const p of images) {
      const name = `${p.color} ${p.family}`;
      assert.equal(names.get(p.class) ?? name, name);
      names.set(p.class, name);
    }
  });
}

test('the dataset is determined by the seed', () => {
  const text = ({ images }) => JSON.stringify(images.map((p) => [p.file_name, p.captions]));
  assert.equal(text(collect('sample', 1)), text(sample));
  assert.notEqual(text(collect('sample', 2)), text(sample));
});

test('a violated guarantee is detected', () => {
  const { images, split } = sample;
  const [moved, ...rest] = split.validation;
  assert.throws(() => verifySplit(images, { ...split, validation: rest }), /exactly one list/);
  assert.throws(() => verifySplit(images, { ...split, validation: rest, train: [...split.train, moved] }), /held-out/);
});

const scenes = artists.images.filter((image) => image.background);

test('backgrounds measure as their names', () => {
  for (const [name, color] of Object.entries(BACKGROUNDS)) {
    const rgb = color.slice(1).match(/../g).map((digits) => parseInt(digits, 16));
    assert.equal(nameOklch(rgbToOklch(rgb)), name, color);
  }
});

test('scenes are in the training list only, and their captions say the background', () => {
  assert.equal(scenes.length, 1200);
  const train = new Set(artists.split.train);
  for (const scene of scenes) {
    assert.ok(train.has(scene), scene.file_name);
    assert.ok(scene.captions.every((caption) => caption.includes(scene.background)), scene.file_name);
    assert.ok(!scene.colors.some((color) => color.name === scene.background), scene.file_name);
    const said = scene.captions.join(' ');
    assert.equal(/ on the (left|right)/.test(said), scene.place !== 'center', said);
    assert.match(said, new RegExp(`\\b${scene.size} `));
  }
});

test('a drawing is where its scene says', () => {
  for (const place of ['left', 'center', 'right']) {
    const { icon, box } = scenes.find((scene) => scene.size === 'small' && scene.place === place);
    const middle = (probe(icon).box[0] + probe(icon).box[2] / 2 - box[0]) / box[2];
    assert.equal(place, middle < 0.4 ? 'left' : middle > 0.6 ? 'right' : 'center');
  }
});

test('one artist is kept out of all lists but its own', () => {
  assert.ok(artists.split.gallery.length > 300);
  for (const [name, list] of Object.entries(artists.split)) {
    assert.ok(list.every((image) => (image.style === GALLERY_STYLE) === (name === 'gallery')), name);
  }
});
