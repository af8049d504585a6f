// Generates in the visitor's browser. A worker runs the networks, so that typing stays smooth.

import { BackendError } from './errors.js';

export function create(config, { onProgress } = {}) {
  isolate();
  let worker = null;
  let lastId = 0;
  const pending = new Map();

  function start() {
    worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }) => receive(data);
    worker.onerror = (event) => {
      event.preventDefault();
      fail('The worker that generates images cannot start.', event.message ?? '');
    };
    worker.postMessage({ type: 'configure', config, base: document.baseURI });
  }

  function fail(title, detail) {
    worker?.terminate();
    worker = null;
    for (const { reject } of pending.values()) {
      reject(new BackendError('broken', title, { detail }));
    }

    pending.clear();
  }

  function receive({ id, type, value, error, index }) {
    if (type === 'progress') {
      onProgress?.(value);
      return;
    }

    const request = pending.get(id);
    if (!request) {
      return;
    }

    if (type === 'stage') {
      request.onStage?.(value);
      return;
    }

    if (type === 'image') {
      request.images[index] = value;
      request.onImage?.(value, index);
      return;
    }

    pending.delete(id);
    if (error) {
      request.reject(new BackendError(error.kind, error.title, error));
    } else {
      request.resolve(value ?? request.images);
    }
  }

  function send(type, request, { signal, onImage, onStage } = {}) {
    signal?.throwIfAborted();
    if (!worker) {
      start();
    }

    const id = ++lastId;
    return new Promise((resolve, reject) => {
      pending.set(id, { resolve, reject, onImage, onStage, images: [] });
      signal?.addEventListener('abort', () => {
        if (pending.delete(id)) {
          worker?.postMessage({ type: 'cancel', id });
          reject(signal.reason);
        }
      }, { once: true });
      worker.postMessage({ type, id, request });
    });
  }

  return {
    software: config.software ?? 'AttnGan',
    models: (options) => send('models', {}, options),
    images: (request, options) => send('images', request, options),
    interpolations: (request, options) => send('interpolations', request, options),
    vocabulary: (request, options) => send('vocabulary', request, options),
  };
}

/** Registers the service worker that isolates the page, from the next visit on: reloading it at once could lose what was typed. */
function isolate() {
  if (!globalThis.crossOriginIsolated) {
    // Without a service worker the page generates with one thread: in private windows, or where the host serves the page by plain HTTP.
    navigator.serviceWorker?.register(new URL('../isolation.js', import.meta.url)).catch(() => {});
  }
}
