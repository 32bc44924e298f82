import { readFileSync } from 'node:fs';
import { percent } from '../../accuracy.js';
import { checkModel, isName } from '../../compiler/1-read/check-model.js';
import { writeModel } from '../../compiler/1-read/write-model.js';
import type { Dataset } from '../../data/dataset.js';
import { describeDataset, formatDescription, formatWarnings } from '../../data/describe.js';
import { type DataOptions, loadDataset } from '../../data/index.js';
import { badConfig, badName, fail, throwIfAny } from '../../diagnostics.js';
import { plotSvg, plotText } from '../../report/curves.js';
import { curvesOf } from '../../train/curves.js';
import { ModelFile } from '../../train/model-file.js';
import type { TrainedNetwork } from '../../train/network.js';
import type { BackendChoice } from '../../train/optimizer.js';
import { checkTrainOptions, type TrainOptions } from '../../train/options.js';
import { RECIPES, type RecipeName } from '../../train/recipes.js';
import { RunFolder } from '../../train/run-folder.js';
import { savedNetwork } from '../../train/saved-network.js';
import { TrainingInterrupted, type TrainResult, train } from '../../train/train.js';
import { trainedModel } from '../../train/trained-model.js';
import { dataOptions } from '../data-options.js';
import { progressBar } from '../progress.js';
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
  readonly checkpointSeconds: string;
  readonly warmStart?: string;
  readonly teacher?: string;
  readonly backend: BackendChoice;
  readonly recipe: RecipeName;
  readonly output: string;
  readonly json?: boolean;
}

/** Exit code of a program that ends at Ctrl-C. */
const INTERRUPTED = 130;

/** rnnq train: data -> model.json, and a run folder with checkpoints, metrics and curves. */
export async function run(options: Options & Readonly<Record<string, unknown>>): Promise<void> {
  if (options.name !== undefined && !isName(options.name)) fail(badName('--name', options.name));
  const config = readConfig(options.config);
  const spec = options.data ?? config.data ?? fail(badConfig('--data', 'no data are named'));
  const wanted: TrainOptions = {
    ...readTrainOptions(options, RECIPES[options.recipe], config.train),
    ...(options.name !== undefined && { name: options.name }),
  };
  const checked = checkTrainOptions(wanted);
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  const folder = new RunFolder(options.run ?? `${options.output.replace(/\.json$/, '')}.run`, say);
  const { resume = false, restart = false, force = false } = options;
  const inputs = [spec, options.config, config.data].filter((path) => path !== undefined);
  const model = new ModelFile(options.output, folder, force, inputs);
  if (!resume) folder.check(checked, { restart, force });
  if (model.check())
    say(`${options.output}: exists, will be replaced${force ? '' : `; it is as ${folder.path} wrote it`}`);
  const release = await folder.lock();
  try {
    await trainInto({ folder, model, spec, config, wanted, options });
  } finally {
    release();
  }
}

interface Job {
  readonly folder: RunFolder;
  readonly model: ModelFile;
  readonly spec: string;
  readonly config: Config;
  readonly wanted: TrainOptions;
  readonly options: Options & Readonly<Record<string, unknown>>;
}

async function trainInto({ folder, model, spec, config, wanted, options }: Job): Promise<void> {
  const checked = checkTrainOptions(wanted);
  const { activationBits } = checked;
  const data = await loadDataset(spec, { ...config.dataOptions, ...dataOptions(options), activationBits });
  const description = describeDataset(data);
  process.stderr.write(formatDescription(description) + formatWarnings(description));
  const network = (path: string | undefined): TrainedNetwork | undefined =>
    path === undefined ? undefined : savedNetwork(new RunFolder(path), data, checked);
  const bar = progressBar(`${checked.cell} ${checked.units}, ${checked.weights.recurrent}`);
  const signal = interruption();
  try {
    const [warm, teacher] = [network(options.warmStart), network(options.teacher)];
    const result = await train(data, wanted, {
      run: folder,
      resume: options.resume ?? false,
      restart: options.restart ?? false,
      force: options.force ?? false,
      checkpointSeconds: Number(options.checkpointSeconds),
      backend: options.backend,
      onProgress: bar.show,
      signal,
      ...(warm && { warm }),
      ...(teacher && { teacher }),
    });
    bar.stop();
    finish(result, options, model, data);
  } catch (error) {
    bar.stop();
    if (!(error instanceof TrainingInterrupted)) throw error;
    process.stderr.write(
      `${error.message}; rnnq train with the same options and --resume goes on from ${folder.path}\n`,
    );
    process.exitCode = INTERRUPTED;
  }
}

/** Aborted by the first Ctrl-C; a second one ends the program as usual. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort());
  return controller.signal;
}

interface Config {
  readonly data?: string;
  readonly dataOptions: DataOptions;
  readonly train: Readonly<Record<string, unknown>>;
}

/** A JSON object: `data` and `dataOptions` as on the command line, all other keys are options of the trainer. */
function readConfig(path: string | undefined): Config {
  if (path === undefined) return { train: {}, dataOptions: {} };
  try {
    const { data, dataOptions, ...train } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    const shared = { train, dataOptions: (dataOptions ?? {}) as DataOptions };
    return { ...shared, ...(data !== undefined && { data: String(data) }) };
  } catch (error) {
    return fail(badConfig(path, (error as Error).message));
  }
}

function finish(result: TrainResult, { output, json }: Options, file: ModelFile, { everyStep }: Dataset): void {
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
  const curves = curvesOf(result.metrics, everyStep);
  folder.saveCurves(plotSvg(model.name, 'update', curves.quantity, curves.curves));
  const { validation, test, steps, bestStep, seconds, earlyStop, backend } = result;
  if (json) {
    const facts = { output, run: folder.path, validation, test, steps, bestStep, seconds, earlyStop, backend };
    process.stdout.write(`${JSON.stringify(facts, null, 2)}\n`);
    return;
  }
  if (result.metrics.length > 1)
    process.stdout.write(`${plotText(curves.curves)}\n${curves.quantity} over updates\n\n`);
  const score = ({ loss, accuracy }: TrainResult['test']) =>
    everyStep ? `${(loss / Math.LN2).toFixed(4)} bits per step` : percent(accuracy);
  process.stdout.write(
    `${output}: validation ${score(validation)}, test ${score(test)}, ` +
      `best of ${steps} updates: ${bestStep}, ${seconds.toFixed(1)} s${earlyStop ? ', stopped early' : ''}\n` +
      `${folder.path}: configuration, metrics, checkpoint, curves\n`,
  );
}
