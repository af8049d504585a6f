// The state behind the page: the backend and its models, the selected settings, the running request and the recent images. It does
// not touch the DOM.

import { createBackend } from './backend/index.js';

// Milliseconds without a keystroke after which a caption is generated: the first stage is there before the next keystroke.
const typingPause = 20;
// Milliseconds after which the other seeds of a caption are generated. Most captions are on the way to another one.
const restPause = 300;
// Thumbnails are smaller than the image.
const minThumbnailSize = 64;
const cacheSize = 64;

export class Session {
  #createBackend;
  #backend = null;
  #controller = null;
  #timer = null;
  // Recent images by request, oldest first, so that going back to one needs no request.
  #cache = new Map();

  config = {};
  models = [];
  model = null;
  truncation = Infinity;
  /** The selected style of the model; undefined for the one that each seed chooses. */
  style = undefined;
  /** True once the models are known. */
  isOpen = false;
  /** The image on the page with its request; null if there is none. */
  shown = null;

  /** @param {typeof createBackend} [create] Creates the backend. */
  constructor(create = createBackend) {
    this.#createBackend = create;
  }

  /**
   * Connects to the backend and lists its models. After a failure it can be called again.
   * @param {{onProgress?: (share: number) => void}} [events]
   */
  async open(events) {
    if (!this.#backend) {
      ({ backend: this.#backend, config: this.config } = await this.#createBackend(events));
    }

    this.models = await this.#backend.models();
    this.isOpen = true;
  }

  get software() {
    return this.#backend.software ?? 'AttnGan';
  }

  /** The signal of the request that began last. */
  get signal() {
    return this.#controller.signal;
  }

  useKey(key) {
    this.#backend?.useKey(key);
  }

  /** Selects a model by name; the default model if there is none of that name. A style that it lacks is deselected. */
  selectModel(name) {
    this.model = this.models.find((model) => model.name === name) ?? this.models.find((model) => model.default) ?? this.models[0] ?? null;
    this.selectStyle(this.style);
  }

  /** The styles of the selected model; empty if it has none. */
  get styles() {
    return this.model?.styles ?? [];
  }

  /** Selects a style of the model by name; that of each seed if there is none of that name. */
  selectStyle(name) {
    this.style = this.styles.find((style) => style === name);
  }

  /** Sets the truncation; no truncation if the value is not greater than 0. */
  setTruncation(value) {
    this.truncation = value > 0 ? value : Infinity;
  }

  /** Returns the request for an image with the selected settings. */
  request(caption, seed) {
    return { caption, seed, style: this.style, model: this.model?.name, truncation: this.truncation };
  }

  /** Cancels the running request and the scheduled action. */
  cancel() {
    clearTimeout(this.#timer);
    this.#controller?.abort();
  }

  /** Schedules an action for the next pause in typing. The running request is outdated, and is canceled at once. */
  schedule(action) {
    this.cancel();
    this.#timer = setTimeout(action, typingPause);
  }

  /** Begins a request in place of the running one, and returns its signal. */
  begin() {
    this.cancel();
    this.#controller = new AbortController();
    return this.signal;
  }

  /**
   * Generates an image with all its stages and attention, or takes it from the cache.
   * @param {(image: object) => void} [onStage] Called with the stages so far when another one is available.
   */
  async image(request, signal, onStage = () => {}) {
    const cached = this.#cached('full', request);
    if (cached) {
      return cached;
    }

    const [image] = await this.#backend.images({ ...request, n: 1, stages: true, attention: true }, { signal, onStage });
    return this.#store('full', request, image);
  }

  /** Waits until the visitor rests. Rejects if the request is canceled before. */
  rest(signal) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, restPause);
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(signal.reason);
      }, { once: true });
    });
  }

  /** Generates the thumbnails of several seeds that are not in the cache. Consecutive seeds share a request. */
  async thumbnails(request, seeds, signal, onImage) {
    const runs = [];
    for (const seed of seeds) {
      const image = this.#cached('full', { ...request, seed }) ?? this.#cached('thumbnail', { ...request, seed });
      if (image) {
        onImage(seed, image);
      } else if (runs.at(-1)?.at(-1) === seed - 1) {
        runs.at(-1).push(seed);
      } else {
        runs.push([seed]);
      }
    }

    const sizes = this.model?.stageSizes ?? [];
    const size = sizes.find((each) => each >= minThumbnailSize) ?? sizes.at(-1);
    for (const run of runs) {
      await this.#backend.images({ ...request, seed: run[0], n: run.length, ...(size && { size }) }, {
        signal,
        onImage: (image, i) => {
          if (!signal.aborted) {
            onImage(run[i], this.#store('thumbnail', { ...request, seed: run[i] }, image));
          }
        },
      });
    }
  }

  interpolate(request, options) {
    return this.#backend.interpolations(request, options);
  }

  /** Returns the most frequent known words with a prefix. */
  knownWords(prefix, limit, signal) {
    return this.#backend.vocabulary({ prefix, limit, model: this.model?.name }, { signal });
  }

  #cached(kind, request) {
    return this.#cache.get(cacheKey(kind, request));
  }

  #store(kind, request, image) {
    this.#cache.set(cacheKey(kind, request), image);
    if (this.#cache.size > cacheSize) {
      this.#cache.delete(this.#cache.keys().next().value);
    }

    return image;
  }
}

// JSON has no infinity, so the truncation is added as text.
function cacheKey(kind, request) {
  return `${kind} ${JSON.stringify(request)} ${request.truncation}`;
}
