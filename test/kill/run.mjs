// Kill test: a training with shuffling, dropout, augmentation and stochastic weights is killed (SIGKILL) at random
// moments, each time resumed to its end; every one must end with the weights of the uninterrupted training.
//   node test/kill/run.mjs [--kills 20] [--seed 1]
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SeededRandom } from '../../dist/fixed/random.js';
import { readCheckpoint, weightsHash } from '../../dist/train/checkpoint.js';

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '20' }, seed: { type: 'string', default: '1' } },
});
const folder = mkdtempSync(join(tmpdir(), 'rnnq-kill-'));
const random = new SeededRandom(Number(values.seed));
const OPTIONS = [
  ...['--data', 'gestures', '--cell', 'gru', '--units', '16', '--epochs', '40', '--batch', '32', '--dropout', '0.2'],
  ...['--augment', 'noise=0.05,shift=2', '--weights', 'ternary-connect', '--stochastic', '--evaluate-every', '40'],
  ...['--checkpoint-seconds', '0.05'],
];

/** Starts rnnq train; kills it after `milliseconds` where given; resolves with the exit signal or null. */
function train(name, extra, milliseconds) {
  const output = join(folder, `${name}.json`);
  const child = spawn(process.execPath, ['dist/cli/main.js', 'train', ...OPTIONS, '-o', output, ...extra], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (text) => {
    errors += text;
  });
  const timer = milliseconds === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), milliseconds);
  return new Promise((resolve, reject) => {
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      if (signal === null && code !== 0) reject(new Error(`rnnq train ended with ${code}: ${errors}`));
      else resolve(signal);
    });
  });
}

const hashOf = (name) => {
  const { trainer, finished } = readCheckpoint(
    readFileSync(join(folder, `${name}.run/checkpoint.json`), 'utf8'),
  ).checkpoint;
  if (!finished) throw new Error(`${name} did not finish`);
  return weightsHash(trainer.network);
};

let failed = 0;
try {
  const started = performance.now();
  await train('whole', []);
  const length = performance.now() - started;
  const expected = hashOf('whole');
  process.stdout.write(`uninterrupted: ${(length / 1000).toFixed(1)} s, weights ${expected}\n`);
  for (let kill = 1; kill <= Number(values.kills); kill++) {
    const moment = random.next() * length;
    const name = `killed${kill}`;
    const signal = await train(name, [], moment);
    // killed before its first checkpoint: there is nothing to resume, it begins again
    const resumed = await train(name, ['--resume']).catch(() => train(name, ['--restart']).then(() => 'anew'));
    const own = hashOf(name);
    const model =
      readFileSync(join(folder, `${name}.json`), 'utf8') === readFileSync(join(folder, 'whole.json'), 'utf8');
    if (own !== expected || !model) failed++;
    const how = signal === null ? 'had finished' : resumed === 'anew' ? 'no checkpoint yet, begun anew' : 'resumed';
    process.stdout.write(
      `kill ${kill} at ${(moment / 1000).toFixed(2)} s: ${how}, weights ${own}, model ${model ? 'equal' : 'DIFFERENT'}\n`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.stdout.write(`${failed} of ${values.kills} differ\n`);
process.exitCode = failed === 0 ? 0 : 1;
