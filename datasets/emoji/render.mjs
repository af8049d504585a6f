// Rasterizes a drawing and finds the area that it fills.
import { Resvg } from '@resvg/resvg-js';

const FILL = 0.9; // share of the image that the drawing's longer side fills
const PROBE = 96; // side in pixels for measurements

const noFonts = { font: { loadSystemFonts: false } };

// The inner <svg> clips at the artist's own box, so that nothing outside it is visible in the margin.
function wrap({ body, width, height }, box) {
  return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="${box.join(' ')}">`
    + `<svg x="0" y="0" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${body}</svg></svg>`;
}

/** Renders a thumbnail on a transparent background: premultiplied RGBA pixels and the square box to show. */
export function probe(icon) {
  const svg = wrap(icon, [0, 0, icon.width, icon.height]);
  const { pixels, width, height } = new Resvg(svg, { fitTo: { mode: 'width', value: PROBE }, ...noFonts }).render();
  let left = width, right = -1, top = height, bottom = -1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (pixels[4 * (y * width + x) + 3] < 16) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  if (right < 0) return null;
  const unit = icon.width / width;
  const side = (Math.max(right - left, bottom - top) + 1) * unit / FILL;
  const centerX = ((left + right + 1) / 2) * unit;
  const centerY = ((top + bottom + 1) / 2) * unit;
  return { pixels, box: [centerX - side / 2, centerY - side / 2, side, side].map((v) => +v.toFixed(3)) };
}

/** Returns the finished image: a PNG with sides of `size` pixels, on white or on another background (a CSS color). */
export function renderPng(icon, box, size, background = 'white') {
  return new Resvg(wrap(icon, box), {
    fitTo: { mode: 'width', value: size },
    background,
    ...noFonts,
  }).render().asPng();
}
