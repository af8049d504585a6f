// Heat maps of attention, with the colors and the arithmetic of the library's HeatMap.

// Every seventeenth of the 256 colors of Matplotlib's "inferno" (CC0).
const colors = [
  0x000004, 0x0c0826, 0x240c4f, 0x420a68, 0x5d126e, 0x781c6d, 0x932667, 0xae305c,
  0xc73e4c, 0xdd513a, 0xed6925, 0xf8850f, 0xfca50a, 0xfac62d, 0xf2e661, 0xfcffa4,
].map((color) => [color >> 16, (color >> 8) & 255, color & 255]);

const overlayOpacity = 0.85, backdropBrightness = 0.55;

/**
 * Overlays an image with a word's attention map: gray and dimmed at low attention, hot at high attention.
 * @param {Uint8ClampedArray} rgba (S, S, 4)
 * @param {number} size S
 * @param {Uint8Array} map (s, s); 255 is the map's largest weight
 */
export function overlay(rgba, size, map) {
  const side = Math.sqrt(map.length);
  const result = new Uint8ClampedArray(rgba.length);
  for (let y = 0; y < size; y++) {
    const rows = neighbors(y, size, side);
    for (let x = 0; x < size; x++) {
      const columns = neighbors(x, size, side);
      const above = lerp(map[rows.first * side + columns.first], map[rows.first * side + columns.second], columns.weight);
      const below = lerp(map[rows.second * side + columns.first], map[rows.second * side + columns.second], columns.weight);
      const heat = lerp(above, below, rows.weight) / 255;
      const i = 4 * (y * size + x);
      const backdrop = (0.299 * rgba[i] + 0.587 * rgba[i + 1] + 0.114 * rgba[i + 2]) * backdropBrightness;
      const color = colorAt(heat);
      for (let c = 0; c < 3; c++) {
        result[i + c] = Math.floor(lerp(backdrop, color[c], heat * overlayOpacity) + 0.5);
      }

      result[i + 3] = 255;
    }
  }

  return result;
}

/** Returns the color of an attention weight in [0, 1]. */
export function colorAt(heat) {
  const position = Math.min(Math.max(heat, 0), 1) * (colors.length - 1);
  const below = Math.min(Math.floor(position), colors.length - 2);
  return colors[below].map((low, c) => Math.floor(lerp(low, colors[below + 1][c], position - below) + 0.5));
}

/**
 * Returns the words that a square of a stage attends to, the largest share first.
 * @param {{size: number, maps: Uint8Array[], scales: number[], topWords: {index: number, word: string}[]}} attention
 * @param {{x: number, y: number}} place Center of the square, in [0, 1).
 * @returns {{index: number, word: string, weight: number}[]} The shares sum to 1.
 */
export function wordsAt(attention, place) {
  const { first: top, last: bottom } = placeRange(place.y, attention.size);
  const { first: left, last: right } = placeRange(place.x, attention.size);
  const words = attention.topWords.map(({ index, word }) => {
    let sum = 0;
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        sum += attention.maps[index][y * attention.size + x];
      }
    }

    return { index, word, weight: sum * attention.scales[index] };
  });
  const total = words.reduce((sum, { weight }) => sum + weight, 0);
  return words
    .map((word) => ({ ...word, weight: total > 0 ? word.weight / total : 1 / words.length }))
    .sort((a, b) => b.weight - a.weight || a.index - b.index);
}

/** Returns the cells of a map that a square covers along one axis. A square is an eighth of the image wide. */
export function placeRange(center, size) {
  const width = Math.max(1, Math.round(size / 8));
  const first = Math.min(Math.max(Math.round(center * size - width / 2), 0), size - width);
  return { first, last: first + width - 1, width };
}

/** Returns the two cells whose centers enclose a pixel's center, and the weight of the second. */
function neighbors(pixel, pixels, cells) {
  const position = Math.min(Math.max((pixel + 0.5) * cells / pixels - 0.5, 0), cells - 1);
  const first = Math.floor(position);
  return { first, second: Math.min(first + 1, cells - 1), weight: position - first };
}

function lerp(from, to, weight) {
  return from + (to - from) * weight;
}
