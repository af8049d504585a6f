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
      const body = { ...request, n, ...optional(truncation), format: 'png' };
      if (!options.onStage) {
        return await decode(await post('v1/images', body, options), options);
      }

      const response = await send('v1/images', { ...json(body, options), accept: 'text/event-stream, application/json;q=0.5' });
      return response.headers.get('Content-Type')?.startsWith('text/event-stream')
        ? [await decodeStages(response, options)]
        : await decode(await response.json(), options);
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

const json = (body, { signal } = {}) => ({
  signal, method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
});

const post = (path, body, options) => call(path, json(body, options));

const call = async (path, request) => await (await send(path, request)).json();

async function send(path, { signal, method, headers = {}, accept, body }) {
  let response;
  try {
    const all = { ...headers, ...(accept && { Accept: accept }), ...(key && { 'X-Api-Key': key }) };
    response = await fetch(path, { signal, method, headers: all, body });
  } catch (error) {
    if (error.name === 'AbortError') {
      throw error;
    }

    throw new BackendError('away', 'The server does not respond.', { detail: 'It may be stopped, or the network may be down.' });
  }

  if (response.ok) {
    return response;
  }

  const problem = await response.json().catch(() => ({}));
  signal?.throwIfAborted();
  throw explain(problem, response, Number(response.headers.get('Retry-After')));
}

/** Returns the error of a response, or of an event in one, with the texts of its problem details. */
function explain(problem, response, seconds) {
  const title = problem.title ?? `The server responded with status ${response.status}.`;
  // Validation errors have messages for each member.
  const detail = problem.detail ?? Object.values(problem.errors ?? {}).flat().join(' ');
  if (response.status === 429 || response.status === 503) {
    return new BackendError('busy', title, { detail, retryAfter: seconds > 0 ? Math.min(seconds, 60) : 2 });
  }

  if (response.status === 401) {
    return new BackendError('key', 'The server requires an API key.', { detail: key ? 'The given key is invalid.' : '' });
  }

  if (response.status === 422 && problem.unknownWords) {
    return new BackendError('unknown', title, { detail, unknownWords: problem.unknownWords });
  }

  return new BackendError(response.status < 500 ? 'refused' : 'broken', title, { detail });
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

/** Reads the stages of one image from server-sent events. */
async function decodeStages(response, { signal, onStage }) {
  let image = null;
  for await (const { event, data } of events(response.body)) {
    signal?.throwIfAborted();
    if (event === 'problem') {
      throw explain(data, { status: data.status ?? 500 }, 1);
    }

    if (event === 'stage') {
      const { index, stage, last, image: file, attention, ...rest } = data;
      const png = bytes(file.data);
      image = {
        ...rest,
        stages: [...(image?.stages ?? []), { size: file.size, png, rgba: await pixels(png, file.mediaType) }],
        attention: [...(image?.attention ?? []), ...(attention ? [{ ...attention, maps: attention.maps.map(bytes) }] : [])],
      };
      signal?.throwIfAborted();
      onStage(image);
    } else if (event === 'done' && image) {
      return { ...image, ...data };
    }
  }

  throw new BackendError('away', 'The server does not respond.', { detail: 'The connection was lost.' });
}

async function* events(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return;
    }

    const parts = (text + value).split('\n\n');
    text = parts.pop();
    for (const part of parts) {
      const fields = Object.fromEntries(part.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)));
      yield { event: fields.event, data: JSON.parse(fields.data) };
    }
  }
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
