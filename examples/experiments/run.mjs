// Runs a grid of trainings and notes one JSON line for each: what docs/experiments.md is made from.
//   node examples/experiments/run.mjs <grid.json> [--seeds 1,2,3] [--rows name,name] [--results file.jsonl] [--part 1/2]
//     [--runs folder] [--train-only]
// A run that the results already hold is not repeated. --part i/n: every n-th run, for several processes. --runs: where
// run folders go; one that is there is resumed. --train-only: no deployment figures, no results: only the run folders.
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureAccuracy } from '../../dist/accuracy.js';
import { writeModel } from '../../dist/compiler/1-read/write-model.js';
import { compile } from '../../dist/compiler/compile.js';
import { loadDataset } from '../../dist/data/index.js';
import { RunFolder } from '../../dist/train/run-folder.js';
import { train } from '../../dist/train/train.js';
import { trainedModel } from '../../dist/train/trained-model.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '1' },
    rows: { type: 'string' },
    results: { type: 'string' },
    part: { type: 'string', default: '1/1' },
    runs: { type: 'string' },
    'train-only': { type: 'boolean', default: false },
  },
});
const path = positionals[0];
if (path === undefined) throw new Error('which grid? node examples/experiments/run.mjs <grid.json>');
const grid = JSON.parse(readFileSync(path, 'utf8'));
const results = values.results ?? join(dirname(path), 'results', `${basename(path, '.json')}.jsonl`);
const done = new Set(
  (existsSync(results) ? readFileSync(results, 'utf8').trim().split('\n') : [])
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
    .map(({ row, seed }) => `${row} ${seed}`),
);
const wanted = values.rows?.split(',');
const rows = Object.entries(grid.rows).filter(([row]) => wanted === undefined || wanted.includes(row));
const runs = values.seeds
  .split(',')
  .flatMap((seed) => rows.map(([row, options]) => ({ row, options, seed: Number(seed) })));
const [part, parts] = values.part.split('/').map(Number);

/** Share of zeros among the recurrent layers' codes. */
function zerosOf({ layers }) {
  const codes = layers.flatMap((layer) =>
    layer.type === 'dense' || layer.type === 'scaleShift' ? [] : [layer.input, layer.recurrent],
  );
  const [zeros, all] = [(m) => m.codes.filter((code) => code === 0).length, (m) => m.codes.length];
  const sum = (count) => codes.reduce((total, m) => total + count(m), 0);
  return sum(zeros) / sum(all);
}

const brief = ({ quantized, fixed, changed, count }) => ({ quantized, fixed, changed, count });

/** Data sets by their options: rows may have options of their own (folds, groups). */
const loaded = new Map();
async function dataFor(options) {
  const own = { ...grid.dataOptions, ...options };
  const key = JSON.stringify(own);
  if (!loaded.has(key)) loaded.set(key, await loadDataset(grid.data, own));
  return loaded.get(key);
}
/** Other data to measure on, read as the training data were. */
const extra =
  grid.extraTest === undefined
    ? null
    : await loadDataset(grid.extraTest, { ...grid.extraTestOptions, like: await dataFor(undefined) });
for (const [i, { row, options: all, seed }] of runs.entries()) {
  if (i % parts !== part - 1 || done.has(`${row} ${seed}`)) continue;
  const { dataOptions, ...options } = all;
  const data = await dataFor(dataOptions);
  const weights = { ...grid.train.weights, ...options.weights };
  const folder =
    values.runs && join(values.runs, basename(path, '.json'), `${row.replaceAll(/[ ,().]+/g, '-')}-${seed}`);
  const run = folder && { run: new RunFolder(folder), resume: existsSync(join(folder, 'checkpoint.json')) };
  const result = await train(data, { ...grid.train, ...options, weights, seed }, { ...run });
  if (values['train-only']) {
    process.stderr.write(`${row}, seed ${seed}: ${JSON.stringify(result.test)} ${Math.round(result.seconds)} s\n`);
    continue;
  }
  const model = trainedModel(result.network);
  const { program } = compile(writeModel(model), { core: 'host' });
  const { test, validation, steps, bestStep, seconds } = result;
  const deployed = measureAccuracy(model, program, data, data.test, grid.measured);
  const line = {
    row,
    seed,
    ...{ validation, test, steps, bestStep, seconds: Math.round(seconds) },
    ...{ quantized: deployed.quantized, fixed: deployed.fixed, changed: deployed.changed, count: deployed.count },
    zeros: zerosOf(model),
    ...(extra !== null && { extra: brief(measureAccuracy(model, program, extra, extra.test, grid.measured)) }),
  };
  mkdirSync(dirname(results), { recursive: true });
  appendFileSync(results, `${JSON.stringify(line)}\n`);
  process.stderr.write(`${row}, seed ${seed}: ${JSON.stringify({ test, fixed: line.fixed })} ${line.seconds} s\n`);
}
