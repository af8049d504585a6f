// Joins the emoji list with the artists' drawings.
import { createRequire } from 'node:module';
import { cleanLabel, splitColor } from './labels.mjs';
import { inDefaultProfile, inSampleProfile, synonymsOf } from './selection.mjs';

const require = createRequire(import.meta.url);

export const ARTISTS = [
  { style: 'twemoji', package: '@iconify-json/twemoji' },
  { style: 'noto', package: '@iconify-json/noto' },
  { style: 'fluent', package: '@iconify-json/fluent-emoji-flat' },
];
export const PACKAGES = [...ARTISTS.map((a) => a.package), 'emojibase-data', '@resvg/resvg-js'];

/** The installed version of each package that decides the output. */
export function packageVersions() {
  return Object.fromEntries(PACKAGES.map((name) => [name, require(`${name}/package.json`).version]));
}

// resvg 2.6.2 stops the whole process on these: they hold forgotten shapes outside their box.
const UNDRAWABLE = new Set(['noto 1F4E6', 'noto 1F3F3-FE0F-200D-1F308']);

// The icon sets leave the variation selector out of their code points.
const iconKey = (hexcode) => hexcode.toLowerCase().replaceAll('-fe0f', '');

function loadArtist({ style, package: name }) {
  const set = require(`${name}/icons.json`);
  const chars = require(`${name}/chars.json`);
  return (hexcode) => {
    if (UNDRAWABLE.has(`${style} ${hexcode}`)) return null;
    const icon = set.icons[chars[iconKey(hexcode)]];
    // A set may hold a few icons with an offset or turned; they are not worth a special case.
    if (!icon || icon.left || icon.top || icon.rotate || icon.hFlip || icon.vFlip) return null;
    return { style, body: icon.body, width: icon.width ?? set.width, height: icon.height ?? set.height };
  };
}

const TONES = ['light', 'medium light', 'medium', 'medium dark', 'dark'];

/** Each emoji followed by its skin-tone forms where these have one tone. */
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
 * The emoji of a profile, each with:
 * hexcode, label ("red heart"), labelColor ("red" or null), object ("heart"), extra (words for a
 * skin tone, or ''), synonyms, group, classCode and drawings.
 */
export function loadCatalog(profile) {
  const { groups, subgroups } = require('emojibase-data/meta/groups.json');
  const artists = ARTISTS.map(loadArtist);
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
    // An artist may use one drawing for two emoji; the first has it, or a held-out emoji would be seen.
    const drawings = artists.map((find) => find(raw.hexcode)).filter((drawing) => drawing && !seen.has(drawing.body));
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
  // "red heart" and "blue heart" are one thing in two colors: the class takes the code of the first.
  const codes = new Map();
  for (const entry of entries) {
    const key = entry.object + entry.extra;
    if (!codes.has(key)) codes.set(key, entry.hexcode);
    entry.classCode = codes.get(key);
  }
  return entries;
}
