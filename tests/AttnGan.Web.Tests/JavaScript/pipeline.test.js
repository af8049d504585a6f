import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mix, Pipeline, UnknownCaption } from '../../../src/AttnGan.Server/wwwroot/model/pipeline.js';

const model = {
  vocabulary: ['<end>', 'a', 'red', 'heart', 'star'], tokenizer: { mode: 'Unicode', maxWords: 3 },
  stageSizes: [2, 4], embedding: 2, noise: 3, condition: 2,
};

/** Networks that tell what they were given. */
function recorder() {
  const seen = { encoded: [], sketches: [] };
  return {
    seen,
    encode: async (ids) => {
      seen.encoded.push(ids);
      return { words: Float32Array.from(ids.flatMap((id) => [id, -id])), sentence: Float32Array.of(ids[0], ids.length) };
    },
    draw: async (sketch) => {
      seen.sketches.push(sketch);
      const words = sketch.bias.length;
      return {
        images: [new Float32Array(12).fill(-1), new Float32Array(48).fill(1)],
        attention: [Float32Array.from({ length: words * 4 }, (_, i) => (Math.floor(i / 4) === 0 ? 0.75 : 0.25 / (words - 1)))],
      };
    },
  };
}

test('an image says what it was drawn from and what it looked at', async () => {
  const networks = recorder();
  const image = await new Pipeline(model, networks).draw({ caption: 'a red Hart heart star', seed: 5, attention: true, stages: true });

  assert.deepEqual(networks.seen.encoded, [[1, 2, 3]]);
  assert.deepEqual(image.words, ['a', 'red', 'heart']);
  assert.deepEqual(image.unknownWords, [{ word: 'hart', suggestions: ['heart'] }]);
  assert.equal(image.truncated, true);
  assert.deepEqual(image.stages.map(({ size }) => size), [2, 4]);
  assert.deepEqual([...image.stages[0].rgba.subarray(0, 4), ...image.stages[1].rgba.subarray(0, 4)], [0, 0, 0, 255, 255, 255, 255, 255]);
  const [attention] = image.attention;
  assert.deepEqual([attention.stage, attention.size, attention.scales[0]], [2, 2, 0.75]);
  assert.deepEqual(attention.topWords.map(({ word, weight }) => [word, weight]), [['a', 0.75], ['red', 0.125], ['heart', 0.125]]);
  assert.deepEqual(attention.maps.map((map) => map[0]), [255, 255, 255]);
});

test('a caption is read once for all its seeds', async () => {
  const networks = recorder();
  const pipeline = new Pipeline(model, networks);
  await pipeline.draw({ caption: 'a star', seed: 1 });
  await pipeline.draw({ caption: 'A STAR!', seed: 2 });
  assert.equal(networks.seen.encoded.length, 1);
  assert.notDeepEqual(networks.seen.sketches[0].noise, networks.seen.sketches[1].noise);
});

test('a caption without a known word says what may have been meant', async () => {
  await assert.rejects(new Pipeline(model, recorder()).draw({ caption: 'hart sta', seed: 1 }), (error) => {
    assert.ok(error instanceof UnknownCaption);
    assert.deepEqual(error.unknownWords, [{ word: 'hart', suggestions: ['heart'] }, { word: 'sta', suggestions: ['star'] }]);
    return true;
  });
});

test('between two captions both are looked at, each as much as there is of it', async () => {
  const networks = recorder();
  const image = await new Pipeline(model, networks).between({
    from: { caption: 'a star', seed: 1 }, to: { caption: 'heart', seed: 9 }, frame: 1, frames: 5,
  });
  const [{ bias, sentence, words }] = networks.seen.sketches;
  assert.deepEqual(image.words, ['a', 'star', 'heart']);
  assert.deepEqual([...bias].map((value) => Math.round(Math.exp(value) * 1e6) / 1e6), [0.75, 0.75, 0.25]);
  assert.deepEqual([...sentence], [1.5, 1.75]);
  assert.deepEqual([...words], [1, -1, 4, -4, 3, -3]);
});

test('noise on the way is as long as noise is', () => {
  const sketch = (noise) => ({ words: [], bias: [], sentence: [], noise: Float32Array.from(noise), conditionNoise: Float32Array.of(1) });
  const middle = mix(sketch([3, 0]), sketch([0, 3]), 0.5, true);
  assert.ok(Math.abs(Math.hypot(...middle.noise) - 3) < 1e-6);
  assert.deepEqual([...mix(sketch([2, 0]), sketch([-2, 0]), 0.5, true).noise], [0, 0], 'opposite noise has no direction between');
});
