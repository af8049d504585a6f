/** An element by its id. */
export const byId = (id) => document.getElementById(id);

/**
 * Makes an element. Texts are only ever text: nothing that a reader or a model wrote is parsed as HTML.
 * @param {string} name
 * @param {Record<string, unknown>} attributes Functions are listeners; false and null are left out.
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

/** Puts pixels on a canvas of their own size. */
export function paint(canvas, rgba, size) {
  if (canvas.width !== size) {
    [canvas.width, canvas.height] = [size, size];
  }

  canvas.classList.toggle('pixels', size < 128);
  canvas.getContext('2d', { willReadFrequently: true }).putImageData(new ImageData(new Uint8ClampedArray(rgba), size, size), 0, 0);
}

/** A share as people read it. */
export const percent = (share) => `${Math.round(share * 100)}\u202f%`;
