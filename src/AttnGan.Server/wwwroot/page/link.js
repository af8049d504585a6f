// The link to an image: its state is in the fragment of the address, which browsers send to no server.

import { readSeed } from './seed.js';

// The length limit of the caption field, and the server's default limit.
const maxCaptionLength = 500;

/** @typedef {{caption: string, seed: number, style?: string, model: string | null, truncation: number}} LinkState */

/** @returns {Partial<LinkState>} The state in a fragment, without invalid values. */
export function readHash(hash) {
  const parameters = new URLSearchParams(hash.replace(/^#/, ''));
  const state = {};
  if (parameters.has('caption')) {
    state.caption = cut(parameters.get('caption'), maxCaptionLength);
  }

  const seed = readSeed(parameters.get('seed'));
  if (seed !== null) {
    state.seed = seed;
  }

  for (const name of ['style', 'model']) {
    if (parameters.get(name)) {
      state[name] = parameters.get(name);
    }
  }

  const truncation = Number(parameters.get('truncation') ?? NaN);
  if (truncation > 0) {
    state.truncation = truncation;
  }

  return state;
}

/** Cuts a text between two characters as readers see them, which may have several code units. */
function cut(text, length) {
  if (text.length <= length) {
    return text;
  }

  let end = 0;
  for (const { index, segment } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)) {
    if (index + segment.length > length) {
      break;
    }

    end = index + segment.length;
  }

  return text.slice(0, end);
}

/** @param {LinkState} state */
export function writeHash({ caption, seed, style, model, truncation }) {
  const parameters = new URLSearchParams({ caption, seed });
  if (Number.isFinite(truncation)) {
    parameters.set('truncation', truncation);
  }

  for (const [name, value] of Object.entries({ style, model })) {
    if (value) {
      parameters.set(name, value);
    }
  }

  return `#${parameters}`;
}
