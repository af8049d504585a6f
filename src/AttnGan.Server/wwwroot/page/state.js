// What a link to an image says, in the part of the address after '#', which no server sees.

// As long as the field takes, and a server unless told otherwise.
const longestCaption = 500;

/** @typedef {{caption: string, seed: number, model: string | null, truncation: number}} State */

/** @returns {Partial<State>} What the hash says; what it gets wrong is left out. */
export function readHash(hash) {
  const parameters = new URLSearchParams(hash.replace(/^#/, ''));
  const state = {};
  if (parameters.has('caption')) {
    state.caption = parameters.get('caption').slice(0, longestCaption);
  }

  const seed = readSeed(parameters.get('seed'));
  if (seed !== null) {
    state.seed = seed;
  }

  if (parameters.get('model')) {
    state.model = parameters.get('model');
  }

  const truncation = Number(parameters.get('truncation') ?? NaN);
  if (truncation > 0) {
    state.truncation = truncation;
  }

  return state;
}

/** @param {State} state */
export function writeHash({ caption, seed, model, truncation }) {
  const parameters = new URLSearchParams({ caption, seed });
  if (Number.isFinite(truncation)) {
    parameters.set('truncation', truncation);
  }

  if (model) {
    parameters.set('model', model);
  }

  return `#${parameters}`;
}

/** A seed that was typed: a whole number that needs no rounding, or null. */
export function readSeed(text) {
  const seed = /^-?\d+$/.test(text ?? '') ? Number(text) : NaN;
  return Number.isSafeInteger(seed) ? seed : null;
}

/** A seed of the range that the command draws from. */
export function randomSeed() {
  return crypto.getRandomValues(new Uint32Array(1))[0] >>> 1;
}
