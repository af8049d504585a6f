// Standard normal values that depend only on seed, stream and position: the library's SeededNoise, bit for bit. Its documentation has
// the formula. All steps are IEEE 754 operations, whose rounding is the same on all machines.

export const latentStream = 0;
export const conditioningStream = 1;
export const styleStream = 2;

const goldenGamma = 0x9e3779b97f4a7c15n;
const mask = 0xffffffffffffffffn;
const ln2 = 0.693147180559945309417;

// AS 241 (Wichura 1988): numerators and denominators of the center, the tails and the far tails, lowest power first.
const center = {
  numerator: [
    3.3871328727963666080, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
    4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3,
  ],
  denominator: [
    1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
    2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3,
  ],
};
const tail = {
  numerator: [
    1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550, 3.64784832476320460504,
    1.27045825245236838258, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4,
  ],
  denominator: [
    1, 2.05319162663775882187, 1.67638483018380384940, 6.89767334985100004550e-1,
    1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9,
  ],
};
const far = {
  numerator: [
    6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580, 2.96560571828504891230e-1,
    2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
  ],
  denominator: [
    1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
    7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15,
  ],
};

/**
 * Returns the first values of a stream.
 * @param {number | bigint} seed An integer.
 * @param {number} stream The purpose of the values.
 * @param {number} truncation The largest magnitude, greater than 0; Infinity for no truncation.
 */
export function normals(seed, stream, count, truncation = Infinity) {
  if (!(truncation > 0)) {
    throw new RangeError(`The truncation is ${truncation}; it must be greater than 0.`);
  }

  const probability = probabilityWithin(truncation);
  const key = mix((mix((BigInt(seed) + goldenGamma) & mask) ^ BigInt(stream)) + goldenGamma & mask);
  const values = new Float32Array(count);
  let counter = key;
  for (let i = 0; i < count; i++) {
    counter = (counter + goldenGamma) & mask;
    const u = (Number(mix(counter) >> 12n) + 0.5) * 2 ** -52;
    values[i] = inverseNormal(probability === 1 ? u : 0.5 + probability * (u - 0.5));
  }

  return values;
}

/**
 * Returns the generator's input `noise`: z, then the style, one-hot. This is the library's LatentNoise.
 * @param {number | null} style The index of the style; null for the one that the seed chooses.
 */
export function latentNoise(seed, width, styles, style = null, truncation = Infinity) {
  const input = new Float32Array(width + styles);
  input.set(normals(seed, latentStream, width, truncation));
  if (styles > 0) {
    input[width + (style ?? styleOf(seed, styles))] = 1;
  }

  return input;
}

/** Returns the index of the style that a seed chooses: that of the largest of as many values as there are styles. */
export function styleOf(seed, styles) {
  const values = normals(seed, styleStream, styles);
  return values.indexOf(Math.max(...values));
}

/** Returns the standard normal quantile of a probability p in (0, 1). */
export function inverseNormal(p) {
  const q = p - 0.5;
  if (q >= -0.425 && q <= 0.425) {
    const square = 0.180625 - q * q;
    return q * polynomial(center.numerator, square) / polynomial(center.denominator, square);
  }

  const distance = Math.sqrt(-logarithm(q < 0 ? p : 1 - p));
  const magnitude = distance <= 5
    ? polynomial(tail.numerator, distance - 1.6) / polynomial(tail.denominator, distance - 1.6)
    : polynomial(far.numerator, distance - 5) / polynomial(far.denominator, distance - 5);
  return q < 0 ? -magnitude : magnitude;
}

/** Returns the natural logarithm of a positive normal number. The last bit of Math.log differs between browsers. */
export function logarithm(x) {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const high = view.getUint32(0);
  let exponent = (high >>> 20) - 1023;
  // x = mantissa 2^exponent, mantissa in [1, 2)
  view.setUint32(0, (high & 0xfffff) | (1023 << 20));
  let mantissa = view.getFloat64(0);
  if (mantissa > 1.4142135623730951) {
    mantissa *= 0.5;
    exponent++;
  }

  // ln m = 2 artanh t with |t| < 0.172: eleven terms of the series reach the last bit.
  const t = (mantissa - 1) / (mantissa + 1);
  const square = t * t;
  let sum = 0;
  for (let power = 21; power >= 1; power -= 2) {
    sum = sum * square + 1 / power;
  }

  return exponent * ln2 + 2 * t * sum;
}

/** Returns the probability that a standard normal variable has a magnitude below the bound: inverts the quantiles by bisection. */
function probabilityWithin(truncation) {
  if (truncation === Infinity) {
    return 1;
  }

  let low = 0, high = 1;
  while (true) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) {
      return high;
    }

    [low, high] = inverseNormal(0.5 + middle / 2) < truncation ? [middle, high] : [low, middle];
  }
}

/** Stafford's variant 13 of SplitMix64's finalizer. */
function mix(z) {
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & mask;
  return z ^ (z >> 31n);
}

function polynomial(coefficients, x) {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) {
    sum = sum * x + coefficients[i];
  }

  return sum;
}
