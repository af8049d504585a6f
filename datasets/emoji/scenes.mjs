// Lays drawings on colored backgrounds, large or small, in the center or on one side.
import { writeSceneCaptions } from './captions.mjs';
import { pick, randomFrom, shuffle } from './random.mjs';
import { saysPair } from './split.mjs';
import { COMMON } from './selection.mjs';

/** Paler than the drawings' own colors, so that a drawing stands out; each measures as its name. */
export const BACKGROUNDS = {
  red: '#ef6a5f', orange: '#ffb45c', yellow: '#ffe680', green: '#8fd69a', blue: '#8cc3f5', purple: '#c3a1e8', pink: '#ffb8d0', gray: '#c4c4c4',
};

const SMALL = 0.55; // of the side of a large drawing
const SHIFT = 0.22; // of the image's side, from its center
const DIRECTIONS = { center: 0, left: 1, right: -1 };

/** Returns the box that shows a drawing small and in its place. */
function boxOf(box, { size, place }) {
  if (size === 'large') return box;
  const [x, y, side] = box;
  const wide = side / SMALL;
  const margin = (wide - side) / 2;
  return [x - margin + DIRECTIONS[place] * SHIFT * wide, y - margin, wide, wide].map((v) => +v.toFixed(3));
}

/**
 * Returns training images once more, on backgrounds of another color than their own. `split`: { train, compositional }; no caption has the
 * color and the object of a compositional image.
 */
export function makeScenes({ train, compositional }, count, seed) {
  if (!count) return [];
  const unseen = [...new Map(compositional.map((p) => [`${p.color} ${p.family}`, p])).values()];
  const usable = train.filter((p) => COMMON.has(p.family));
  const scenes = [];
  for (const image of shuffle(randomFrom(`${seed} scenes`), usable)) {
    if (scenes.length === count) break;
    const random = randomFrom(`${seed} scene ${image.file_name}`);
    const background = pick(random, Object.keys(BACKGROUNDS).filter((name) => !image.colors.some((c) => c.name === name)));
    const size = random() < 0.5 ? 'large' : 'small';
    const place = size === 'large' ? 'center' : pick(random, Object.keys(DIRECTIONS));
    const scene = { background, size, place };
    // Long names leave no room for a scene.
    const captions = writeSceneCaptions({ object: image.entry.object, color: image.color }, scene, random);
    if (captions.length < 4 || unseen.some((pair) => captions.some((caption) => saysPair(caption, pair.color, pair.family)))) continue;
    scenes.push({
      ...image,
      ...scene,
      file_name: image.file_name.replace('.png', `-on-${background}.png`),
      captions,
      fill: BACKGROUNDS[background],
      box: boxOf(image.box, scene),
    });
  }
  return scenes;
}
