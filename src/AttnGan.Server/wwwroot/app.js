// The page: joins the session with the views in page/.

import { CaptionView } from './page/caption.js';
import { byId, make } from './page/dom.js';
import { Highlight } from './page/highlight.js';
import { Interpolation } from './page/interpolation.js';
import { readHash, writeHash } from './page/link.js';
import { describePng, describeReading, encodePng, imageName } from './page/png.js';
import { Problem } from './page/problem.js';
import { randomSeed } from './page/seed.js';
import { Seeds } from './page/seeds.js';
import { Stages } from './page/stages.js';
import { Session } from './session.js';

const session = new Session();
const highlight = new Highlight();
const problem = new Problem({
  onRetry: () => (session.isOpen ? generate() : start()),
  onKey: (key) => session.useKey(key),
});
const caption = new CaptionView({ highlight, onInput: () => session.schedule(generate), onSubmit: () => generate() });
const stages = new Stages({ highlight, announce });
const seeds = new Seeds({
  onChoose: (seed) => {
    seeds.select(seed);
    generate();
  },
  onNew: () => generate(),
  onLock: () => session.shown && seeds.settle(session.shown.image.caption, session.shown.image.stages.at(-1)),
  onRecall: (text) => {
    caption.text = text;
    generate();
  },
});
const interpolation = new Interpolation({ generate: (request, options) => session.interpolate(request, options) });

async function start() {
  problem.hide();
  try {
    await session.open({ onProgress: showProgress });
  } catch (error) {
    problem.show(error);
    return;
  }

  const link = readHash(location.hash);
  showModels(link.model, link.style);
  showTruncation(link.truncation ?? Infinity);
  seeds.select(link.seed ?? randomSeed());
  // A caption that was typed while the page was loading takes precedence.
  caption.text = caption.field.value || (link.caption ?? session.config.caption ?? '');
  document.body.dataset.backend = session.config.backend;
  generate();
}

function currentRequest() {
  return session.request(caption.text, seeds.current);
}

async function generate() {
  session.cancel();
  if (!session.isOpen) {
    return;
  }

  const signal = session.begin();
  const request = currentRequest();
  problem.hide();
  history.replaceState(null, '', writeHash(request));
  if (caption.isEmpty) {
    await showEmpty(signal);
    return;
  }

  stages.markStale();
  seeds.markStale();
  const slow = setTimeout(() => byId('progress').hidden && announce('Generating…'), 400);
  try {
    const image = await session.image(request, signal, (stage) => {
      if (!signal.aborted) {
        clearTimeout(slow);
        stages.sharpen(stage, session.model?.stageSizes.length ?? 0);
        document.body.dataset.stage = `${stage.caption}|${stage.seed}|${stage.stages.length}`;
      }
    });
    if (signal.aborted) {
      return;
    }

    clearTimeout(slow);
    show(image, request);
    await session.rest(signal);
    await session.thumbnails(request, seeds.seeds, signal, (seed, thumbnail) => seeds.show(seed, thumbnail));
    if (!signal.aborted) {
      document.body.dataset.settled = document.body.dataset.generated;
    }
  } catch (error) {
    if (!signal.aborted) {
      fail(error);
    }
  } finally {
    clearTimeout(slow);
  }
}

function show(image, request) {
  if (image.words.join(' ') !== session.shown?.image.words.join(' ')) {
    highlight.reset();
  }

  session.shown = { image, request };
  caption.show(image);
  complete(image);
  stages.show(image);
  seeds.show(image.seed, image);
  seeds.settle(image.caption, image.stages.at(-1));
  interpolation.start(image, request);
  byId('download').disabled = byId('share').disabled = false;
  document.body.dataset.generated = `${image.caption}|${image.seed}`;
  const unknown = image.unknownWords.map(({ word }) => word);
  announce(`Generated: ${image.words.join(' ')}.`, [
    ...(image.readings ?? []).map((reading) => ` ${describeReading(reading)}.`),
    ...(unknown.length > 0 ? [` Unknown: ${unknown.join(', ')}.`] : []),
  ].join(''));
}

function fail(error) {
  problem.show(error);
  announce('');
  if (error.kind === 'unknown') {
    highlight.reset();
    caption.show({ words: [], unknownWords: error.unknownWords, truncated: false });
    complete(error);
  }
}

