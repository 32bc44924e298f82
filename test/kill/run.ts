// Kill test: a training with shuffling, dropout, augmentation and stochastic weights is killed (SIGKILL) at random
// moments, each time resumed to its end; every one must end with the weights of the uninterrupted training.
//   npm run fuzz:kills -- [--kills 20] [--seed 1]
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SeededRandom } from '../../src/fixed/random.js';
import { readCheckpoint, weightsHash } from '../../src/train/checkpoint.js';
import { MAIN } from '../cli/place.js';

const OPTIONS = [
  ...['--data', 'gestures', '--cell', 'gru', '--units', '16', '--epochs', '40', '--batch', '32', '--dropout', '0.2'],
  ...['--augment', 'noise=0.05,shift=2', '--weights', 'ternary-connect', '--stochastic', '--evaluate-every', '40'],
  ...['--checkpoint-seconds', '0.05'],
];

/** Starts rnnq train; kills it after `milliseconds` where given; resolves with the exit signal or null. */
function train(output: string, extra: readonly string[], milliseconds?: number): Promise<NodeJS.Signals | null> {
  const child = spawn(process.execPath, [MAIN, 'train', ...OPTIONS, '-o', output, ...extra], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (text: Buffer) => {
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

/** Hash of the weights that a training ended with. */
function hashOf(output: string): string {
  const text = readFileSync(output.replace(/\.json$/, '.run/checkpoint.json'), 'utf8');
  const { trainer, finished } = readCheckpoint(text).checkpoint;
  if (!finished) throw new Error(`${output} did not finish`);
  return weightsHash(trainer.network);
}

export async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { kills: { type: 'string', default: '20' }, seed: { type: 'string', default: '1' } },
  });
  const kills = Number(values.kills);
  const random = new SeededRandom(Number(values.seed));
  const folder = mkdtempSync(join(tmpdir(), 'rnnq-kill-'));
  let failed = 0;
  try {
    const whole = join(folder, 'whole.json');
    const started = performance.now();
    await train(whole, []);
    const length = performance.now() - started;
    const expected = hashOf(whole);
    process.stdout.write(`uninterrupted: ${(length / 1000).toFixed(1)} s, weights ${expected}\n`);
    for (let kill = 1; kill <= kills; kill++) {
      const output = join(folder, `killed${kill}.json`);
      const moment = random.next() * length;
      const signal = await train(output, [], moment);
      // killed before its first checkpoint: there is nothing to resume, it starts over
      const resumed = await train(output, ['--resume']).then(
        () => 'resumed',
        () => train(output, ['--restart']).then(() => 'no checkpoint yet, started over'),
      );
      const weights = hashOf(output);
      const isEqual = readFileSync(output, 'utf8') === readFileSync(whole, 'utf8');
      if (weights !== expected || !isEqual) failed++;
      const how = signal === null ? 'had finished' : resumed;
      const place = `kill ${kill} at ${(moment / 1000).toFixed(2)} s`;
      process.stdout.write(`${place}: ${how}, weights ${weights}, model ${isEqual ? 'equal' : 'DIFFERENT'}\n`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  process.stdout.write(`${failed} of ${kills} differ\n`);
  return failed === 0 ? 0 : 1;
}
