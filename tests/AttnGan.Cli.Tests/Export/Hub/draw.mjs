// Generates an image with a repository of the Hub and ONNX Runtime alone:
// node draw.mjs FOLDER CAPTION SEED OUTPUT, which gets the values of red, green and blue, row by row.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PIPELINE_TYPES } from '@huggingface/tasks';
import ort from 'onnxruntime-node';
import { conditioningStream, latentNoise, normals } from '../../../../src/AttnGan.Server/wwwroot/model/noise.js';

const [folder, caption, seed, output] = process.argv.slice(2);
const card = readFileSync(join(folder, 'README.md'), 'utf8');
const task = /^pipeline_tag: (.*)$/m.exec(card)[1];
if (!PIPELINE_TYPES.includes(task)) {
  throw new Error(`The Hub does not know the task ${task}.`);
}

const { architecture, vocabulary } = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'));
const ids = caption.split(' ').map(word => BigInt(vocabulary.indexOf(word)));
const size = architecture.baseSize << (architecture.stages - 1);
const session = await ort.InferenceSession.create(join(folder, 'onnx', 'model.onnx'));
const row = (values) => new ort.Tensor('float32', values, [1, values.length]);
const results = await session.run(
  {
    tokens: new ort.Tensor('int64', BigInt64Array.from(ids), [1, ids.length]),
    lengths: new ort.Tensor('int64', [BigInt(ids.length)], [1]),
    noise: row(latentNoise(Number(seed), architecture.noise, architecture.styles?.length ?? 0)),
    condition_noise: row(normals(Number(seed), conditioningStream, architecture.condition)),
  },
  [`picture_${size}`]);

const values = results[`picture_${size}`].data;
const pixels = new Uint8Array(values.length);
for (let pixel = 0; pixel < size * size; pixel++) {
  for (let color = 0; color < 3; color++) {
    const value = (values[color * size * size + pixel] + 1) * 127.5;
    pixels[pixel * 3 + color] = Math.min(Math.max(Math.round(value), 0), 255);
  }
}

writeFileSync(output, pixels);
