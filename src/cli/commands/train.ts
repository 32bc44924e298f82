import { checkModel } from '../../compiler/1-read/check-model.js';
import { readModel } from '../../compiler/1-read/read-model.js';
import { writeModel } from '../../compiler/1-read/write-model.js';
import type { Dataset } from '../../data/dataset.js';
import { describeDataset, formatDescription, formatWarnings } from '../../data/describe.js';
import { loadDataset } from '../../data/index.js';
import { checkDataOptions } from '../../data/options.js';
import { badConfig, badValue, fail, throwIfAny } from '../../diagnostics.js';
import { plotSvg, plotText } from '../../report/curves.js';
import { taskDef } from '../../tasks/index.js';
import { curvesOf } from '../../train/curves.js';
import { ModelFile } from '../../train/model-file.js';
import type { BackendChoice } from '../../train/optimizer.js';
import { type CheckedTrainOptions, checkTrainOptions, type TrainOptions } from '../../train/options.js';
import { RECIPES, type RecipeName } from '../../train/recipes.js';
import { RunFolder } from '../../train/run-folder.js';
import { savedNetwork, savedRun } from '../../train/saved-network.js';
import {
  requireBackend,
  TrainingInterrupted,
  type TrainResult,
  type TrainSurroundings,
  train,
  untrainedNetwork,
} from '../../train/train.js';
import { trainedModel } from '../../train/trained-model.js';
import { dataOptions } from '../data-options.js';
import { progressBar } from '../progress.js';
import { dataOptionPlace, readConfig } from '../train-config.js';
import { readTrainOptions } from '../train-options.js';

/** Options of the command itself, as commander gives them; those of the trainer are in train-options.ts. */
interface Options {
  readonly data?: string;
  readonly config?: string;
  readonly name?: string;
  readonly run?: string;
  readonly resume?: boolean;
  readonly restart?: boolean;
  readonly force?: boolean;
  readonly checkpointSeconds: number;
  readonly warmStart?: string;
  readonly teacher?: string;
  readonly backend: BackendChoice;
  readonly recipe: RecipeName;
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
  const given = readTrainOptions(options, RECIPES[options.recipe], config.train, config.path);
  const checked = checkTrainOptions(given.options, given.placeOf);
  const dataWishes = { ...config.dataOptions, ...dataOptions(options) };
  const placeOf = dataOptionPlace(dataOptions(options), config);
  checkDataOptions(dataWishes, placeOf);
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  const inputs = options.config === undefined ? [] : [options.config];
  const folder = new RunFolder(options.run ?? `${options.output.replace(/\.json$/, '')}.run`, say, inputs);
  const { resume = false, restart = false, force = false } = options;
  if (resume && restart) fail(badValue('--resume', 'does not go with --restart'));
  const mode = { resume, restart, force };
  const model = new ModelFile(options.output, folder, force);
  folder.check(checked, mode);
  if (model.check())
    say(`${options.output}: exists, will be replaced${force ? '' : `; it is as ${folder.path} wrote it`}`);
  const [warmRun, teacherRun] = [options.warmStart, options.teacher].map((path) =>
    path === undefined ? undefined : savedRun(new RunFolder(path), checked),
  );
  if (options.backend === 'node') await requireBackend('node');
  const release = await folder.lock();
  try {
    const { activationBits } = checked;
    const data = await loadDataset(spec, { ...dataWishes, activationBits }, placeOf);
    model.check(); // again: it must not be a file of the data
    refuseUnwritableModel(data, checked);
    const [warm, teacher] = [warmRun, teacherRun].map((saved) => saved && savedNetwork(saved, data));
    const description = describeDataset(data);
    process.stderr.write(formatDescription(description) + formatWarnings(description));
    const own = { ...mode, run: folder, ...(warm && { warm }), ...(teacher && { teacher }) };
    await trainInto(model, data, checked, { options, wanted: given.options, own });
  } finally {
    release();
  }
}

interface Job {
  readonly options: Options & Readonly<Record<string, unknown>>;
  readonly wanted: TrainOptions;
  readonly own: TrainSurroundings;
}

async function trainInto(
  model: ModelFile,
  data: Dataset,
  checked: CheckedTrainOptions,
  { options, wanted, own }: Job,
): Promise<void> {
  const bar = progressBar(`${checked.cell} ${checked.units}, ${checked.weights.recurrent}`);
  const signal = interruption();
  try {
    const result = await train(data, wanted, {
      ...own,
      checkpointSeconds: options.checkpointSeconds,
      backend: options.backend,
      onProgress: bar.show,
      signal,
    });
    bar.stop();
    finish(result, options, model, data);
  } catch (error) {
    bar.stop();
    if (!(error instanceof TrainingInterrupted)) throw error;
    process.stderr.write(
      `${error.message}; rnnq train with the same options and --resume goes on from ${model.run.path}\n`,
    );
    process.exitCode = INTERRUPTED;
  }
}

/** Exports the network as it would be with one unit a layer: a name, label or scaling that no model may have shows now. */
function refuseUnwritableModel(data: Dataset, options: CheckedTrainOptions): void {
  readModel(writeModel(trainedModel(untrainedNetwork(data, options))));
}

/** Aborted by the first Ctrl-C; a second one ends the program as usual. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort());
  return controller.signal;
}

function finish(result: TrainResult, { output, json }: Options, file: ModelFile, { task }: Dataset): void {
  const { run: folder } = file;
  const model = trainedModel(result.network);
  throwIfAny(checkModel(model));
  try {
    file.write(writeModel(model));
  } catch (error) {
    process.stderr.write(
      `${folder.path} holds the finished training; the same command with --resume writes the model without training again\n`,
    );
    throw error;
  }
  const curves = curvesOf(result.metrics, task);
  folder.saveCurves(plotSvg(model.name, 'update', curves.quantity, curves.curves));
  const { validation, test, steps, bestStep, seconds, earlyStop, backend } = result;
  if (json) {
    const facts = { output, run: folder.path, validation, test, steps, bestStep, seconds, earlyStop, backend };
    process.stdout.write(`${JSON.stringify(facts, null, 2)}\n`);
    return;
  }
  if (result.metrics.length > 1)
    process.stdout.write(`${plotText(curves.curves)}\n${curves.quantity} over updates\n\n`);
  const { headline } = taskDef(task).text;
  process.stdout.write(
    `${output}: validation ${headline(validation)}, test ${headline(test)}, ` +
      `best of ${steps} updates: ${bestStep}, ${seconds.toFixed(1)} s${earlyStop ? ', stopped early' : ''}\n` +
      `${folder.path}: configuration, metrics, checkpoint, curves\n`,
  );
}
