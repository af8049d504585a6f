// Draws in the visitor's browser: a worker runs the networks, so that typing stays smooth.

import { BackendError } from './errors.js';

export function create(config, { onProgress } = {}) {
  let worker = null;
  let number = 0;
  const open = new Map();

  function start() {
    worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }) => receive(data);
    worker.onerror = (event) => {
      event.preventDefault();
      fail('The worker that draws cannot start.', event.message ?? '');
    };
    worker.postMessage({ type: 'configure', config, base: document.baseURI });
  }

  function fail(title, detail) {
    worker?.terminate();
    worker = null;
    for (const { reject } of open.values()) {
      reject(new BackendError('broken', title, { detail }));
    }

    open.clear();
  }

  function receive({ id, type, value, error, index }) {
    if (type === 'progress') {
      onProgress?.(value);
      return;
    }

    const request = open.get(id);
    if (!request) {
      return;
    }

    if (type === 'image') {
      request.images[index] = value;
      request.onImage?.(value, index);
      return;
    }

    open.delete(id);
    if (error) {
      request.reject(new BackendError(error.kind, error.title, error));
    } else {
      request.resolve(value ?? request.images);
    }
  }

  function ask(type, request, { signal, onImage } = {}) {
    signal?.throwIfAborted();
    if (!worker) {
      start();
    }

    const id = ++number;
    return new Promise((resolve, reject) => {
      open.set(id, { resolve, reject, onImage, images: [] });
      signal?.addEventListener('abort', () => {
        if (open.delete(id)) {
          worker?.postMessage({ type: 'drop', id });
          reject(signal.reason);
        }
      }, { once: true });
      worker.postMessage({ type, id, request });
    });
  }

  return {
    software: config.software ?? 'AttnGan',
    models: (options) => ask('models', {}, options),
    images: (request, options) => ask('images', request, options),
    interpolations: (request, options) => ask('interpolations', request, options),
    vocabulary: (request, options) => ask('vocabulary', request, options),
  };
}
