import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create } from '../../../src/AttnGan.Server/wwwroot/backend/server.js';

/** Responds to requests with the parts of a body, and decodes images to their bytes. */
function respond(parts, { type = 'text/event-stream', status = 200 } = {}) {
  const requests = [];
  globalThis.fetch = async (path, request) => {
    requests.push(request);
    const body = new ReadableStream({
      start: (controller) => {
        parts.forEach((part) => controller.enqueue(new TextEncoder().encode(part)));
        controller.close();
      },
    });
    return new Response(body, { status, headers: { 'Content-Type': type } });
  };
  globalThis.createImageBitmap = async () => ({ width: 1, height: 1 });
  const context = { drawImage: () => {}, getImageData: () => ({ data: 'pixels' }) };
  globalThis.document = { createElement: () => ({ getContext: () => context }) };
  return requests;
}

const stage = (number, last = false) => `event: stage\ndata: ${JSON.stringify({
  index: 0, stage: number, last, caption: 'a ♥: star', seed: 1, words: ['a', 'star'], unknownWords: [], truncated: false,
  image: { size: 16 << number, mediaType: 'image/png', data: 'AAEC' },
  attention: number === 1 ? null : { stage: number, size: 4, maps: ['/w=='], scales: [1] },
})}\n\n`;

const request = { caption: 'a ♥: star', seed: 1, truncation: Infinity };

test('stages are passed on as they arrive, however the stream is cut', async () => {
  const text = stage(1) + stage(2, true) + 'event: done\ndata: {"model":"emoji"}\n\n';
  for (const size of [1, 7, 100, text.length]) {
    const requests = respond(Array.from({ length: Math.ceil(text.length / size) }, (_, i) => text.slice(i * size, (i + 1) * size)));
    const seen = [];
    const [image] = await create().images(request, { onStage: ({ stages, attention }) => seen.push([stages.length, attention.length]) });

    assert.match(requests[0].headers.Accept, /^text\/event-stream/);
    assert.deepEqual(seen, [[1, 0], [2, 1]]);
    assert.deepEqual([image.model, image.caption, image.stages.map((each) => each.size)], ['emoji', 'a ♥: star', [32, 64]]);
    assert.deepEqual([...image.attention[0].maps[0]], [255]);
    assert.deepEqual([...image.stages[0].png], [0, 1, 2]);
  }
});

test('a problem in the stream, and a stream that ends too early, are errors', async () => {
  respond([stage(1), 'event: problem\ndata: {"title":"It broke","status":500,"detail":"See the log."}\n\n']);
  await assert.rejects(create().images(request, { onStage: () => {} }), { kind: 'broken', message: 'It broke', detail: 'See the log.' });
  respond([stage(1)]);
  await assert.rejects(create().images(request, { onStage: () => {} }), { kind: 'away' });
});

test('a server that streams no stages responds with the image', async () => {
  const image = { caption: 'a star', seed: 1, words: ['a'], stages: [{ size: 32, mediaType: 'image/png', data: 'AAEC' }], attention: [] };
  respond([JSON.stringify({ model: 'emoji', images: [image] })], { type: 'application/json' });
  const [decoded] = await create().images(request, { onStage: () => assert.fail('There are no stages.') });
  assert.deepEqual([decoded.model, decoded.stages[0].rgba], ['emoji', 'pixels']);
});
