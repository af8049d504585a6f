// The page: what stands in the field becomes images. Each part has a file of its own in page/; here they are joined.

import { createBackend } from './backend/index.js';
import { Between } from './page/between.js';
import { CaptionView } from './page/caption.js';
import { byId, make } from './page/dom.js';
import { Light } from './page/light.js';
import { describePng, encodePng, pictureName } from './page/png.js';
import { Problem } from './page/problem.js';
import { Seeds } from './page/seeds.js';
import { Stages } from './page/stages.js';
import { randomSeed, readHash, writeHash } from './page/state.js';

// A pause in typing that is long enough to draw.
const pause = { browser: 120, server: 250 };
const remembered = 64;

let backend = null;
let isReady = false;
let config = {};
let models = [];
let model = null;
let truncation = Infinity;
let controller = null;
let typing = null;
let shown = null;
// The last images, so that going back to one asks nobody: by what they were drawn from.
const memory = new Map();

const light = new Light();
const problem = new Problem({
  onRetry: () => (isReady ? draw() : start()),
  onKey: (key) => backend?.useKey(key),
});
const caption = new CaptionView({ light, onInput: () => schedule(), onSubmit: () => draw() });
const stages = new Stages({ light, say });
const seeds = new Seeds({
  onChoose: (seed) => {
    seeds.select(seed);
    draw();
  },
  onNew: () => draw(),
  onRecall: (text) => {
    caption.text = text;
    draw();
  },
});
seeds.onLock = () => shown && seeds.settle(shown.image.caption, shown.image.stages.at(-1));
const between = new Between({
  draw: (request, options) => backend.interpolations(request, options),
});

async function start() {
  problem.hide();
  try {
    if (!backend) {
      ({ backend, config } = await createBackend({ onProgress: showProgress }));
    }

    models = await backend.models();
  } catch (error) {
    problem.show(error);
    return;
  }

  isReady = true;

  const state = readHash(location.hash);
  showModels(state.model);
  setTruncation(state.truncation ?? Infinity);
  seeds.select(state.seed ?? randomSeed());
  // Whoever was faster than the network has typed already.
  caption.text = caption.field.value || (state.caption ?? config.caption ?? '');
  document.body.dataset.backend = config.backend;
  draw();
}

function request() {
  return { caption: caption.text, seed: seeds.current, model: model?.name, truncation };
}

function schedule() {
  // What is under way is of a caption that is no more.
  controller?.abort();
  clearTimeout(typing);
  typing = setTimeout(draw, pause[config.backend] ?? pause.server);
}

async function draw() {
  clearTimeout(typing);
  controller?.abort();
  if (!isReady) {
    return;
  }

  const { signal } = controller = new AbortController();
  problem.hide();
  const wanted = request();
  history.replaceState(null, '', writeHash(wanted));
  if (caption.isEmpty) {
    await invite(signal);
    return;
  }

  stages.fade();
  seeds.fade();
  const slow = setTimeout(() => byId('progress').hidden && say('Drawing…'), 400);
  try {
    const image = recall(wanted, 'whole')
      ?? remember(wanted, (await backend.images({ ...wanted, n: 1, stages: true, attention: true }, { signal }))[0], 'whole');
    if (signal.aborted) {
      return;
    }

    clearTimeout(slow);
    show(image, wanted);
    await drawThumbnails(wanted, signal);
  } catch (error) {
    if (!signal.aborted) {
      fail(error);
    }
  } finally {
    clearTimeout(slow);
  }
}

function show(image, wanted) {
  if (image.words.join(' ') !== shown?.image.words.join(' ')) {
    light.reset();
  }

  shown = { image, wanted };
  caption.show(image);
  complete(image);
  stages.show(image);
  seeds.put(image.seed, image.stages.at(-1));
  seeds.settle(image.caption, image.stages.at(-1));
  between.start(image, wanted);
  byId('download').disabled = byId('share').disabled = false;
  document.body.dataset.drawn = `${image.caption}|${image.seed}`;
  const unknown = image.unknownWords.map(({ word }) => word);
  say(`Drawn: ${image.words.join(' ')}.`, unknown.length > 0 ? ` Not known: ${unknown.join(', ')}.` : '');
}

/** Seeds that follow each other are asked for at once. */
async function drawThumbnails(wanted, signal) {
  const missing = [];
  for (const seed of seeds.seeds) {
    const image = recall({ ...wanted, seed }, 'whole') ?? recall({ ...wanted, seed }, 'small');
    if (image) {
      seeds.put(seed, image.stages.at(-1));
    } else if (missing.at(-1)?.at(-1) === seed - 1) {
      missing.at(-1).push(seed);
    } else {
      missing.push([seed]);
    }
  }

  for (const run of missing) {
    await backend.images({ ...wanted, seed: run[0], n: run.length }, {
      signal,
      onImage: (image, i) => {
        if (!signal.aborted) {
          remember({ ...wanted, seed: run[i] }, image, 'small');
          seeds.put(run[i], image.stages.at(-1));
        }
      },
    });
  }

  if (!signal.aborted) {
    document.body.dataset.settled = document.body.dataset.drawn;
  }
}

