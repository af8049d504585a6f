import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Session } from '../../../src/AttnGan.Server/wwwroot/session.js';

const models = [{ name: 'first' }, { name: 'usual', default: true, stageSizes: [32, 64, 128] }];

/** A session with a backend that records its requests. */
async function openSession() {
  const requests = [];
  const session = new Session(async () => ({
    config: { backend: 'browser' },
    backend: {
      models: async () => models,
      images: async (request, { onImage } = {}) => {
        requests.push(request);
        const images = Array.from({ length: request.n }, (_, i) => ({ seed: request.seed + i }));
        images.forEach((image, i) => onImage?.(image, i));
        return images;
      },
    },
  }));
  await session.open();
  session.selectModel();
  return { session, requests };
}

test('a session can be opened again after a failure', async () => {
  let attempts = 0;
  const session = new Session(async () => {
    if (attempts++ === 0) {
      throw new Error('away');
    }

    return { config: {}, backend: { models: async () => models } };
  });
  await assert.rejects(session.open());
  assert.equal(session.isOpen, false);
  await session.open();
  assert.ok(session.isOpen);
});

test('an unknown model name selects the default model', async () => {
  const { session } = await openSession();
  assert.equal(session.model.name, 'usual');
  session.selectModel('first');
  assert.equal(session.model.name, 'first');
  session.selectModel('none');
  assert.equal(session.model.name, 'usual');
});

test('a style is one of the model, and part of its requests', async () => {
  const { session } = await openSession();
  session.models = [{ name: 'plain', styles: [] }, { name: 'styled', styles: ['ink', 'wool'] }];
  session.selectModel('styled');
  session.selectStyle('wool');
  assert.equal(session.request('a star', 1).style, 'wool');
  session.selectModel('plain');
  assert.deepEqual([session.styles, session.request('a star', 1).style], [[], undefined]);
  session.selectModel('styled');
  session.selectStyle('oil');
  assert.equal(session.style, undefined);
});

test('images are cached by request, including the truncation', async () => {
  const { session, requests } = await openSession();
  const request = session.request('a star', 1);
  const image = await session.image(request);
  assert.equal(await session.image(session.request('a star', 1)), image);
  assert.equal(requests.length, 1);
  session.setTruncation(0.5);
  await session.image(session.request('a star', 1));
  assert.equal(requests.length, 2);
});

test('the cache drops its oldest images', async () => {
  const { session, requests } = await openSession();
  for (let seed = 0; seed <= 64; seed++) {
    await session.image(session.request('a star', seed));
  }

  await session.image(session.request('a star', 64));
  assert.equal(requests.length, 65);
  await session.image(session.request('a star', 0));
  assert.equal(requests.length, 66);
});

test('thumbnails of consecutive seeds share a request, and cached images need none', async () => {
  const { session, requests } = await openSession();
  await session.image(session.request('a star', 3));
  const shown = [];
  await session.thumbnails(session.request('a star', 1), [1, 2, 3, 4, 9], session.begin(), (seed, image) => shown.push([seed, image.seed]));

  assert.deepEqual(requests.slice(1).map(({ seed, n, size }) => [seed, n, size]), [[1, 2, 64], [4, 1, 64], [9, 1, 64]]);
  assert.deepEqual(shown, [[3, 3], [1, 1], [2, 2], [4, 4], [9, 9]]);
});

test('a request cancels the one before it, and a scheduled action', async () => {
  const { session } = await openSession();
  const first = session.begin();
  session.schedule(() => assert.fail('The action is outdated.'));
  assert.ok(first.aborted);
  const second = session.begin();
  assert.equal(session.signal, second);
  assert.ok(!second.aborted);
  await new Promise((resolve) => { setTimeout(resolve, 150); });
});

test('thumbnails of a model without a small stage have the size of its last stage', async () => {
  const { session, requests } = await openSession();
  session.model.stageSizes = [16, 32];
  await session.thumbnails(session.request('a star', 1), [1], session.begin(), () => {});
  session.model.stageSizes = [128, 256];
  await session.thumbnails(session.request('a heart', 1), [1], session.begin(), () => {});
  session.model.stageSizes = [32, 64, 128];
  assert.deepEqual(requests.map(({ size }) => size), [32, 128]);
});

test('a rest ends with its request', async () => {
  const { session } = await openSession();
  const signal = session.begin();
  setTimeout(() => session.cancel(), 10);
  await assert.rejects(session.rest(signal), { name: 'AbortError' });
});

test('stages of an image are passed on, except for a cached one', async () => {
  const session = new Session(async () => ({
    config: {},
    backend: {
      models: async () => models,
      images: async (request, { onStage }) => {
        onStage('first stage');
        return ['image'];
      },
    },
  }));
  await session.open();
  const seen = [];
  await session.image(session.request('a star', 1), undefined, (stage) => seen.push(stage));
  await session.image(session.request('a star', 1), undefined, (stage) => seen.push(stage));
  assert.deepEqual(seen, ['first stage']);
});