/** Suggests completions of the word that is being typed, if it is the beginning of a known one. */
async function complete({ unknownWords, words = [], readings = [], truncated = false }) {
  const last = caption.lastWord;
  const unknown = unknownWords.find(({ word }) => word === last);
  if (!unknown || last.length < 2) {
    return;
  }

  const { signal } = session;
  const completions = await session.knownWords(last, 3, signal).catch(() => []);
  if (completions.length > 0 && !signal.aborted) {
    unknown.suggestions = [...new Set([...completions, ...unknown.suggestions])].slice(0, 5);
    caption.show({ words, readings, unknownWords, truncated });
  }
}

/** Clears the page, and offers words to begin a caption with. */
async function showEmpty(signal) {
  session.shown = null;
  highlight.reset();
  stages.clear();
  announce('');
  byId('download').disabled = byId('share').disabled = true;
  delete document.body.dataset.generated;
  try {
    const words = await session.knownWords('', 60, signal);
    if (!signal.aborted) {
      // Short words are mostly function words, which describe no image.
      caption.offer(words.filter((word) => word.length > 3).slice(0, 12));
    }
  } catch (error) {
    if (!signal.aborted) {
      problem.show(error);
    }
  }
}

/** Sets the status line; `more` is for screen readers only, because it is visible elsewhere. */
function announce(text, more = '') {
  byId('status').replaceChildren(text, ...(more ? [make('span', { class: 'visually-hidden' }, more)] : []));
}

function showProgress(share) {
  byId('progress').hidden = share >= 1;
  byId('progress').value = share;
  if (share < 1) {
    announce('Loading the model…');
  }
}

function showModels(name, style) {
  session.selectModel(name);
  const { models, model } = session;
  byId('model').replaceChildren(...models.map((each) => make('option', { value: each.name, selected: each === model }, each.name)));
  byId('model-choice').hidden = models.length < 2;
  showStyles(style);
  showCard();
}

function showStyles(name) {
  session.selectStyle(name);
  const { styles, style } = session;
  byId('style').replaceChildren(
    make('option', { value: '' }, 'any (seed)'),
    ...styles.map((each) => make('option', { value: each, selected: each === style }, each)));
  byId('style-choice').hidden = styles.length === 0;
}

function showCard() {
  const { model, config } = session;
  byId('card').replaceChildren(...(model ? [
    make('strong', {}, model.name),
    `. ${model.description ?? ''} `,
    `${model.vocabularySize.toLocaleString('en')} words, captions of up to ${model.maxWords} words; `,
    `${model.steps.toLocaleString('en')} training steps. `,
    model.license ? `License: ${model.license.replace(/\.$/, '')}.` : 'No license is specified.',
    config.backend === 'browser' ? ' Images are generated in your browser; the captions that you type never leave it.' : '',
  ] : []));
}

function showTruncation(value) {
  session.setTruncation(value);
  const { truncation } = session;
  const slider = byId('truncation');
  slider.value = Math.min(truncation, Number(slider.max));
  const text = truncation === Infinity ? 'off' : String(truncation);
  byId('truncation-value').textContent = text;
  slider.setAttribute('aria-valuetext', text);
}

byId('truncation').addEventListener('input', ({ target }) => {
  showTruncation(target.value === target.max ? Infinity : Number(target.value));
  session.schedule(generate);
});

byId('model').addEventListener('change', ({ target }) => {
  session.selectModel(target.value);
  session.shown = null;
  showStyles(session.style);
  showCard();
  generate();
});

byId('style').addEventListener('change', ({ target }) => {
  session.selectStyle(target.value);
  generate();
});

byId('download').addEventListener('click', async () => {
  const { image } = session.shown;
  const { png, rgba, size } = image.stages.at(-1);
  const file = describePng(png ?? await encodePng(rgba, size), {
    caption: image.caption, seed: image.seed, style: image.style, model: image.model ?? session.model?.name ?? '', software: session.software,
    readings: (image.readings ?? []).map(describeReading).join('; '),
  });
  const link = make('a', {
    href: URL.createObjectURL(new Blob([file], { type: 'image/png' })),
    download: imageName(image.caption, image.seed),
  });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
});

byId('share').addEventListener('click', async () => {
  history.replaceState(null, '', writeHash(currentRequest()));
  try {
    await navigator.clipboard.writeText(location.href);
    announce('The link is copied.');
  } catch {
    announce('The link is in the address bar; copy it from there.');
  }
});

addEventListener('hashchange', () => {
  const link = readHash(location.hash);
  showModels(link.model ?? session.model?.name, link.style);
  showTruncation(link.truncation ?? Infinity);
  seeds.select(link.seed ?? seeds.current);
  caption.text = link.caption ?? '';
  generate();
});

start();
