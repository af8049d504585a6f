// The worker of browser.js. It loads models on first use, and generates one stage of one image at a time, so that stages arrive as they
// are computed, and a canceled request stops before its next stage.

import { NoKnownWordError, Pipeline } from '../model/pipeline.js';

const runtimePath = 'vendor/onnxruntime-web/';
// Approximate size, for the progress bar only.
const runtimeBytes = 14e6;
const canceled = new Set();
const pipelines = new Map();
let queue = Promise.resolve();
let settings = null;
let runtime = null;
let models = null;

self.onmessage = ({ data }) => {
  if (data.type === 'configure') {
    settings = { base: data.base, folders: data.config.models };
  } else if (data.type === 'cancel') {
    canceled.add(data.id);
  } else if (data.type === 'images' || data.type === 'interpolations') {
    queue = queue.then(() => respond(data));
  } else {
    respond(data);
  }
};

async function respond({ id, type, request }) {
  try {
    if (!canceled.has(id)) {
      self.postMessage({ id, type: 'done', value: await handlers[type](request, id) });
    }
  } catch (error) {
    self.postMessage({ id, type: 'done', error: explain(error) });
  }

  canceled.delete(id);
}

const handlers = {
  models: async () => (await allModels()).map(({ vocabulary, tokenizer, ...model }, i) => ({
    name: model.name,
    description: model.description,
    license: model.license,
    steps: model.steps,
    stageSizes: model.stageSizes,
    styles: model.styles ?? [],
    vocabularySize: vocabulary.length - 1,
    maxWords: tokenizer.maxWords,
    default: i === 0,
  })),

  vocabulary: async ({ prefix = '', near, limit = 8, model }) => {
    const { vocabulary } = await pipelineOf(model, { withNetworks: false });
    return near ? vocabulary.nearest(near, limit) : vocabulary.startingWith(prefix, limit);
  },

  images: async ({ model, n = 1, seed, ...request }, id) => {
    const pipeline = await pipelineOf(model);
    for (let i = 0; i < n && await isActive(id); i++) {
      const image = await pipeline.generate({ ...request, seed: seed + i }, {
        onStage: (stages) => self.postMessage({ id, type: 'stage', value: { ...stages, model: pipeline.model.name } }),
        isActive: () => isActive(id),
      });
      if (image) {
        send(id, i, pipeline.model.name, image);
      }
    }
  },

  interpolations: async ({ model, ...request }, id) => {
    const pipeline = await pipelineOf(model);
    for (let frame = 0; frame < request.frames && await isActive(id); frame++) {
      send(id, frame, pipeline.model.name, await pipeline.interpolate({ ...request, frame }));
    }
  },
};

function send(id, index, model, image) {
  self.postMessage({ id, type: 'image', index, value: { ...image, model } });
}

/** Returns false if a request is canceled. Lets pending messages arrive first. */
async function isActive(id) {
  await new Promise((resolve) => { setTimeout(resolve); });
  return !canceled.has(id);
}

function allModels() {
  models ??= Promise.all(settings.folders.map(async (folder) => {
    const { data, url } = await load(`${folder}model.json`, 'json');
    return { ...data, url };
  })).catch((error) => {
    models = null;
    throw error;
  });
  return models;
}

async function pipelineOf(name, { withNetworks = true } = {}) {
  const all = await allModels();
  const model = all.find((candidate) => candidate.name === name) ?? all[0];
  if (!withNetworks) {
    return pipelines.get(model) ?? new Pipeline(model, null);
  }

  if (!pipelines.has(model)) {
    pipelines.set(model, new Pipeline(model, await openNetworks(model)));
  }

  return pipelines.get(model);
}

async function openNetworks(model) {
  const files = [model.textEncoder, ...model.generator];
  const progress = trackProgress([...files.map(({ bytes }) => bytes), ...(runtime ? [] : [runtimeBytes])]);
  const [ort, ...parts] = await Promise.all([
    openRuntime(progress(files.length)),
    ...files.map(({ file }, i) => load(new URL(file, model.url), 'bytes', progress(i))),
  ]);
  // In sequence: the runtime initializes itself in the first call.
  const options = { executionProviders: ['wasm'], graphOptimizationLevel: 'all' };
  const sessions = [];
  for (const { data } of parts) {
    sessions.push(await ort.InferenceSession.create(data, options));
  }

  self.postMessage({ type: 'progress', value: 1 });
  return new Networks(ort, model, sessions[0], sessions.slice(1));
}

