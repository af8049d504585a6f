// Color names: conversions to OKLCH, a classifier for basic color terms, and the measurement
// of a rendering by area.

export const COLOR_NAMES = [
  'red', 'orange', 'yellow', 'green', 'blue', 'purple', 'pink', 'brown', 'black', 'gray', 'white',
];

const toLinear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
const fromLinear = (v) => (v <= 0.0031308 ? v * 12.92 : 1.055 * v ** (1 / 2.4) - 0.055);

/** Converts sRGB bytes to OKLCH: lightness 0..1, chroma about 0..0.33, hue in degrees. */
export function rgbToOklch([r8, g8, b8]) {
  const r = toLinear(r8 / 255), g = toLinear(g8 / 255), b = toLinear(b8 / 255);
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  const L = 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s;
  const A = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
  const B = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
  return { l: L, c: Math.hypot(A, B), h: ((Math.atan2(B, A) * 180) / Math.PI + 360) % 360 };
}

function oklchToLinear(L, c, h) {
  const A = c * Math.cos((h * Math.PI) / 180), B = c * Math.sin((h * Math.PI) / 180);
  const l = (L + 0.3963377774 * A + 0.2158037573 * B) ** 3;
  const m = (L - 0.1055613458 * A - 0.0638541728 * B) ** 3;
  const s = (L - 0.0894841775 * A - 1.291485548 * B) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

/** Converts OKLCH to sRGB bytes; a color outside sRGB is reduced in chroma, which keeps its hue. */
export function oklchToRgb({ l, c, h }) {
  const L = Math.min(1, Math.max(0, l));
  const fits = (chroma) => oklchToLinear(L, chroma, h).every((v) => v >= -1e-4 && v <= 1.0001);
  let chroma = c;
  if (!fits(chroma)) {
    let low = 0, high = c;
    for (let i = 0; i < 16; i++) {
      const middle = (low + high) / 2;
      if (fits(middle)) low = middle;
      else high = middle;
    }
    chroma = low;
  }
  return oklchToLinear(L, chroma, h)
    .map((v) => Math.round(255 * fromLinear(Math.min(1, Math.max(0, v)))));
}

export const hueDistance = (a, b) => Math.abs(((a - b + 540) % 360) - 180);

/** Returns the basic color term of an OKLCH color. */
export function nameOklch({ l, c, h }) {
  // Pale and dark colors need more chroma to be perceived as a hue.
  if (l > 0.965) return c < 0.03 ? 'white' : nameHue(l, c, h);
  if (c < 0.035 || (l > 0.9 && c < 0.045)) {
    if (l < 0.4) return 'black';
    return l > 0.9 ? 'white' : 'gray';
  }
  if (l < 0.22 || (l < 0.31 && c < 0.085)) return 'black';
  return nameHue(l, c, h);
}

function nameHue(l, c, h) {
  if (h >= 328 || h < 8) {
    if (l >= 0.5) return 'pink';
    return h >= 328 && h < 352 ? 'purple' : 'red';
  }
  if (h < 37) {
    if (l >= 0.69 || (h < 16 && l >= 0.67)) return 'pink';
    return c < 0.13 ? 'brown' : 'red';
  }
  if (h < 70) {
    if (l < 0.63 && c < 0.155) return 'brown';
    if (c < 0.1) return l < 0.82 ? 'brown' : 'orange';
    return 'orange';
  }
  if (h < 112) {
    if (l < 0.66 && h < 98) return 'brown';
    if (l < 0.6) return 'green';
    return c < 0.09 && l < 0.78 ? 'brown' : 'yellow';
  }
  if (h < 187) return 'green';
  if (h < 285) return 'blue';
  return 'purple';
}

/**
 * Measures a rendering on a transparent background. `pixels` are premultiplied RGBA bytes.
 * Returns the share of each color name, largest first, and its mean color.
 */
export function measureColors(pixels) {
  const sums = new Map();
  let total = 0;
  for (let i = 0; i < pixels.length; i += 4) {
    const alpha = pixels[i + 3];
    if (alpha < 64) continue;
    // Composite over white.
    const white = 255 - alpha;
    const lch = rgbToOklch([pixels[i] + white, pixels[i + 1] + white, pixels[i + 2] + white]);
    const name = nameOklch(lch);
    let sum = sums.get(name);
    if (!sum) sums.set(name, (sum = { n: 0, l: 0, a: 0, b: 0 }));
    const angle = (lch.h * Math.PI) / 180;
    sum.n++;
    sum.l += lch.l;
    sum.a += lch.c * Math.cos(angle);
    sum.b += lch.c * Math.sin(angle);
    total++;
  }
  return [...sums]
    .map(([name, { n, l, a, b }]) => ({
      name,
      share: n / total,
      mean: { l: l / n, c: Math.hypot(a, b) / n, h: ((Math.atan2(b, a) * 180) / Math.PI + 360) % 360 },
    }))
    .sort((x, y) => y.share - x.share || COLOR_NAMES.indexOf(x.name) - COLOR_NAMES.indexOf(y.name));
}
