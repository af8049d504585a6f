// Splits the images into train, validation and compositional lists.
import { COLOR_NAMES } from './colors.mjs';
import { shuffle } from './random.mjs';

const HELD_OUT_SHARE = 0.07;
const COMPOSITIONAL_SHARE = 0.06;
const WORD_MINIMUM = 3; // minimum number of training captions with each word of the other lists
const PAIRS_PER_FAMILY = 2;

export const wordsOf = (caption) => caption.split(' ');

// A model that has seen "hearts" in training knows "heart".
const stem = (word) => (word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word);

/** Returns true if a caption has the color and every word of the object. */
export function saysPair(caption, color, object) {
  const said = new Set(wordsOf(caption).map(stem));
  return said.has(color) && wordsOf(object).every((word) => said.has(stem(word)));
}

function countWords(images) {
  const counts = new Map();
  for (const image of images) {
    for (const caption of image.captions) {
      for (const word of new Set(wordsOf(caption))) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  return counts;
}

const groupBy = (list, key) => {
  const groups = new Map();
  for (const item of list) {
    if (!groups.has(key(item))) groups.set(key(item), []);
    groups.get(key(item)).push(item);
  }
  return groups;
};

/**
 * `images`: { file_name, captions, emoji, family, color, recolored }.
 * A family is held out as a whole, so that training has no held-out emoji in another color.
 * `mayHoldOut(family)` returns true for those that may be held out: the most common objects stay
 * in training. Returns { train, validation, compositional }, each in the original order.
 */
export function splitImages(images, random, mayHoldOut = () => true) {
  const validation = new Set();
  const compositional = new Set();
  const families = groupBy(images, (p) => p.family);
  const counts = countWords(images);
  const emojiTotal = new Set(images.map((p) => p.emoji)).size;

  // Hold out families if all of their words remain frequent enough in the rest.
  const heldWords = new Set();
  let held = 0;
  for (const [family, members] of shuffle(random, [...families])) {
    const emoji = new Set(members.map((p) => p.emoji)).size;
    if (!mayHoldOut(family)) continue;
    if (emoji > 1 || held + emoji > HELD_OUT_SHARE * emojiTotal) continue;
    const own = countWords(members);
    const words = new Set([...own.keys()].filter((w) => !COLOR_NAMES.includes(w)).concat([...heldWords]));
    const left = (word) => (counts.get(word) ?? 0) - (own.get(word) ?? 0);
    if (![...words].every((word) => left(word) >= WORD_MINIMUM)) continue;
    for (const [word, n] of own) counts.set(word, counts.get(word) - n);
    for (const word of own.keys()) heldWords.add(word);
    for (const image of members) validation.add(image);
    families.delete(family);
    held += emoji;
  }

  // Take out pairs of color and object, alternating between the colors.
  const trainable = images.filter((p) => !validation.has(p));
  const captionsByWord = new Map();
  for (const image of trainable) {
    for (const caption of image.captions) {
      for (const word of new Set(wordsOf(caption).map(stem))) {
        if (!captionsByWord.has(word)) captionsByWord.set(word, []);
        captionsByWord.get(word).push({ caption, image });
      }
    }
  }
  const wanted = Math.round(COMPOSITIONAL_SHARE * images.length);
  const turns = groupBy(
    shuffle(random, [...families.keys()]).flatMap((family) => {
      const members = families.get(family);
      const byColor = groupBy(members, (p) => p.color);
      if (byColor.size < 3 || wordsOf(family).length > 3) return [];
      return [...byColor].map(([color, group]) => ({ family, color, group }));
    }),
    (pair) => pair.color,
  );
  const taken = new Map();
  const takePair = ({ family, color, group }) => {
    // The natural color of an object stays in training, because users expect it first.
    if (group.some((p) => !p.recolored)) return;
    if ((taken.get(family) ?? 0) >= PAIRS_PER_FAMILY) return;
    const remaining = families.get(family).filter((p) => !group.includes(p) && !compositional.has(p));
    if (remaining.length < 4 || new Set(remaining.map((p) => p.color)).size < 2) return;
    const object = stem(wordsOf(family).at(-1));
    // The pair is not unseen if a caption of any other image has it.
    const seen = captionsByWord.get(object).some(({ caption, image }) =>
      !group.includes(image) && !compositional.has(image) && saysPair(caption, color, family));
    if (seen) return;
    const own = countWords(group);
    if ([...own].some(([word, n]) => counts.get(word) - n < WORD_MINIMUM)) return;
    // Every caption must have the pair.
    const kept = group.map((p) => p.captions.filter((caption) => saysPair(caption, color, family)));
    if (kept.some((captions) => captions.length < 3)) return;
    group.forEach((image, i) => {
      image.captions = kept[i];
      compositional.add(image);
    });
    for (const [word, n] of own) counts.set(word, counts.get(word) - n);
    taken.set(family, (taken.get(family) ?? 0) + 1);
  };
  while (compositional.size < wanted && [...turns.values()].some((list) => list.length)) {
    for (const list of turns.values()) {
      if (list.length && compositional.size < wanted) takePair(list.pop());
    }
  }

  const split = {
    train: trainable.filter((p) => !compositional.has(p)),
    validation: images.filter((p) => validation.has(p)),
    compositional: images.filter((p) => compositional.has(p)),
  };
  verifySplit(images, split);
  return split;
}

/** Throws if a guarantee about the lists is violated. */
export function verifySplit(images, { train, validation, compositional }) {
  const fail = (message) => {
    throw new Error(`The split is invalid: ${message}.`);
  };
  const all = [...train, ...validation, ...compositional];
  if (all.length !== images.length || new Set(all.map((p) => p.file_name)).size !== images.length) {
    fail('not every image is in exactly one list');
  }
  const trained = new Set(train.map((p) => p.emoji));
  for (const p of validation) if (trained.has(p.emoji)) fail(`held-out emoji ${p.emoji} is in train`);
  const counts = countWords(train);
  for (const p of [...validation, ...compositional]) {
    for (const word of p.captions.flatMap(wordsOf)) {
      if ((counts.get(word) ?? 0) < WORD_MINIMUM) fail(`"${word}" of ${p.file_name} is too rare in train`);
    }
  }
  const captions = train.flatMap((p) => p.captions);
  const pairs = new Map(compositional.map((p) => [`${p.color} ${p.family}`, p]));
  for (const { color, family } of pairs.values()) {
    const seen = captions.find((caption) => saysPair(caption, color, family));
    if (seen) fail(`"${color}" and "${family}" are both in the training caption "${seen}"`);
  }
}