async function openRuntime(onBytes) {
  if (!runtime) {
    const wasm = await load(`${runtimePath}ort-wasm-simd-threaded.wasm`, 'bytes', onBytes);
    const ort = await import(new URL(`${runtimePath}ort.wasm.bundle.min.mjs`, settings.base).href);
    // Threads need shared memory, and that an isolated page. More than four do not pay for images of this size.
    ort.env.wasm.numThreads = self.crossOriginIsolated ? Math.min(4, navigator.hardwareConcurrency) : 1;
    ort.env.wasm.wasmBinary = wasm.data;
    ort.env.logLevel = 'error';
    runtime = ort;
  }

  return runtime;
}

/** Tracks the progress of several downloads together. */
function trackProgress(lengths) {
  const loaded = lengths.map(() => 0);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  return (index) => (bytes) => {
    loaded[index] = bytes;
    self.postMessage({ type: 'progress', value: Math.min(0.99, loaded.reduce((sum, length) => sum + length, 0) / total) });
  };
}

async function load(path, kind, onBytes) {
  const url = new URL(path, settings.base);
  let response;
  try {
    response = await fetch(url);
  } catch {
    throw new UnavailableError(url, 'the host does not respond');
  }

  if (!response.ok) {
    throw new UnavailableError(url, `the host responded with status ${response.status}`);
  }

  try {
    return { url: url.href, data: kind === 'json' ? await response.json() : await readAll(response, onBytes) };
  } catch {
    throw new UnavailableError(url, kind === 'json' ? 'the file is damaged' : 'the connection was lost');
  }
}

async function readAll(response, onBytes) {
  const parts = [];
  let length = 0;
  for (const reader = response.body.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) {
      break;
    }

    parts.push(value);
    length += value.length;
    onBytes?.(length);
  }

  const whole = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }

  return whole;
}

class UnavailableError extends Error {
  constructor(url, reason) {
    super(`${url.pathname.split('/').slice(-3).join('/')}: ${reason}.`);
  }
}

function explain(error) {
  if (error instanceof NoKnownWordError) {
    return { kind: 'unknown', title: error.message, unknownWords: error.unknownWords };
  }

  return error instanceof UnavailableError
    ? { kind: 'away', title: 'The model cannot be loaded.', detail: error.message }
    : { kind: 'broken', title: 'The image cannot be generated.', detail: error.message };
}

/** The text encoder and the parts of the generator in ONNX Runtime. */
class Networks {
  #ort;
  #model;
  #text;
  #generator;

  constructor(ort, model, text, generator) {
    [this.#ort, this.#model, this.#text, this.#generator] = [ort, model, text, generator];
  }

  async encode(ids) {
    const { Tensor } = this.#ort;
    const { words, sentence } = await this.#text.run({
      tokens: new Tensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]),
      lengths: new Tensor('int64', BigInt64Array.of(BigInt(ids.length)), [1]),
    });
    return { words: transpose(words.data, this.#model.embedding, ids.length), sentence: sentence.data };
  }

  async generate({ words, bias, sentence, noise, conditionNoise }, { size, onStage, isActive = () => true } = {}) {
    const { Tensor } = this.#ort;
    const { embedding, stageSizes } = this.#model;
    const row = (values) => new Tensor('float32', values, [1, values.length]);
    const values = {
      words: new Tensor('float32', transpose(words, bias.length, embedding), [1, embedding, bias.length]),
      word_bias: row(bias),
      sentence: row(sentence),
      noise: row(noise),
      condition_noise: row(conditionNoise),
    };
    const outputs = { images: [], attention: [] };
    for (const part of this.#generator) {
      if (!await isActive()) {
        return null;
      }

      // Stage 1 has no attention, and no inputs for it. The hidden context of a stage is an output of one part and an input of the next.
      Object.assign(values, await part.run(Object.fromEntries(part.inputNames.map((name) => [name, values[name]]))));
      for (const name of part.outputNames) {
        if (stageSizes.some((each) => name === `picture_${each}`)) {
          outputs.images.push(values[name].data);
        } else if (name.startsWith('attention_')) {
          outputs.attention.push(values[name].data);
        }
      }

      if (stageSizes[outputs.images.length - 1] === size) {
        break;
      }

      if (outputs.images.length > 0 && part !== this.#generator.at(-1)) {
        onStage?.(outputs);
      }
    }

    return outputs;
  }
}

/** Transposes (rows, columns) to (columns, rows). */
function transpose(values, rows, columns) {
  const transposed = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      transposed[column * rows + row] = values[row * columns + column];
    }
  }

  return transposed;
}
