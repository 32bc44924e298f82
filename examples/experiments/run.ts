// Runs a grid of trainings and notes one JSON line for each: what docs/experiments.md is made from.
//   node scripts/run.mjs examples/experiments/run.ts <grid.json> [--seeds 1,2,3] [--rows name,name] [--results file.jsonl] [--part 1/2]
//     [--runs folder] [--train-only]
// A run that the results already hold is not repeated. --part i/n: every n-th run, for several processes. --runs: where
// run folders go; one that is there is resumed. --train-only: no deployment figures, no results: only the run folders.
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Accuracy, measureAccuracy } from '../../src/accuracy.js';
import { collectReport } from '../../src/collect-report.js';
import { compileModel } from '../../src/compiler/compile.js';
import type { Dataset } from '../../src/data/dataset.js';
import { type DataOptions, loadDataset } from '../../src/data/index.js';
import type { Model } from '../../src/ir/model.js';
import type { Program } from '../../src/ir/program.js';
import { predict } from '../../src/predict.js';
import { checkTrainOptions } from '../../src/train/options.js';
import { RunFolder } from '../../src/train/run-folder.js';
import { savedNetwork, savedRun } from '../../src/train/saved-network.js';
import { train } from '../../src/train/train.js';
import { trainedModel } from '../../src/train/trained-model.js';
import type { Deployed, Grid, ResultLine, Rows, Takes } from './results.js';

/** Share of zeros among the recurrent layers' codes. */
function zerosOf({ layers }: Model): number {
  const matrices = layers.flatMap((layer) => ('recurrent' in layer ? [layer.input, layer.recurrent] : []));
  const sum = (count: (codes: Int8Array) => number) => matrices.reduce((total, { codes }) => total + count(codes), 0);
  return sum((codes) => codes.filter((code) => code === 0).length) / sum((codes) => codes.length);
}

const brief = ({ quantized, fixed, changed, count }: Accuracy): Deployed => ({ quantized, fixed, changed, count });

/** Bytes and cycles of a model on each core. */
async function takesOn(cores: NonNullable<Grid['cores']>, model: Model): Promise<Record<string, Takes>> {
  const takes: Record<string, Takes> = {};
  for (const core of cores) {
    const { facts, cycles } = await collectReport(compileModel(model, { core }), { cycles: true });
    const mean = cycles?.period?.cycles;
    const { flash, ram } = facts;
    takes[core] = { flash, ram, cycles: facts.cycles, ...(typeof mean === 'number' && { mean: Math.round(mean) }) };
  }
  return takes;
}

/** The test sequences that the chip's integers decide wrongly, so that rows can be compared item by item (paired.ts). */
function wrongOf(model: Model, program: Program, { task, test }: Dataset): Pick<ResultLine, 'wrong'> {
  if (task.name !== 'classify' || task.everyStep) return {};
  const wrong = predict(model, program, task, test, false).flatMap(({ predictions }, i) =>
    predictions.some(({ decision, expected }) => decision !== expected) ? [i] : [],
  );
  return { wrong };
}

export async function main(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
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
  if (path === undefined) throw new Error('which grid? run.ts <grid.json>');
  const grid = JSON.parse(readFileSync(path, 'utf8')) as Grid;
  const results = values.results ?? join(dirname(path), 'results', `${basename(path, '.json')}.jsonl`);
  const done = new Set(
    (existsSync(results) ? readFileSync(results, 'utf8').trim().split('\n') : [])
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as ResultLine)
      .map(({ row, seed, fold }) => `${row} ${seed} ${fold}`),
  );
  const named = values.rows?.split(',');
  const all =
    typeof grid.rows === 'string'
      ? (JSON.parse(readFileSync(join(dirname(path), grid.rows), 'utf8')) as Rows)
      : grid.rows;
  const folds = grid.folds === undefined ? [undefined] : Array.from({ length: grid.folds }, (_, i) => i + 1);
  const rows = Object.entries(all).filter(([row]) => named === undefined || named.includes(row));
  const runs = values.seeds
    .split(',')
    .flatMap((seed) =>
      rows.flatMap(([row, options]) => folds.map((fold) => ({ row, options, seed: Number(seed), fold }))),
    );
  const [part, parts] = values.part.split('/').map(Number) as [number, number];

  /** Data sets by their options: rows may have options of their own (folds, groups). */
  const loaded = new Map<string, Dataset>();
  async function dataFor(options?: DataOptions): Promise<Dataset> {
    const own = { ...grid.dataOptions, ...options };
    const key = JSON.stringify(own);
    const data = loaded.get(key) ?? (await loadDataset(grid.data, own));
    loaded.set(key, data);
    return data;
  }
  const likeTraining = async (): Promise<DataOptions> => {
    const { input, task } = await dataFor();
    return { ...grid.extraTestOptions, like: { input, labels: task.labels } };
  };
  /** Other data to measure on, read as the training data were. */
  const extra = grid.extraTest === undefined ? null : await loadDataset(grid.extraTest, await likeTraining());
  for (const [i, { row, options: own, seed, fold }] of runs.entries()) {
    if (i % parts !== part - 1 || done.has(`${row} ${seed} ${fold}`)) continue;
    const { dataOptions, warmStart, ...options } = own;
    const data = await dataFor({ ...dataOptions, ...(fold !== undefined && { split: `fold=${fold}/${grid.folds}` }) });
    const weights = { ...grid.train.weights, ...options.weights };
    const wanted = { ...grid.train, ...options, weights, seed };
    const warm =
      warmStart === undefined
        ? {}
        : { warm: savedNetwork(savedRun(new RunFolder(warmStart), checkTrainOptions(wanted)), data) };
    const folder =
      values.runs &&
      join(
        values.runs,
        basename(path, '.json'),
        `${[row, fold ?? [], seed]
          .flat()
          .join('-')
          .replaceAll(/[ ,().]+/g, '-')}`,
      );
    const run =
      folder === undefined ? {} : { run: new RunFolder(folder), resume: existsSync(join(folder, 'checkpoint.json')) };
    const result = await train(data, wanted, { ...run, ...warm });
    if (values['train-only']) {
      process.stderr.write(`${row}, seed ${seed}: ${JSON.stringify(result.test)} ${Math.round(result.seconds)} s\n`);
      continue;
    }
    const model = trainedModel(result.network);
    const { program } = compileModel(model, { core: 'host' });
    const { test, validation, steps, bestStep, seconds } = result;
    const deployed = measureAccuracy(model, program, data, data.test, grid.measured);
    const line: ResultLine = {
      row,
      seed,
      ...(fold !== undefined && { fold }),
      ...{ validation, test, steps, bestStep, seconds: Math.round(seconds) },
      ...brief(deployed),
      ...(grid.measured === undefined && wrongOf(model, program, data)),
      zeros: zerosOf(model),
      ...(grid.cores !== undefined && { takes: await takesOn(grid.cores, model) }),
      ...(extra !== null && { extra: brief(measureAccuracy(model, program, extra, extra.test, grid.measured)) }),
    };
    mkdirSync(dirname(results), { recursive: true });
    appendFileSync(results, `${JSON.stringify(line)}\n`);
    process.stderr.write(`${row}, seed ${seed}: ${JSON.stringify({ test, fixed: line.fixed })} ${line.seconds} s\n`);
  }
}
