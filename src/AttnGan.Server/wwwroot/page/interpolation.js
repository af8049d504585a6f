import { byId, paint } from './dom.js';
import { randomSeed, readSeed } from './seed.js';

/** A slider from the current image to one with another caption, another seed, or both. */
export class Interpolation {
  #slider = byId('interpolation-slider');
  #canvas = byId('interpolation-image');
  #status = byId('interpolation-status');
  #generate;
  #from = null;
  #frames = [];
  #key = null;
  #controller = null;

  /** @param {{generate: (request: object, options: object) => Promise<object[]>}} options */
  constructor({ generate }) {
    this.#generate = generate;
    byId('to-seed').value = randomSeed();
    this.#slider.addEventListener('input', () => this.#move());
    byId('to-random').addEventListener('click', () => {
      byId('to-seed').value = randomSeed();
      this.#restart();
    });
    byId('to-caption').addEventListener('change', () => this.#restart());
    byId('to-seed').addEventListener('change', () => this.#restart());
  }

  /** @param {object} image The first frame. @param {object} request Its request. */
  start(image, request) {
    this.#from = { image, request };
    byId('from-caption').textContent = image.caption;
    byId('from-seed').textContent = `seed ${image.seed}`;
    this.#clear();
    this.#slider.value = 0;
    this.#show(image, 0);
  }

  #restart() {
    this.#clear();
    if (Number(this.#slider.value) > 0) {
      this.#move();
    }
  }

  #clear() {
    this.#controller?.abort();
    this.#controller = null;
    this.#frames = [];
    this.#key = null;
    this.#status.textContent = '';
  }

  #move() {
    const frame = Number(this.#slider.value);
    if (!this.#from) {
      return;
    }

    this.#describe(frame);
    if (frame === 0) {
      this.#show(this.#from.image, 0);
    } else if (this.#frames[frame]) {
      this.#show(this.#frames[frame], frame);
    } else {
      this.#load();
    }
  }

  async #load() {
    const { caption, seed, style, model, truncation } = this.#from.request;
    const to = {
      caption: byId('to-caption').value.replace(/\s+/g, ' ').trim() || caption,
      seed: readSeed(byId('to-seed').value) ?? seed,
    };
    const frames = Number(this.#slider.max) + 1;
    const request = { from: { caption, seed }, to, frames, style, truncation, model };
    const key = JSON.stringify(request);
    if (key === this.#key) {
      return;
    }

    this.#key = key;
    const controller = this.#controller = new AbortController();
    this.#status.textContent = 'Generating the frames…';
    try {
      await this.#generate(request, {
        signal: controller.signal,
        onImage: (image, index) => {
          this.#frames[index] = image;
          if (index === Number(this.#slider.value)) {
            this.#show(image, index);
          }
        },
      });
      this.#status.textContent = to.caption === caption ? `To seed ${to.seed}.` : `To “${to.caption}”, seed ${to.seed}.`;
    } catch (error) {
      if (!controller.signal.aborted) {
        this.#clear();
        this.#status.textContent = [error.message, error.detail, suggest(error)].filter(Boolean).join(' ');
      }
    }
  }

  #show(image, frame) {
    const { rgba, size } = image.stages.at(-1);
    paint(this.#canvas, rgba, size);
    this.#canvas.setAttribute('aria-label', frame === 0 ? image.caption : `${image.caption}, frame ${frame} of ${this.#slider.max}`);
    this.#describe(frame);
  }

  #describe(frame) {
    this.#slider.setAttribute('aria-valuetext', frame === 0 ? 'the first image'
      : frame === Number(this.#slider.max) ? 'the last image' : `${frame} of ${this.#slider.max}`);
  }
}

function suggest({ unknownWords = [] }) {
  const similar = unknownWords.flatMap(({ suggestions }) => suggestions);
  return similar.length > 0 ? `Similar words: ${similar.join(', ')}.` : '';
}
