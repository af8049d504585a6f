// Writes the captions of an image from its name, synonyms and measured colors.
import { countOf } from './labels.mjs';
import { pick, shuffle } from './random.mjs';

const MAX_WORDS = 14;
const SECOND_COLOR_SHARE = 0.15;

const startsWithVowelSound = (text) => /^[aeiou]/.test(text) && !/^(u[nst]i|uf|eu|one\b|usb)/.test(text) || /^(hour|x ray|suv)/.test(text);

/** Returns the phrase with "a" or "an" if its object takes an article. */
export function withArticle(phrase, object) {
  if (countOf(object) !== 'single') return phrase;
  return `${startsWithVowelSound(phrase) ? 'an' : 'a'} ${phrase}`;
}

/** Inserts adjectives before the object, but after a number: "two red hearts". */
export function describe(adjectives, object) {
  const number = /^(two|three) /.exec(object);
  return number ? `${number[1]} ${adjectives} ${object.slice(number[0].length)}` : `${adjectives} ${object}`;
}

const STYLE_PHRASE = {
  twemoji: ['a simple drawing of', 'a cartoon of'],
  noto: ['a shaded drawing of', 'a glossy drawing of'],
  fluent: ['a flat drawing of', 'a bold drawing of'],
  emojitwo: ['a bright drawing of', 'a colorful drawing of'],
  'noto-v1': ['a soft drawing of', 'a smooth drawing of'],
  fxemoji: ['a plain drawing of', 'a clean drawing of'],
};
// Also for the artist without phrases above, whose drawings training does not read.
const NEUTRAL_PHRASE = ['a picture of', 'a drawing of', 'an icon of', 'an image of'];

/**
 * Returns three to five captions.
 * `image`: { object, synonyms, color, colors, style, extra, recolored } where `color` is the name of the
 * main color, `colors` the measured ones, `extra` the words for a skin tone, or '', and `recolored` is true
 * if the artist chose another color.
 */
export function writeCaptions(image, random) {
  const captions = image.extra ? toned(image, random) : colored(image, random);
  // Long names leave room for few variations, so fewer captions are enough.
  const wanted = wordCount(image.object) > 5 ? 3 : random() < 0.3 ? 4 : 5;
  return [...new Set(captions)].filter((caption) => wordCount(caption) <= MAX_WORDS).slice(0, wanted);
}

const wordCount = (text) => text.split(' ').length;

function colored({ object, synonyms, color, colors, style, recolored }, random) {
  const second = colors.find((c) => c.name !== color && c.share >= SECOND_COLOR_SHARE)?.name;
  const bare = withArticle(object, object);
  const say = (adjectives, thing = object) => withArticle(describe(adjectives, thing), thing);

  // Every image has this caption, so that "a red heart" is the most frequent form.
  const captions = [say(color)];
  // Only drawings in their artist's colors: otherwise "a cat" would mean the mean of cats in all colors.
  if (!recolored) captions.push(bare);
  if (second) {
    const both = [say(`${color} and ${second}`), `${bare} in ${color} and ${second}`];
    // Not after a preposition: in "a face with tears with some white" the tears would be white.
    if (!/ (with|of|in|on|at|behind|without) /.test(object)) both.push(`${say(color)} with some ${second}`);
    captions.push(pick(random, both));
  }
  if (synonyms.length && random() < 0.6) captions.push(say(color, pick(random, synonyms)));
  if (random() < 0.3) captions.push(`${pick(random, STYLE_PHRASE[style] ?? NEUTRAL_PHRASE)} ${say(color)}`);
  return [
    ...captions,
    ...shuffle(random, [
      describe(color, object),
      `${bare} in ${color}`,
      `${pick(random, NEUTRAL_PHRASE)} ${say(color)}`,
      `${say(color)} on a white background`,
    ]),
  ];
}

/**
 * Returns four captions of an image on a colored background, or fewer where they are too long.
 * `scene`: { background, size, place }; a large drawing is in the center.
 */
export function writeSceneCaptions({ object, color }, { background, size, place }, random) {
  const say = (adjectives) => withArticle(describe(adjectives, object), object);
  const ground = `${startsWithVowelSound(background) ? 'an' : 'a'} ${background} background`;
  const where = place === 'center' ? `in the center of ${ground}` : `on the ${place} of ${ground}`;
  return shuffle(random, [
    `${say(color)} on ${ground}`,
    `${say(color)} on ${background}`,
    `${say(`${size} ${color}`)} ${size === 'large' ? `on ${ground}` : where}`,
    `${ground} with ${say(`${size} ${color}`)}${place === 'center' ? '' : ` on the ${place}`}`,
  ].filter((caption) => wordCount(caption) <= MAX_WORDS));
}

// With a skin tone the main color is often that of the skin, which the caption already states.
const CLOTHES = new Set(['red', 'green', 'blue', 'purple', 'black', 'gray']);

function toned({ object, extra, color, style }, random) {
  const thing = withArticle(object, object) + extra;
  return [
    thing,
    ...(CLOTHES.has(color) ? [`${thing} in ${color}`] : []),
    ...shuffle(random, [
      object + extra,
      `${pick(random, NEUTRAL_PHRASE)} ${thing}`,
      `${pick(random, STYLE_PHRASE[style] ?? NEUTRAL_PHRASE)} ${thing}`,
      `${thing} on a white background`,
    ]),
  ];
}
