// Joins the list of emoji with the artists' drawings.
import { createRequire } from 'node:module';
import { cleanLabel, splitColor } from './labels.mjs';
import { inDefaultProfile, inSampleProfile, synonymsOf } from './selection.mjs';

const require = createRequire(import.meta.url);

// The packages of the last four do not say which emoji a drawing is of, only its name.
export const ARTISTS = [
  { style: 'twemoji', package: '@iconify-json/twemoji' },
  { style: 'noto', package: '@iconify-json/noto' },
  { style: 'fluent', package: '@iconify-json/fluent-emoji-flat' },
  { style: 'emojitwo', package: '@iconify-json/emojione' },
  { style: 'noto-v1', package: '@iconify-json/noto-v1' },
  { style: 'fxemoji', package: '@iconify-json/fxemoji' },
  { style: 'streamline', package: '@iconify-json/streamline-emojis' },
];
/** The artist whose drawings are in no list for training: to measure what a new artist's drawings would reach. */
export const GALLERY_STYLE = 'streamline';

export const artistsOf = (styles) => ARTISTS.filter(({ style }) => styles.includes(style));

/** Returns the installed version of each package that determines the output. */
export function packageVersions(styles) {
  const names = [...artistsOf(styles).map((artist) => artist.package), 'emojibase-data', '@resvg/resvg-js'];
  return Object.fromEntries(names.map((name) => [name, require(`${name}/package.json`).version]));
}

// resvg 2.6.2 crashes on these, which have stray shapes outside their box.
const UNRENDERABLE = [
  'noto 1F4E6', 'noto 1F3F3-FE0F-200D-1F308',
  'noto-v1 1F41E', 'noto-v1 1F956', 'noto-v1 2615', 'noto-v1 1F378', 'noto-v1 1F685', 'noto-v1 1F691',
  'noto-v1 1F3CB',
];
// A black tram, and the flag of Turkey in place of the bird.
const WRONG = ['fxemoji 1F68B', 'streamline 1F983'];
const EXCLUDED = new Set([...UNRENDERABLE, ...WRONG]);

// The icon sets omit the variation selector from their code points.
const iconKey = (hexcode) => hexcode.toLowerCase().replaceAll('-fe0f', '');

// "Cat face", "cat-face" and "catface".
const nameKey = (name) => name.toLowerCase().normalize('NFD').replace(/[^a-z0-9]/g, '');

const namesByCode = ARTISTS.map(({ package: name }) => require(`${name}/chars.json`)).filter((chars) => Object.keys(chars).length);

/** The names that artists give to an emoji, the first one being that of Unicode. */
const namesOf = ({ hexcode, label }) =>
  [label, ...namesByCode.map((chars) => chars[iconKey(hexcode)]).filter(Boolean)].map(nameKey);

function loadArtist({ style, package: name }) {
  const set = require(`${name}/icons.json`);
  const chars = require(`${name}/chars.json`);
  const hasCodes = Object.keys(chars).length > 0;
  const byName = new Map(Object.keys(set.icons).map((icon) => [nameKey(icon), icon]));
  const find = (entry) => (hasCodes
    ? chars[iconKey(entry.hexcode)]
    : namesOf(entry).map((key) => byName.get(key)).find(Boolean));
  return (entry) => {
    if (EXCLUDED.has(`${style} ${entry.hexcode}`)) return null;
    const icon = set.icons[find(entry)];
    // A few icons of a set have an offset or a rotation; they are not worth a special case.
    if (!icon || icon.left || icon.top || icon.rotate || icon.hFlip || icon.vFlip) return null;
    return { style, body: icon.body, width: icon.width ?? set.width, height: icon.height ?? set.height };
  };
}

const TONES = ['light', 'medium light', 'medium', 'medium dark', 'dark'];

/** Returns each emoji followed by its variants with a single skin tone. */
function withSkinTones(list) {
  return list.flatMap((entry) => [
    entry,
    ...(entry.skins ?? [])
      .filter((skin) => typeof skin.tone === 'number')
      .map((skin) => ({
        ...entry,
        hexcode: skin.hexcode,
        tone: TONES[skin.tone - 1],
      })),
  ]);
}

/**
 * Returns the emoji of a profile in the drawings of some artists, each with:
 * hexcode, label ("red heart"), labelColor ("red" or null), object ("heart"), extra (words for a
 * skin tone, or ''), synonyms, group, classCode and drawings.
 */
export function loadCatalog(profile, styles) {
  const { groups, subgroups } = require('emojibase-data/meta/groups.json');
  const artists = artistsOf(styles).map(loadArtist);
  const list = require('emojibase-data/en/data.json').filter((entry) => entry.group !== undefined);
  const entries = [];
  const seen = new Set();
  for (const raw of profile === 'large' ? withSkinTones(list) : list) {
    const group = groups[raw.group];
    const subgroup = subgroups[raw.subgroup];
    if (profile !== 'large' && !inDefaultProfile({ label: raw.label, group, subgroup })) continue;
    const label = cleanLabel(raw.label, subgroup);
    if (!label || !/^[a-z0-9 ]+$/.test(label)) continue;
    const { labelColor, object } = splitColor(label);
    if (profile === 'sample' && !inSampleProfile(object)) continue;
    // An artist may use one drawing for two emoji. Only the first gets it; otherwise training could show a held-out one.
    const drawings = artists.map((find) => find(raw)).filter((drawing) => drawing && !seen.has(drawing.body));
    drawings.forEach(({ body }) => seen.add(body));
    if (!drawings.length) continue;
    entries.push({
      hexcode: raw.hexcode,
      label,
      labelColor,
      object,
      extra: raw.tone ? ` ${object.includes(' with ') ? 'and' : 'with'} ${raw.tone} skin` : '',
      synonyms: synonymsOf({ object, tags: raw.tags ?? [], group }),
      group,
      drawings,
    });
  }
  // "red heart" and "blue heart" are one object in two colors: their classes share the code of the first.
  const codes = new Map();
  for (const entry of entries) {
    const key = entry.object + entry.extra;
    if (!codes.has(key)) codes.set(key, entry.hexcode);
    entry.classCode = codes.get(key);
  }
  return entries;
}
