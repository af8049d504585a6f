// Creates the images of a profile: the artists' originals, their recolorings, captions and lists.
import { ARTISTS, GALLERY_STYLE, loadCatalog } from './catalog.mjs';
import { measureColors } from './colors.mjs';
import { writeCaptions } from './captions.mjs';
import { probe } from './render.mjs';
import { randomFrom, shuffle } from './random.mjs';
import { recolor, TARGETS } from './recolor.mjs';
import { canRecolor, COMMON } from './selection.mjs';
import { makeScenes } from './scenes.mjs';
import { splitImages } from './split.mjs';

const THREE_STYLES = ['twemoji', 'noto', 'fluent'];

/**
 * The target number of images of a profile, the maximum number of recolorings of an emoji, the artists, and the number of training images
 * that are also laid on a colored background.
 */
export const PROFILES = {
  default: { images: 5600, commonTargets: 5, otherTargets: 0, styles: THREE_STYLES, scenes: 0 },
  artists: { images: 9000, commonTargets: 5, otherTargets: 0, styles: ARTISTS.map(({ style }) => style), scenes: 1200 },
  large: { images: 25000, commonTargets: 8, otherTargets: 4, styles: THREE_STYLES, scenes: 0 },
  sample: { images: 350, commonTargets: 5, otherTargets: 0, styles: THREE_STYLES, scenes: 0 },
};

// A color with a smaller share is not the main color of a drawing.
const DOMINANT_SHARE = 0.4;
const LABEL_COLOR_SHARE = 0.15;
const ACHROMATIC = new Set(['black', 'gray', 'white']);

const roundShares = (colors) =>
  colors.filter((c) => c.share >= 0.03).map(({ name, share }) => ({ name, share: +share.toFixed(2) }));

/** Creates an image without captions: the drawing, its measured colors and its names. */
function makeImage(entry, drawing, icon, measured, color, box, recolored) {
  return {
    file_name: `images/${entry.hexcode.toLowerCase()}-${drawing.style}${recolored ? `-${color}` : ''}.png`,
    class: `${entry.classCode}-${color}`,
    emoji: entry.hexcode,
    label: (entry.labelColor ? `${color} ${entry.object}` : entry.label) + entry.extra,
    thing: entry.object + entry.extra,
    group: entry.group,
    style: drawing.style,
    colors: roundShares(measured),
    recolored,
    // The rest is used by the build only. Emoji that differ only in color are a family.
    entry, icon, box, color, family: entry.object,
  };
}

function originals(entries) {
  const images = [];
  for (const entry of entries) {
    for (const drawing of entry.drawings) {
      const seen = probe(drawing);
      if (!seen) continue;
      const measured = measureColors(seen.pixels);
      // A color in the name takes precedence over the one with the largest area.
      const named = measured.find((c) => c.name === entry.labelColor && c.share >= LABEL_COLOR_SHARE);
      const color = (named ?? measured[0]).name;
      images.push({
        ...makeImage(entry, drawing, drawing, measured, color, seen.box, false),
        source: measured.find((c) => !ACHROMATIC.has(c.name)),
      });
    }
  }
  return images;
}

/** Returns the original recolored to `target`, or null if the result does not measure as that color. */
function recolored(original, target) {
  const { entry, icon, box, source } = original;
  if (!source || source.share < DOMINANT_SHARE || source.name === target) return null;
  const moved = { ...icon, body: recolor(icon.body, source.mean, target) };
  const measured = measureColors(probe(moved).pixels);
  if (measured[0].name !== target || measured[0].share < DOMINANT_SHARE) return null;
  return makeImage(entry, icon, moved, measured, target, box, true);
}

/** Adds recolorings up to the profile's number of images, the rarest colors first. */
function recolorings(images, profile, random) {
  const { images: limit, commonTargets, otherTargets } = PROFILES[profile];
  const perColor = new Map(Object.keys(TARGETS).map((name) => [name, 0]));
  const count = (color) => perColor.set(color, (perColor.get(color) ?? 0) + 1);
  for (const { color } of images) count(color);

  // Only one emoji of a family is recolored: "red heart" stands for all hearts.
  const byFamily = new Map();
  for (const image of images) {
    const { object, extra, classCode, hexcode } = image.entry;
    if (!canRecolor(object) || extra || classCode !== hexcode) continue;
    if (!byFamily.has(object)) byFamily.set(object, []);
    byFamily.get(object).push(image);
  }
  const todo = shuffle(random, [...byFamily.keys()]).map((object) => ({
    object,
    left: COMMON.has(object) ? commonTargets : otherTargets,
    targets: new Set(Object.keys(TARGETS)),
  }));
  const added = [];
  // In rounds of one color each, so that every object gets one before the limit is reached.
  const addOne = (item) => {
    for (const target of [...item.targets].sort((a, b) => perColor.get(a) - perColor.get(b))) {
      item.targets.delete(target);
      const made = byFamily.get(item.object).map((original) => recolored(original, target)).filter(Boolean);
      if (!made.length) continue;
      added.push(...made);
      made.forEach(() => count(target));
      item.left--;
      return;
    }
    item.left = 0;
  };
  for (let active = todo; active.length; active = active.filter((item) => item.left > 0)) {
    for (const item of active) {
      if (images.length + added.length >= limit) return added;
      if (item.left > 0) addOne(item);
    }
  }
  return added;
}

const byName = (a, b) => (a.file_name < b.file_name ? -1 : 1);

/** Returns everything of a profile except the rendered images: its emoji, the images' records and the lists. */
export function collect(profile, seed, progress = () => {}) {
  const { styles, scenes: sceneCount } = PROFILES[profile];
  const entries = loadCatalog(profile, styles);
  progress(`${entries.length} emoji; measuring their drawings`);
  const unmodified = originals(entries);
  const gallery = unmodified.filter((image) => image.style === GALLERY_STYLE);
  const trainable = unmodified.filter((image) => image.style !== GALLERY_STYLE);
  progress(`${unmodified.length} drawings; recoloring`);
  const added = recolorings(trainable, profile, randomFrom(`${seed} recolor`));
  progress(`${added.length} recolorings; writing captions`);
  const images = [...trainable, ...added].sort(byName);
  for (const image of [...images, ...gallery]) {
    const { color, colors, style, recolored } = image;
    const { object, synonyms, extra } = image.entry;
    const words = { object, synonyms, extra, color, colors, style, recolored };
    image.captions = writeCaptions(words, randomFrom(`${seed} ${image.file_name}`));
  }
  const split = splitImages(images, randomFrom(`${seed} split`), (family) => !COMMON.has(family));
  const scenes = makeScenes(split, sceneCount, seed);
  split.train = [...split.train, ...scenes].sort(byName);
  if (gallery.length) split.gallery = gallery.sort(byName);
  return { entries, images: [...images, ...scenes, ...gallery].sort(byName), split };
}
