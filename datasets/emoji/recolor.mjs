// Changes the main hue of an SVG drawing to another basic color, and nothing else.
import { hueDistance, oklchToRgb, rgbToOklch } from './colors.mjs';

/** Typical OKLCH values of the target colors. */
export const TARGETS = {
  red: { l: 0.6, c: 0.21, h: 26 },
  orange: { l: 0.74, c: 0.17, h: 56 },
  yellow: { l: 0.87, c: 0.17, h: 93 },
  green: { l: 0.66, c: 0.17, h: 144 },
  blue: { l: 0.6, c: 0.17, h: 253 },
  purple: { l: 0.56, c: 0.18, h: 303 },
  pink: { l: 0.77, c: 0.14, h: 355 },
  brown: { l: 0.46, c: 0.09, h: 50 },
};

const NAMED = { red: [255, 0, 0], green: [0, 128, 0], navy: [0, 0, 128], orange: [255, 165, 0] };
const PAINT = /\b(fill|stroke|stop-color)="(#[0-9a-f]{3}|#[0-9a-f]{6}|rgba?\([^)"]*\)|red|green|navy|orange)"/gi;

/** Returns `{ rgb, alpha }` of an SVG paint; alpha is the rgba() text or null. */
export function parsePaint(text) {
  const value = text.toLowerCase();
  if (NAMED[value]) return { rgb: NAMED[value], alpha: null };
  if (value.startsWith('#')) {
    const digits = value.length === 4 ? [...value.slice(1)].map((d) => d + d) : value.slice(1).match(/../g);
    return { rgb: digits.map((d) => parseInt(d, 16)), alpha: null };
  }
  const parts = value.slice(value.indexOf('(') + 1, -1).split(',').map((p) => p.trim());
  return { rgb: parts.slice(0, 3).map(Number), alpha: parts[3] ?? null };
}

function formatPaint(rgb, alpha) {
  if (alpha !== null) return `rgba(${rgb.join(', ')}, ${alpha})`;
  return '#' + rgb.map((v) => v.toString(16).padStart(2, '0')).join('');
}

/** Returns true if a paint belongs to the drawing's main hue (`source`: its mean color). */
function belongs(color, source) {
  if (color.c < 0.025) return false;
  // Dark lines, eyes and mouths share the hue of their surroundings but must not change.
  if (color.l < 0.42 && source.l - color.l > 0.25) return false;
  return hueDistance(color.h, source.h) < 48;
}

/** Returns the SVG body with the paints near `source` changed to the color `target`. */
export function recolor(body, source, target) {
  const goal = TARGETS[target];
  const chromaScale = Math.min(2.5, goal.c / source.c);
  return body.replace(PAINT, (whole, attribute, text) => {
    const { rgb, alpha } = parsePaint(text);
    const color = rgbToOklch(rgb);
    if (!belongs(color, source)) return whole;
    // Shades keep their order around the new color. Hues are contracted, because a range that is
    // one color in yellow and orange is two colors in blue and purple.
    const turn = ((color.h - source.h + 540) % 360) - 180;
    const moved = oklchToRgb({
      l: Math.min(0.97, Math.max(0.2, goal.l + 0.75 * (color.l - source.l))),
      c: color.c * chromaScale,
      h: (goal.h + Math.max(-12, Math.min(12, 0.35 * turn)) + 360) % 360,
    });
    return `${attribute}="${formatPaint(moved, alpha)}"`;
  });
}
