// The worker behind browser.js: loads a model when it is first asked for and draws one image after the other, so that a request
// that nobody waits for any more stops between two of them.

import { Pipeline, UnknownCaption } from '../model/pipeline.js';

const runtimePath = 'vendor/onnxruntime-web/';
// About: it only moves the bar.
const runtimeBytes = 14e6;
const dropped = new Set();
const pipelines = new Map();
let queue = Promise.resolve();
let settings = null;
let runtime = null;
let models = null;

self.onmessage = ({ data }) => {
  if (data.type === 'configure') {
    settings = { base: data.base, folders: data.config.models };
  } else if (data.type === 'drop') {
    dropped.add(data.id);
  } else if (data.type === 'images' || data.type === 'interpolations') {
    queue = queue.then(() => answer(data));
  } else {
    answer(data);
  }
};

async function answer({ id, type, request }) {
  try {
    if (!dropped.has(id)) {
      self.postMessage({ id, type: 'done', value: await handlers[type](request, id) });
    }
  } catch (error) {
    self.postMessage({ id, type: 'done', error: explain(error) });
  }

  dropped.delete(id);
}

const handlers = {
  models: async () => (await allModels()).map(({ name, description, license, steps, stageSizes, vocabulary, tokenizer }, i) => ({
    name, description, license, steps, stageSizes, vocabularySize: vocabulary.length - 1, maxWords: tokenizer.maxWords, default: i === 0,
  })),

  vocabulary: async ({ prefix = '', near, limit = 8, model }) => {
    const { vocabulary } = await pipelineOf(model, { withNetworks: false });
    return near ? vocabulary.nearest(near, limit) : vocabulary.startingWith(prefix, limit);
  },

  images: async ({ model, n = 1, seed, ...request }, id) => {
    const pipeline = await pipelineOf(model);
    for (let i = 0; i < n && await stillWanted(id); i++) {
      send(id, i, pipeline.model.name, await pipeline.draw({ ...request, seed: seed + i }));
    }
  },

  interpolations: async ({ model, ...request }, id) => {
    const pipeline = await pipelineOf(model);
    for (let frame = 0; frame < request.frames && await stillWanted(id); frame++) {
      send(id, frame, pipeline.model.name, await pipeline.between({ ...request, frame }));
    }
  },
};

function send(id, index, model, image) {
  self.postMessage({ id, type: 'image', index, value: { ...image, model } });
}

/** Messages that came in the meantime are heard first. */
async function stillWanted(id) {
  await new Promise((resolve) => { setTimeout(resolve); });
  return !dropped.has(id);
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
  const progress = watch([model.textEncoder.bytes, model.generator.bytes, ...(runtime ? [] : [runtimeBytes])]);
  const [ort, textEncoder, generator] = await Promise.all([
    openRuntime(progress),
    load(new URL(model.textEncoder.file, model.url), 'bytes', progress(0)),
    load(new URL(model.generator.file, model.url), 'bytes', progress(1)),
  ]);
  // One after the other: the runtime initializes itself in the first call.
  const options = { executionProviders: ['wasm'], graphOptimizationLevel: 'all' };
  const text = await ort.InferenceSession.create(textEncoder.data, options);
  const drawing = await ort.InferenceSession.create(generator.data, options);
  self.postMessage({ type: 'progress', value: 1 });
  return new Networks(ort, model, text, drawing);
}

async function openRuntime(progress) {
  if (!runtime) {
    const wasm = await load(`${runtimePath}ort-wasm-simd-threaded.wasm`, 'bytes', progress(2));
    const ort = await import(new URL(`${runtimePath}ort.wasm.bundle.min.mjs`, settings.base).href);
    // One thread needs no shared memory, which static hosts have no headers for.
    ort.env.wasm.numThreads = 1;
    ort.env.wasm.wasmBinary = wasm.data;
    ort.env.logLevel = 'error';
    runtime = ort;
  }

  return runtime;
}

/** Adds up how much of several files has come. */
function watch(lengths) {
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
    throw new Unavailable(url, 'the network or the host does not answer');
  }

  if (!response.ok) {
    throw new Unavailable(url, `the host answered ${response.status}`);
  }

  try {
    return { url: url.href, data: kind === 'json' ? await response.json() : await readAll(response, onBytes) };
  } catch {
    throw new Unavailable(url, kind === 'json' ? 'it is damaged' : 'the connection broke off');
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
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }

  return whole;
}

class Unavailable extends Error {
  constructor(url, why) {
    super(`${url.pathname.split('/').slice(-3).join('/')}: ${why}.`);
  }
}

function explain(error) {
  if (error instanceof UnknownCaption) {
    return { kind: 'unknown', title: error.message, unknownWords: error.unknownWords };
  }

  return error instanceof Unavailable
    ? { kind: 'away', title: 'The model cannot be loaded.', detail: error.message }
    : { kind: 'broken', title: 'The picture cannot be drawn.', detail: error.message };
}

/** The two graphs in ONNX Runtime. */
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
    return { words: turn(words.data, this.#model.embedding, ids.length), sentence: sentence.data };
  }

  async draw({ words, bias, sentence, noise, conditionNoise }) {
    const { Tensor } = this.#ort;
    const { embedding, stageSizes, refinements } = this.#model;
    const row = (values) => new Tensor('float32', values, [1, values.length]);
    const given = {
      words: new Tensor('float32', turn(words, bias.length, embedding), [1, embedding, bias.length]),
      word_bias: row(bias),
      sentence: row(sentence),
      noise: row(noise),
      condition_noise: row(conditionNoise),
    };
    // A model of one stage attends to nothing and has no such inputs.
    const inputs = Object.fromEntries(this.#generator.inputNames.map((name) => [name, given[name]]));
    const outputs = await this.#generator.run(inputs);
    return {
      pictures: stageSizes.map((size) => outputs[`picture_${size}`].data),
      attention: Array.from({ length: refinements }, (_, i) => outputs[`attention_${i + 2}`].data),
    };
  }
}

/** (rows, columns) to (columns, rows). */
function turn(values, rows, columns) {
  const turned = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      turned[column * rows + row] = values[row * columns + column];
    }
  }

  return turned;
}
