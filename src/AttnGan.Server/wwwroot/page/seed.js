/** Parses a seed: an integer that a number represents exactly, or null. */
export function readSeed(text) {
  const seed = /^-?\d+$/.test(text ?? '') ? Number(text) : NaN;
  return Number.isSafeInteger(seed) ? seed : null;
}

/**
 * Returns consecutive seeds: from a seed on, or the last ones that a number represents exactly.
 * @param {number | null} locked A seed that comes first and is not repeated; null for none.
 */
export function seedsFrom(seed, count, locked = null) {
  const first = Math.min(seed, Number.MAX_SAFE_INTEGER - count + 1);
  const seeds = Array.from({ length: count }, (_, i) => first + i);
  return locked === null ? seeds : [locked, ...seeds.filter((other) => other !== locked)].slice(0, count);
}

/** Returns a random seed from the range of the command line: [0, 2^31). */
export function randomSeed() {
  return crypto.getRandomValues(new Uint32Array(1))[0] >>> 1;
}
