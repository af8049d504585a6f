// What draws: a server behind the REST API, or the visitor's browser. `config.json` beside the page says which.
//
// Both have the same methods. `signal` drops a request whose answer nobody waits for any more.
//
//   models()                                                  [{name, description, license, steps, stageSizes, vocabularySize, maxWords, default}]
//   images({caption, n, seed, truncation, stages, attention, model}, {signal, onImage})
//   interpolations({from, to, frames, truncation, model}, {signal, onImage})
//       onImage(image, index) as each is there; {caption, seed, words, unknownWords: [{word, suggestions}], truncated,
//       stages: [{size, rgba, png?}], attention: [{stage, size, topWords: [{index, word, weight}], maps: [Uint8Array], scales}]}
//   useKey(key)                                               a server's alone: sent with every request from then on
//   vocabulary({prefix, near, limit, model}, {signal})        words
//
// They throw BackendError.

import { BackendError } from './errors.js';

/** @param {{onProgress?: (part: number) => void}} [events] onProgress: how much of a model is loaded, from 0 to 1. */
export async function createBackend(events = {}) {
  let config;
  try {
    const response = await fetch('config.json', { cache: 'no-cache' });
    config = response.ok ? await response.json() : { backend: 'server' };
  } catch {
    throw new BackendError('away', 'The page’s settings (config.json) cannot be loaded.', { detail: 'Is the network there?' });
  }

  const { create } = config.backend === 'browser' ? await import('./browser.js') : await import('./server.js');
  return { backend: create(config, events), config };
}
