/** Parses a seed: an integer that a number represents exactly, or null. */
export function readSeed(text) {
  const seed = /^-?\d+$/.test(text ?? '') ? Number(text) : NaN;
  return Number.isSafeInteger(seed) ? seed : null;
}

/** Returns a random seed from the range of the command line: [0, 2^31). */
export function randomSeed() {
  return crypto.getRandomValues(new Uint32Array(1))[0] >>> 1;
}