function fail(error) {
  problem.show(error);
  say('');
  if (error.kind === 'unknown') {
    light.reset();
    caption.show({ words: [], unknownWords: error.unknownWords, truncated: false });
    complete(error);
  }
}

/** The word that is being written may be the beginning of a known one. */
async function complete({ unknownWords, words = [], truncated = false }) {
  const last = caption.lastWord;
  const unknown = unknownWords.find(({ word }) => word === last);
  if (!unknown || last.length < 2) {
    return;
  }

  const { signal } = controller;
  const longer = await backend.vocabulary({ prefix: last, limit: 3, model: model?.name }, { signal }).catch(() => []);
  if (longer.length > 0 && !signal.aborted) {
    unknown.suggestions = [...new Set([...longer, ...unknown.suggestions])].slice(0, 5);
    caption.show({ words, unknownWords, truncated });
  }
}

async function invite(signal) {
  shown = null;
  light.reset();
  stages.clear();
  say('');
  byId('download').disabled = byId('share').disabled = true;
  delete document.body.dataset.drawn;
  try {
    const words = await backend.vocabulary({ prefix: '', limit: 60, model: model?.name }, { signal });
    if (!signal.aborted) {
      // Short ones say little of what can be drawn.
      caption.invite(words.filter((word) => word.length > 3).slice(0, 12));
    }
  } catch (error) {
    if (!signal.aborted) {
      problem.show(error);
    }
  }
}

function recall(wanted, kind) {
  return memory.get(`${kind} ${JSON.stringify(wanted)} ${wanted.truncation}`);
}

function remember(wanted, image, kind) {
  memory.set(`${kind} ${JSON.stringify(wanted)} ${wanted.truncation}`, image);
  if (memory.size > remembered) {
    memory.delete(memory.keys().next().value);
  }

  return image;
}

/** `more` is for readers of screens: others see it elsewhere. */
function say(text, more = '') {
  byId('status').replaceChildren(text, ...(more ? [make('span', { class: 'visually-hidden' }, more)] : []));
}

function showProgress(part) {
  byId('progress').hidden = part >= 1;
  byId('progress').value = part;
  if (part < 1) {
    say('Loading the model…');
  }
}

function showModels(wanted) {
  model = models.find(({ name }) => name === wanted) ?? models.find((candidate) => candidate.default) ?? models[0] ?? null;
  byId('model').replaceChildren(...models.map(({ name }) => make('option', { value: name, selected: name === model?.name }, name)));
  byId('model-choice').hidden = models.length < 2;
  showCard();
}

function showCard() {
  byId('card').replaceChildren(...(model ? [
    make('strong', {}, model.name),
    `. ${model.description ?? ''} `,
    `${model.vocabularySize.toLocaleString('en')} words, captions of up to ${model.maxWords}; ${model.steps.toLocaleString('en')} training steps. `,
    model.license ? `License: ${model.license}` : 'It names no license.',
    config.backend === 'browser' ? ' Pictures are drawn in your browser; nothing that you write leaves it.' : '',
  ] : []));
}

function setTruncation(value) {
  const slider = byId('truncation');
  truncation = value > 0 ? value : Infinity;
  slider.value = Math.min(truncation, Number(slider.max));
  const text = truncation === Infinity ? 'off' : String(truncation);
  byId('truncation-value').textContent = text;
  slider.setAttribute('aria-valuetext', text);
}

byId('truncation').addEventListener('input', ({ target }) => {
  setTruncation(target.value === target.max ? Infinity : Number(target.value));
  schedule();
});

byId('model').addEventListener('change', ({ target }) => {
  model = models.find(({ name }) => name === target.value);
  shown = null;
  showCard();
  draw();
});

byId('download').addEventListener('click', async () => {
  const { image } = shown;
  const picture = image.stages.at(-1);
  const png = describePng(picture.png ?? await encodePng(picture.rgba, picture.size), {
    caption: image.caption, seed: image.seed, model: image.model ?? model?.name ?? '', software: backend.software ?? 'AttnGan',
  });
  const link = make('a', { href: URL.createObjectURL(new Blob([png], { type: 'image/png' })), download: pictureName(image.caption, image.seed) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
});

byId('share').addEventListener('click', async () => {
  history.replaceState(null, '', writeHash(request()));
  try {
    await navigator.clipboard.writeText(location.href);
    say('The link is copied.');
  } catch {
    say('The link is in the address line; copy it there.');
  }
});

addEventListener('hashchange', () => {
  const state = readHash(location.hash);
  showModels(state.model ?? model?.name);
  setTruncation(state.truncation ?? Infinity);
  seeds.select(state.seed ?? seeds.current);
  caption.text = state.caption ?? '';
  draw();
});

start();
