/** Returns an element by its ID. */
export const byId = (id) => document.getElementById(id);

/**
 * Creates an element. Strings become text nodes: no text of a visitor or a model is parsed as HTML.
 * @param {string} name
 * @param {Record<string, unknown>} attributes Functions become event listeners; false, null and undefined are omitted.
 * @param {...(Node | string)} children
 */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') {
      element.addEventListener(key, value);
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(key, value === true ? '' : value);
    }
  }

  element.append(...children);
  return element;
}

/** Paints (S, S, 4) pixels on a canvas, which gets their size. */
export function paint(canvas, rgba, size) {
  if (canvas.width !== size) {
    [canvas.width, canvas.height] = [size, size];
  }

  canvas.classList.toggle('pixels', size < 128);
  canvas.getContext('2d', { willReadFrequently: true }).putImageData(new ImageData(new Uint8ClampedArray(rgba), size, size), 0, 0);
}

/** Formats a share as a percentage. */
export const percent = (share) => `${Math.round(share * 100)}\u202f%`;
