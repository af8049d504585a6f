import assert from 'node:assert/strict';
import { test } from 'node:test';
import { styleOf } from '../../../src/AttnGan.Server/wwwroot/model/noise.js';
import { interpolate, NoKnownWordError, Pipeline } from '../../../src/AttnGan.Server/wwwroot/model/pipeline.js';

const model = {
  vocabulary: ['<end>', 'a', 'red', 'heart', 'star'], tokenizer: { mode: 'Unicode', maxWords: 3 },
  stageSizes: [2, 4], embedding: 2, noise: 3, condition: 2,
};

/** Networks that record their inputs. */
function recorder() {
  const seen = { encoded: [], inputs: [] };
  return {
    seen,
    encode: async (ids) => {
      seen.encoded.push(ids);
      return { words: Float32Array.from(ids.flatMap((id) => [id, -id])), sentence: Float32Array.of(ids[0], ids.length) };
    },
    generate: async (inputs) => {
      seen.inputs.push(inputs);
      const words = inputs.bias.length;
      return {
        images: [new Float32Array(12).fill(-1), new Float32Array(48).fill(1)],
        attention: [Float32Array.from({ length: words * 4 }, (_, i) => (Math.floor(i / 4) === 0 ? 0.75 : 0.25 / (words - 1)))],
      };
    },
  };
}

test('an image contains its words, stages and attention', async () => {
  const networks = recorder();
  const image = await new Pipeline(model, networks).generate({ caption: 'a red Hart heart star', seed: 5, attention: true, stages: true });

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

test('an image contains the words that are read as known ones', async () => {
  const networks = recorder();
  const pipeline = new Pipeline({ ...model, readings: { star: 'sun asterisk', heart: 'love' } }, networks);
  const image = await pipeline.generate({ caption: 'a Sun, a sun', seed: 5 });
  assert.deepEqual(networks.seen.encoded, [[1, 4, 1]]);
  assert.deepEqual(image.readings, [{ word: 'sun', known: 'star' }]);
  assert.deepEqual(image.unknownWords, []);

  const frame = await pipeline.interpolate({
    from: { caption: 'a sun', seed: 1 }, to: { caption: 'love sun', seed: 1 }, frame: 1, frames: 3,
  });
  assert.deepEqual(frame.readings, [{ word: 'sun', known: 'star' }, { word: 'love', known: 'heart' }]);
});

test('a caption is encoded once for all its seeds', async () => {
  const networks = recorder();
  const pipeline = new Pipeline(model, networks);
  await pipeline.generate({ caption: 'a star', seed: 1 });
  await pipeline.generate({ caption: 'A STAR!', seed: 2 });
  assert.equal(networks.seen.encoded.length, 1);
  assert.notDeepEqual(networks.seen.inputs[0].noise, networks.seen.inputs[1].noise);
});

test('a caption without a known word gives suggestions', async () => {
  await assert.rejects(new Pipeline(model, recorder()).generate({ caption: 'hart sta', seed: 1 }), (error) => {
    assert.ok(error instanceof NoKnownWordError);
    assert.deepEqual(error.unknownWords, [{ word: 'hart', suggestions: ['heart'] }, { word: 'sta', suggestions: ['star'] }]);
    return true;
  });
});

test('an interpolation attends to both captions according to their shares', async () => {
  const networks = recorder();
  const image = await new Pipeline(model, networks).interpolate({
    from: { caption: 'a star', seed: 1 }, to: { caption: 'heart', seed: 9 }, frame: 1, frames: 5,
  });
  const [{ bias, sentence, words }] = networks.seen.inputs;
  assert.deepEqual(image.words, ['a', 'star', 'heart']);
  assert.deepEqual([...bias].map((value) => Math.round(Math.exp(value) * 1e6) / 1e6), [0.75, 0.75, 0.25]);
  assert.deepEqual([...sentence], [1.5, 1.75]);
  assert.deepEqual([...words], [1, -1, 4, -4, 3, -3]);
});

test('interpolated noise keeps its length', () => {
  const inputs = (noise) => ({ words: [], bias: [], sentence: [], noise: Float32Array.from(noise), conditionNoise: Float32Array.of(1) });
  const middle = interpolate(inputs([3, 0]), inputs([0, 3]), 0.5, true, 2);
  assert.ok(Math.abs(Math.hypot(...middle.noise) - 3) < 1e-6);
  assert.deepEqual([...interpolate(inputs([2, 0]), inputs([-2, 0]), 0.5, true, 2).noise], [0, 0], 'opposite vectors have no direction between them');
});

const styled = { ...model, styles: ['ink', 'clay', 'wool'] };

test('the seed or the request chooses a style', async () => {
  const networks = recorder();
  const pipeline = new Pipeline(styled, networks);
  for (const style of [undefined, 'wool']) {
    const image = await pipeline.generate({ caption: 'a star', seed: 5, style });
    assert.equal(image.style, style ?? styled.styles[styleOf(5, 3)]);
    const noise = networks.seen.inputs.at(-1).noise;
    assert.deepEqual([...noise.subarray(3)], styled.styles.map((each) => Number(each === image.style)));
  }

  assert.deepEqual(networks.seen.inputs[0].noise.subarray(0, 3), networks.seen.inputs[1].noise.subarray(0, 3));
  await assert.rejects(pipeline.generate({ caption: 'a star', seed: 5, style: 'oil' }), RangeError);
  assert.equal((await new Pipeline(model, recorder()).generate({ caption: 'a star', seed: 5 })).style, null);
});

test('styles are interpolated linearly, and a frame between two has none', async () => {
  const networks = recorder();
  const pipeline = new Pipeline(styled, networks);
  const seeds = Array.from({ length: 50 }, (_, seed) => seed);
  const [clay, wool] = [1, 2].map((index) => seeds.find((seed) => styleOf(seed, 3) === index));
  const request = { from: { caption: 'a star', seed: clay }, to: { caption: 'heart', seed: wool }, frames: 5 };
  const images = [];
  for (const frame of [0, 1, 4]) {
    images.push(await pipeline.interpolate({ ...request, frame }));
  }

  assert.deepEqual(images.map(({ style }) => style), ['clay', null, 'wool']);
  assert.deepEqual(networks.seen.inputs.map(({ noise }) => [...noise.subarray(3)]), [[0, 1, 0], [0, 0.75, 0.25], [0, 0, 1]]);
  assert.equal((await pipeline.interpolate({ ...request, style: 'ink', frame: 1 })).style, 'ink');
});

test('stages are reported before the image, and a canceled request has none', async () => {
  const networks = recorder();
  const whole = networks.generate;
  networks.generate = async (inputs, { onStage, isActive }) => {
    const outputs = await whole(inputs);
    onStage({ images: outputs.images.slice(0, 1), attention: [] });
    return await isActive() ? outputs : null;
  };
  const pipeline = new Pipeline(model, networks);
  const stages = [];
  const request = { caption: 'a star', seed: 5, attention: true, stages: true };
  const image = await pipeline.generate(request, { onStage: (stage) => stages.push(stage), isActive: async () => true });

  assert.deepEqual(stages.map((stage) => [stage.words, stage.stages.map(({ size }) => size), stage.attention]), [[['a', 'star'], [2], []]]);
  assert.deepEqual(image.stages.map(({ size }) => size), [2, 4]);
  assert.deepEqual(stages[0].stages[0], image.stages[0]);
  assert.equal(await pipeline.generate(request, { onStage: () => {}, isActive: async () => false }), null);
});
