// Generates on a server with the REST API. All URLs are relative, so that the page can be served under any path.

import { BackendError } from './errors.js';

// The API key is stored until the tab is closed.
const keyName = 'attngan.key';
let key = null;
try {
  key = sessionStorage.getItem(keyName);
} catch {
  // Storage may be disabled; a key lasts until the page is closed then.
}

export function create() {
  return {
    software: null,
    useKey: (value) => {
      key = value;
      try {
        sessionStorage.setItem(keyName, value);
      } catch {
        // As above.
      }
    },
    models: async (options = {}) => {
      const models = await call('v1/models', options);
      return Array.isArray(models) ? models : models.models;
    },
    images: async ({ n = 1, truncation, ...request }, options = {}) => {
      const response = await post('v1/images', { ...request, n, ...optional(truncation), format: 'png' }, options);
      return await decode(response, options);
    },
    interpolations: async ({ truncation, ...request }, options = {}) => {
      const response = await post('v1/interpolations', { ...request, ...optional(truncation), format: 'png' }, options);
      return await decode(response, options);
    },
    vocabulary: async (query, options = {}) => {
      const parameters = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== undefined && value !== ''));
      const response = await call(`v1/vocabulary?${parameters}`, options);
      return (Array.isArray(response) ? response : response.words).map((word) => word.word ?? word);
    },
  };
}

// JSON has no infinity, so that requests without truncation omit the member.
const optional = (truncation) => (Number.isFinite(truncation) ? { truncation } : {});

const post = (path, body, { signal } = {}) => call(path, {
  signal, method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
});

async function call(path, { signal, method, headers = {}, body }) {
  let response;
  try {
    response = await fetch(path, { signal, method, headers: key ? { ...headers, 'X-Api-Key': key } : headers, body });
  } catch (error) {
    if (error.name === 'AbortError') {
      throw error;
    }

    throw new BackendError('away', 'The server does not respond.', { detail: 'It may be stopped, or the network may be down.' });
  }

  if (response.ok) {
    return await response.json();
  }

  const problem = await response.json().catch(() => ({}));
  signal?.throwIfAborted();
  const title = problem.title ?? `The server responded with status ${response.status}.`;
  // Validation errors have messages for each member.
  const detail = problem.detail ?? Object.values(problem.errors ?? {}).flat().join(' ');
  if (response.status === 429 || response.status === 503) {
    const seconds = Number(response.headers.get('Retry-After'));
    throw new BackendError('busy', title, { detail, retryAfter: seconds > 0 ? Math.min(seconds, 60) : 2 });
  }

  if (response.status === 401) {
    throw new BackendError('key', 'The server requires an API key.', { detail: key ? 'The given key is invalid.' : '' });
  }

  if (response.status === 422 && problem.unknownWords) {
    throw new BackendError('unknown', title, { detail, unknownWords: problem.unknownWords });
  }

  throw new BackendError(response.status < 500 ? 'refused' : 'broken', title, { detail });
}

async function decode({ model, images }, { signal, onImage } = {}) {
  const decoded = [];
  for (const image of images) {
    const stages = [];
    for (const { size, mediaType, data } of image.stages) {
      const png = bytes(data);
      stages.push({ size, png, rgba: await pixels(png, mediaType) });
    }

    signal?.throwIfAborted();
    decoded.push({
      ...image,
      model,
      stages,
      attention: (image.attention ?? []).map((stage) => ({ ...stage, maps: stage.maps.map(bytes) })),
    });
    onImage?.(decoded.at(-1), decoded.length - 1);
  }

  return decoded;
}

function bytes(base64) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

async function pixels(file, mediaType) {
  const bitmap = await createImageBitmap(new Blob([file], { type: mediaType }), { colorSpaceConversion: 'none' });
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, canvas.width, canvas.height).data;
}
