import { join } from 'node:path';
import { withAnomalyThreshold } from '../../anomaly-threshold.js';
import { chooseFormat, costOf, type FitRequest, type FormatChoice, noteOfChoice } from '../../choose-format.js';
import { checkModel } from '../../compiler/1-read/check-model.js';
import { readModel } from '../../compiler/1-read/read-model.js';
import { writeModel } from '../../compiler/1-read/write-model.js';
import type { Dataset } from '../../data/dataset.js';
import { describeDataset, formatDescription, formatWarnings } from '../../data/describe.js';
import { checkDataOptions, defaultActivationBits } from '../../data/options.js';
import { badConfig, badValue, fail, throwIfAny } from '../../diagnostics.js';
import { plotSvg, plotText } from '../../report/curves.js';
import { curvesOf } from '../../train/curves.js';
import { untrainedNetwork } from '../../train/description.js';
import { runChanged, runFinished, runMissing } from '../../train/diagnostics.js';
import { withFormat } from '../../train/formats.js';
import { ModelFile } from '../../train/model-file.js';
import type { BackendChoice } from '../../train/optimizer.js';
import { type CheckedTrainOptions, checkTrainOptions, isFloat, type TrainOptions } from '../../train/options.js';
import { RECIPES } from '../../train/recipes.js';
import { RunFolder, runPathOf, type Start } from '../../train/run-folder.js';
import { savedNetwork, savedRun } from '../../train/saved-network.js';
import { requireBackend, TrainingInterrupted } from '../../train/train.js';
import { trainedModel } from '../../train/trained-model.js';
import {
  bestOfSeeds,
  bestTrial,
  crossValidate,
  type FoldResult,
  optionsOf,
  runTrials,
  type Trial,
  type TrialResult,
  type TrialSurroundings,
  trialsOf,
  twinOptionsOf,
} from '../../train/trials.js';
import { trainDataOptions } from '../data-options.js';
import { loadData } from '../load-data.js';
import { progressBar } from '../progress.js';
import { dataOptionPlace, readConfig } from '../train-config.js';
import { readTrainOptions } from '../train-options.js';
import { lengthNotice, resultText, trialsJson, trialsText } from '../trials-text.js';
import { type AutoOptions, costText, formatChoice, takeAuto } from '../weights-auto.js';

/** Options of the command itself, as commander gives them; those of the trainer are in train-options.ts. */
interface Options extends AutoOptions {
  readonly data?: string;
  readonly config?: string;
  readonly name?: string;
  readonly run?: string;
  readonly resume?: boolean;
  readonly restart?: boolean;
  readonly force?: boolean;
  readonly checkpointSeconds: number;
  readonly distill?: boolean;
  readonly seeds: number;
  readonly folds?: number;
  readonly backend: BackendChoice;
  readonly output: string;
  readonly json?: boolean;
}

/** Exit code of a program that ends at Ctrl-C. */
const INTERRUPTED = 130;

/**
 * rnnq train: data -> model.json, and a run folder with checkpoints, metrics and curves. What can be refused is refused
 * in the order of its cost: options, files and folders, the data, the model that they would become; then training begins.
 */
