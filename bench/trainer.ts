// Step times of the trainer: the engine's forward and backward pass alone, and a whole update (quantization, engine,
// gradients of the masters, clipping, Adam). Median of many, ms.
//   node scripts/run.mjs bench/trainer.ts [--threads 1,2] [--cases a,b,c] [--repeats 60] [--method ternary]
import { parseArgs } from 'node:util';
import type { Dataset } from '../src/data/dataset.js';
import { SeededRandom } from '../src/fixed/random.js';
import type { Task } from '../src/tasks/task.js';
import { Engine } from '../src/train/engine/engine.js';
import type { Cell } from '../src/train/engine/layout.js';
import { makeParameters } from '../src/train/engine/parameters.js';
import type { MethodName } from '../src/train/methods/index.js';
import { checkTrainOptions } from '../src/train/options.js';
import { prepareBackend } from '../src/train/tf.js';
import { Trainer } from '../src/train/trainer.js';

const OPTIONS = {
  threads: { type: 'string', default: '1,2' },
  cases: { type: 'string', default: 'a,b,c' },
  repeats: { type: 'string', default: '60' },
  method: { type: 'string', default: 'ternary' },
  json: { type: 'boolean', default: false },
} as const;

interface Case {
  readonly cell: Cell;
  readonly inputs: number;
  readonly units: number;
  readonly outputs: number;
  readonly steps: number;
  readonly batch: number;
  readonly everyStep: boolean;
  readonly oneHot: boolean;
}

/** The cases of the design: sizes, batch, and whether a class is wanted at every step. */
const CASES: Readonly<Record<string, Case>> = {
  a: { cell: 'gru', inputs: 40, units: 64, outputs: 12, steps: 50, batch: 32, everyStep: false, oneHot: false },
  b: { cell: 'lstm', inputs: 50, units: 128, outputs: 50, steps: 50, batch: 50, everyStep: true, oneHot: true },
  c: { cell: 'gru', inputs: 40, units: 128, outputs: 12, steps: 50, batch: 32, everyStep: false, oneHot: false },
};
interface Times {
  readonly median: number;
  readonly least: number;
}

/** Of many runs, ms. */
function timesOf(run: () => unknown, repeats: number): Times {
  for (let i = 0; i < 10; i++) run();
  const times = Array.from({ length: repeats }, () => {
    const started = performance.now();
    run();
    return performance.now() - started;
  }).sort((x, y) => x - y);
  return { median: times[Math.floor(repeats / 2)]!, least: times[0]! };
}

/** Random sequences: streams for one-hot cases, as for text. */
function makeData({ inputs, outputs, steps, batch, everyStep, oneHot }: Case): Dataset {
  const random = new SeededRandom(1);
  const codes = (n: number) =>
    oneHot
      ? Int16Array.from({ length: n }, () => random.integer(inputs))
      : Int8Array.from({ length: n * inputs }, () => random.integer(255) - 127);
  const sequences = oneHot ? [codes(batch * steps * 4)] : Array.from({ length: batch * 4 }, () => codes(steps));
  const targets = sequences.map((s) =>
    Int32Array.from({ length: everyStep ? s.length : 1 }, () => random.integer(outputs)),
  );
  const split = { sequences, targets };
  const input = {
    size: inputs,
    fraction: oneHot ? 0 : 7,
    offset: [0],
    scale: [1],
    ...(oneHot && { encoding: 'one-hot' as const }),
  };
  const labels = Array.from({ length: outputs }, (_, i) => String(i));
  const task: Task = { name: oneHot ? 'symbols' : 'classify', labels, everyStep };
  return { name: 'bench', input, task, stream: oneHot, train: split, validation: split, test: split };
}

export async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const repeats = Number(values.repeats);
  const method = values.method as MethodName;
  await prepareBackend();
  const results: { case: string; threads: number; engine: Times; whole: Times }[] = [];
  for (const name of values.cases.split(','))
    for (const threads of values.threads.split(',').map(Number)) {
      process.env.RNNQ_THREADS = String(threads);
      const c = CASES[name];
      if (c === undefined) throw new Error(`no case ${name}: ${Object.keys(CASES).join(', ')}`);
      const data = makeData(c);
      const options = checkTrainOptions({
        ...{
          cell: c.cell,
          units: [c.units],
          batch: c.batch,
          backpropSteps: c.steps,
          steps: 100000,
          quantizeActivationsFrom: 1,
        },
        weights: { input: method, recurrent: method },
      });
      const trainer = new Trainer(data, options);
      const whole = timesOf(() => trainer.step(), repeats);
      const parameters = makeParameters(trainer.network.shape);
      const random = new SeededRandom(2);
      for (const { input, recurrent } of parameters.layers)
        for (const w of [input, recurrent]) for (let i = 0; i < w.length; i++) w[i] = 0.2 * (random.next() - 0.5);
      const engine = new Engine(trainer.network.shape, trainer.engine.batch);
      trainer.batches.fill(engine, 0);
      const alone = timesOf(() => engine.step(parameters, { quantization: null }), repeats);
      engine.dispose();
      trainer.dispose();
      results.push({ case: name, threads, engine: alone, whole });
      const show = ({ median: m, least }: Times) => `${m.toFixed(1)} (least ${least.toFixed(1)})`;
      process.stdout.write(`(${name}) ${threads} threads: engine ${show(alone)} ms, whole update ${show(whole)} ms\n`);
    }
  if (values.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
}
