import { byId, paint } from './dom.js';
import { randomSeed, readSeed } from './state.js';

/** A slider from the image that stands there to one of another caption, another seed, or both. */
export class Between {
  #way = byId('way');
  #canvas = byId('between-picture');
  #draw;
  #from = null;
  #frames = [];
  #key = null;
  #controller = null;

  /** @param {{draw: (request: object, options: object) => Promise<object[]>, onError: (error: Error) => void}} options */
  constructor({ draw, onError }) {
    this.#draw = draw;
    this.onError = onError;
    byId('to-seed').value = randomSeed();
    this.#way.addEventListener('input', () => this.#move());
    byId('to-other').addEventListener('click', () => {
      byId('to-seed').value = randomSeed();
      this.#reconsider();
    });
    byId('to-caption').addEventListener('change', () => this.#reconsider());
    byId('to-seed').addEventListener('change', () => this.#reconsider());
  }

  /** @param {object} image The image that the way begins at. @param {object} request What it was drawn from. */
  start(image, request) {
    this.#from = { image, request };
    byId('from-caption').textContent = image.caption;
    byId('from-seed').textContent = `seed ${image.seed}`;
    this.#forget();
    this.#way.value = 0;
    this.#show(image, 0);
  }

  #reconsider() {
    this.#forget();
    if (Number(this.#way.value) > 0) {
      this.#move();
    }
  }

  #forget() {
    this.#controller?.abort();
    this.#controller = null;
    this.#frames = [];
    this.#key = null;
    byId('between-status').textContent = '';
  }

  #move() {
    const frame = Number(this.#way.value);
    if (!this.#from) {
      return;
    }

    this.#say(frame);
    if (frame === 0) {
      this.#show(this.#from.image, 0);
    } else if (this.#frames[frame]) {
      this.#show(this.#frames[frame], frame);
    } else {
      this.#load();
    }
  }

  async #load() {
    const { caption, seed, model, truncation } = this.#from.request;
    const to = {
      caption: byId('to-caption').value.replace(/\s+/g, ' ').trim() || caption,
      seed: readSeed(byId('to-seed').value) ?? seed,
    };
    const frames = Number(this.#way.max) + 1;
    const request = { from: { caption, seed }, to, frames, truncation, model };
    const key = JSON.stringify(request);
    if (key === this.#key) {
      return;
    }

    this.#key = key;
    const controller = this.#controller = new AbortController();
    byId('between-status').textContent = 'Drawing the way…';
    try {
      await this.#draw(request, {
        signal: controller.signal,
        onImage: (image, index) => {
          this.#frames[index] = image;
          if (index === Number(this.#way.value)) {
            this.#show(image, index);
          }
        },
      });
      byId('between-status').textContent = to.caption === caption ? `To seed ${to.seed}.` : `To “${to.caption}”, seed ${to.seed}.`;
    } catch (error) {
      if (!controller.signal.aborted) {
        this.#forget();
        byId('between-status').textContent = [error.message, error.detail, suggest(error)].filter(Boolean).join(' ');
      }
    }
  }

  #show(image, frame) {
    const picture = image.stages.at(-1);
    paint(this.#canvas, picture.rgba, picture.size);
    this.#canvas.setAttribute('aria-label', frame === 0 ? image.caption : `${image.caption}, step ${frame} of ${this.#way.max}`);
    this.#say(frame);
  }

  #say(frame) {
    this.#way.setAttribute('aria-valuetext', frame === 0 ? 'the first picture'
      : frame === Number(this.#way.max) ? 'the other picture' : `${frame} of ${this.#way.max}`);
  }
}

function suggest({ unknownWords = [] }) {
  const near = unknownWords.flatMap(({ suggestions }) => suggestions);
  return near.length > 0 ? `Near: ${near.join(', ')}.` : '';
}