export async function run(options: Options & Readonly<Record<string, unknown>>): Promise<void> {
  const config = readConfig(options.config);
  const spec = options.data ?? config.data ?? fail(badConfig('--data', 'no data are named'));
  const dataWishes = { ...config.dataOptions, ...trainDataOptions(options) };
  const asked = readTrainOptions(options, RECIPES[options.recipe], config.train, config.path);
  const { auto, options: read } = takeAuto(asked, options);
  const given = { ...asked, options: { activationBits: defaultActivationBits(dataWishes), ...read } };
  const checked = checkTrainOptions(given.options, given.placeOf);
  const placeOf = dataOptionPlace(trainDataOptions(options), config);
  checkDataOptions(dataWishes, placeOf);
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  const inputs = options.config === undefined ? [] : [options.config];
  const folder = new RunFolder(options.run ?? runPathOf(options.output), say, inputs);
  const { resume = false, restart = false, force = false, seeds, folds, distill = false } = options;
  if (resume && restart) fail(badValue('--resume', 'does not go with --restart'));
  if (folds !== undefined && dataWishes.split !== undefined) fail(badValue('--folds', 'does not go with --split'));
  if (folds !== undefined && (options.teacher ?? options.warmStart) !== undefined)
    fail(badValue('--folds', 'does not go with --teacher or --warm-start: that network may have seen the test parts'));
  if (distill && options.teacher !== undefined) fail(badValue('--distill', 'does not go with --teacher'));
  if (distill && isFloat(checked)) fail(badValue('--distill', 'is for quantized weights, these are float'));
  const mode = { resume, restart, force };
  const model = new ModelFile(options.output, folder, force);
  const folderOf = (name: string) => (name === '' ? folder : new RunFolder(join(folder.path, name), say, inputs));
  const trials = trialsOf(checked, { seeds, distill, teacher: options.teacher !== undefined });
  checkFolders(trials, given.options, folderOf, mode, auto !== null);
  if (model.check())
    say(`${options.output}: exists, will be replaced${force ? '' : `; it is as ${folder.path} wrote it`}`);
  const [warmRun, teacherRun] = [options.warmStart, options.teacher].map((path) =>
    path === undefined ? undefined : savedRun(new RunFolder(path), checked),
  );
  if (options.backend === 'node') await requireBackend('node');
  const release = await folder.lock();
  try {
    const { activationBits } = checked;
    const load = (split?: string) =>
      loadData(spec, { ...dataWishes, activationBits, ...(split !== undefined && { split }) }, placeOf);
    const data = await load();
    const loadFold = (fold: number) => load(`fold=${fold}/${folds}`);
    if (folds !== undefined) await loadFold(1); // refused now, if at all
    model.check(); // again: it must not be a file of the data
    refuseUnwritableModel(data, checked);
    const [warm, teacher] = [warmRun, teacherRun].map((saved) => saved && savedNetwork(saved, data));
    const description = describeDataset(data);
    process.stderr.write(formatDescription(description) + formatWarnings(description));
    const around: TrialSurroundings = {
      ...{ ...mode, folder: folderOf, ...(warm && { warm }), ...(teacher && { teacher }) },
      ...{ checkpointSeconds: options.checkpointSeconds, backend: options.backend, signal: interruption() },
      progress: (name, { cell, units, weights }) =>
        progressBar(`${name === '' ? '' : `${name}: `}${cell} ${units}, ${weights.recurrent}`),
    };
    const choose = async (own: Dataset, nameOf?: (name: string) => string): Promise<FormatChoice | null> => {
      if (auto === null) return null;
      say(`weights auto: compiles networks for ${auto.core} to find the units of each format`);
      const choice = await chooseFormat(own, given.options, auto, around, nameOf);
      process.stderr.write(formatChoice(choice, own.task));
      return choice;
    };
    const optionsFor = async (own: Dataset, nameOf: (name: string) => string) =>
      withChoice(given.options, await choose(own, nameOf));
    const folded = folds === undefined ? [] : await crossValidate(folds, loadFold, optionsFor, trials, around);
    const choice = await choose(data);
    if (choice !== null) folder.noteFormats(`${JSON.stringify(noteOfChoice(choice), null, 2)}\n`);
    const chosen = withChoice(given.options, choice);
    const results = await runTrials(data, chosen, trials, around);
    await finish({ results, folded, chosen, choice, auto }, options, model, data);
  } catch (error) {
    if (!(error instanceof TrainingInterrupted)) throw error;
    say(`${error.message}; rnnq train with the same options and --resume goes on from ${folder.path}`);
    process.exitCode = INTERRUPTED;
  } finally {
    release();
  }
}

