// The backend that generates images: a server with the REST API, or the visitor's browser. `config.json` next to the page specifies it.
//
// Both backends have the same methods. `signal` cancels a request.
//
//   models()
//       [{name, description, license, steps, stageSizes, styles, vocabularySize, maxWords, default}]
//   images({caption, n, seed, style, size, truncation, stages, attention, model}, {signal, onImage, onStage})
//       onStage(image) for each stage of a single image when it is available: the image with the stages so far
//   interpolations({from, to, frames, style, truncation, model}, {signal, onImage})
//       onImage(image, index) for each image when it is available: {caption, seed, style, words, readings: [{word, known}],
//       unknownWords: [{word, suggestions}], truncated, stages: [{size, rgba, png?}], attention: [{stage, size, topWords: [{index, word, weight}], maps: [Uint8Array], scales}]}
//   useKey(key)                                               servers only: sends an API key with all further requests
//   vocabulary({prefix, near, limit, model}, {signal})        known words
//
// They throw a BackendError.

import { BackendError } from './errors.js';

/** @param {{onProgress?: (share: number) => void}} [events] onProgress: the loaded share of a model, in [0, 1]. */
export async function createBackend(events = {}) {
  let config;
  try {
    const response = await fetch('config.json', { cache: 'no-cache' });
    config = response.ok ? await response.json() : { backend: 'server' };
  } catch {
    throw new BackendError('away', 'The page’s settings (config.json) cannot be loaded.', { detail: 'Check the network connection.' });
  }

  const { create } = config.backend === 'browser' ? await import('./browser.js') : await import('./server.js');
  return { backend: create(config, events), config };
}
