// Builds the dataset. `node build.mjs --help` lists the options.
import { access, chmod, copyFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { artistsOf, packageVersions } from './catalog.mjs';
import { licensesText, readmeText } from './texts.mjs';
import { collect, PROFILES } from './images.mjs';
import { renderPng } from './render.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const APACHE = 'LICENSE-APACHE-2.0.txt';

const HELP = `Builds a dataset of captioned images from emoji drawings.

usage: node build.mjs [options]
  --profile NAME  default (about 5,600 images), artists (about 10,000, of six
                  artists and with colored backgrounds), large (all, with skin
                  tones and flags) or sample (about 350)
                                                        [default]
  --out DIR       output folder; an existing folder is replaced if it contains
                  a dataset.json, and rejected otherwise
                                                        [out/<profile>]
  --size N        side of the images in pixels          [256]
  --seed N        seed of captions, recoloring, lists   [1]
  --help          show this help
`;

const progress = (text) => process.stderr.write(`${text}\n`);

function readOptions() {
  const { values } = parseArgs({
    options: {
      profile: { type: 'string', default: 'default' },
      out: { type: 'string' },
      size: { type: 'string', default: '256' },
      seed: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  });
  const size = Number(values.size);
  const seed = Number(values.seed);
  if (!PROFILES[values.profile]) throw new Error(`--profile must be one of ${Object.keys(PROFILES).join(', ')}.`);
  if (!Number.isInteger(size) || size < 16 || size > 2048) throw new Error('--size must be an integer from 16 to 2048.');
  if (!Number.isInteger(seed)) throw new Error('--seed must be an integer.');
  const out = resolve(values.out ?? join(HERE, 'out', values.profile));
  return { profile: values.profile, out, size, seed, help: values.help };
}

const FIELDS = [
  'file_name', 'captions', 'class', 'emoji', 'label', 'thing', 'group', 'style', 'colors', 'recolored', 'background', 'size', 'place',
];

// Fields that an image does not have are left out.
const record = (image) => JSON.stringify(Object.fromEntries(FIELDS.map((field) => [field, image[field]])));

function tally(list) {
  const counts = new Map();
  for (const key of list) counts.set(key, (counts.get(key) ?? 0) + 1);
  return Object.fromEntries([...counts].sort((a, b) => b[1] - a[1]));
}

function summary({ profile, seed, size, entries, images, split }) {
  const captions = images.flatMap((p) => p.captions);
  const scenes = images.filter((p) => p.background).length;
  return {
    name: 'emoji',
    profile,
    seed,
    size,
    packages: packageVersions(PROFILES[profile].styles),
    counts: {
      images: images.length,
      emoji: entries.length,
      captions: captions.length,
      words: new Set(captions.flatMap((c) => c.split(' '))).size,
      recolored: images.filter((p) => p.recolored).length,
      ...Object.fromEntries(Object.entries(split).map(([name, list]) => [name, list.length])),
      ...(scenes && { scenes }),
      colors: tally(images.map((p) => p.color)),
      styles: tally(images.map((p) => p.style)),
    },
  };
}

async function write(directory, { images, split, ...rest }) {
  const { size } = rest;
  // Temporary folders are private to their owner; a dataset is not.
  await chmod(directory, 0o755);
  await mkdir(join(directory, 'images'));
  for (const [i, image] of images.entries()) {
    await writeFile(join(directory, image.file_name), renderPng(image.icon, image.box, size, image.fill));
    if ((i + 1) % 500 === 0) progress(`${i + 1} of ${images.length} images`);
  }
  const lines = (list) => list.map((line) => line + '\n').join('');
  await writeFile(join(directory, 'metadata.jsonl'), lines(images.map(record)));
  for (const [name, list] of Object.entries(split)) {
    await writeFile(join(directory, `${name}.txt`), lines(list.map((p) => p.file_name)));
  }
  const about = summary({ images, split, ...rest });
  await writeFile(join(directory, 'README.md'), readmeText(about));
  await writeFile(join(directory, 'LICENSES.md'), licensesText(artistsOf(PROFILES[rest.profile].styles), about));
  await copyFile(join(HERE, APACHE), join(directory, APACHE));
  await writeFile(join(directory, 'dataset.json'), JSON.stringify(about, null, 2) + '\n');
}

const exists = (path) => access(path).then(() => true, () => false);

/** Moves the finished folder into place; an existing one is removed only after that. */
async function replace(finished, out) {
  const old = `${finished}-old`;
  const had = await exists(out);
  if (had) await rename(out, old);
  try {
    await rename(finished, out);
  } catch (error) {
    if (had) await rename(old, out);
    throw error;
  }
  if (had) await rm(old, { recursive: true });
}

async function main() {
  const { profile, out, size, seed, help } = readOptions();
  if (help) {
    process.stdout.write(HELP);
    return;
  }
  // Only datasets of this program are replaced, so that a mistyped --out deletes nothing.
  if ((await exists(out)) && !(await exists(join(out, 'dataset.json')))) {
    throw new Error(`${out} exists and is not a dataset; choose another --out.`);
  }
  const collected = collect(profile, seed, progress);
  await mkdir(dirname(out), { recursive: true });
  const temporary = await mkdtemp(join(dirname(out), `.${basename(out)}-`));
  try {
    await write(temporary, { profile, seed, size, ...collected });
    await replace(temporary, out);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
  const { images, split } = collected;
  progress(`${images.length} images in ${out}: `
    + Object.entries(split).map(([name, list]) => `${list.length} ${name}`).join(', '));
}

main().catch((error) => {
  progress(`error: ${error.message}`);
  process.exitCode = 1;
});