const withChoice = (options: TrainOptions, choice: FormatChoice | null): TrainOptions =>
  choice === null ? options : withFormat(options, choice.chosen);

/**
 * Refuses, before the data are read, what a training would refuse of its run folder. `auto`: weights and units are chosen
 * later.
 */
function checkFolders(
  trials: readonly Trial[],
  options: TrainOptions,
  folderOf: (name: string) => RunFolder,
  mode: Start,
  auto: boolean,
): void {
  const check = (name: string, own: TrainOptions) => {
    const folder = folderOf(name);
    const start = folder.begun ? mode : { ...mode, resume: false };
    folder.check(checkTrainOptions(own), start, auto ? ['weights', 'units'] : []);
  };
  for (const trial of trials) {
    if (trial.twin !== null) check(trial.twin, twinOptionsOf(options, trial));
    check(trial.name, optionsOf(options, trial));
  }
  const folder = folderOf('');
  if (mode.resume && !folder.holdsRuns) fail(runMissing(folder.path));
  if (auto && folder.begun && !folder.choseFormat && !mode.restart && !mode.force)
    fail((mode.resume ? runChanged : runFinished)(folder.path, 'weights were given, are now chosen'));
}

/** Exports the network as it would be before its first update: a name, label or scaling that no model may have shows now. */
function refuseUnwritableModel(data: Dataset, options: CheckedTrainOptions): void {
  readModel(writeModel(trainedModel(untrainedNetwork(data, options))));
}

/** Aborted by the first Ctrl-C; a second one ends the program as usual. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort());
  return controller.signal;
}

interface Trained {
  readonly results: readonly TrialResult[];
  readonly folded: readonly FoldResult[];
  readonly chosen: TrainOptions;
  readonly choice: FormatChoice | null;
  readonly auto: FitRequest | null;
}

/** Writes the model of the best network and says how it and the others did. */
async function finish(
  { results, folded, chosen, choice, auto }: Trained,
  { output, json }: Options,
  file: ModelFile,
  data: Dataset,
): Promise<void> {
  const { run: folder } = file;
  const { name, result } = bestTrial(data, chosen, results);
  const { falseAlarms } = checkTrainOptions(chosen);
  const model = withAnomalyThreshold(trainedModel(result.network), data.validation, falseAlarms);
  throwIfAny(checkModel(model));
  try {
    file.write(writeModel(model));
  } catch (error) {
    process.stderr.write(
      `${folder.path} holds the finished training; the same command with --resume writes the model without training again\n`,
    );
    throw error;
  }
  const { task } = data;
  const curves = curvesOf(result.metrics, task);
  folder.saveCurves(plotSvg(model.name, 'update', curves.quantity, curves.curves));
  process.stderr.write(lengthNotice(result, task));
  const seeds = bestOfSeeds(data, chosen, results);
  if (json) {
    const { validation, test, steps, bestStep, seconds, earlyStop, backend } = result;
    const selectedBy = result.selectedBy.metric;
    const kept = { validation, test, selectedBy, steps, bestStep };
    const facts = { output, run: folder.path, ...kept, seconds, earlyStop, backend };
    const format = choice === null ? {} : { weights: noteOfChoice(choice), cost: await costOf(model, choice.fit.core) };
    const more = { ...format, ...trialsJson('seeds', seeds), ...trialsJson('folds', folded) };
    process.stdout.write(`${JSON.stringify({ ...facts, ...more }, null, 2)}\n`);
    return;
  }
  if (result.metrics.length > 1)
    process.stdout.write(`${plotText(curves.curves)}\n${curves.quantity} over updates\n\n`);
  process.stdout.write(trialsText(folded, folded, task) + trialsText(results, seeds, task));
  process.stdout.write(
    `${output}: ${resultText(result, task)}${name === '' ? '' : `, of ${folder.path}/${name}`}\n` +
      `${auto === null ? '' : await costText(model, auto)}` +
      `${folder.path}: configuration, metrics, checkpoint, curves\n`,
  );
}
