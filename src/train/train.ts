import type { Dataset } from '../data/dataset.js';
import { badOption, fail } from '../diagnostics.js';
import type { RealNetwork } from '../quantizers/real-network.js';
import { taskDef } from '../tasks/index.js';
import { type Criterion, isBetter, type Score, type TaskDef } from '../tasks/task.js';
import type { Best, Checkpoint, Metric } from './checkpoint.js';
import { evaluateEvery } from './defaults.js';
import { describe, describeOptions, facts } from './description.js';
import { backendMissing, checkpointBroken } from './diagnostics.js';
import { largestLogit } from './evaluation.js';
import { exportNetwork } from './export.js';
import type { TrainedNetwork } from './network.js';
import type { BackendChoice } from './optimizer.js';
import { type CheckedTrainOptions, checkTrainOptions, type TrainOptions } from './options.js';
import type { RunFolder } from './run-folder.js';
import { selection } from './selection.js';
import { prepareBackend } from './tf.js';
import { Trainer } from './trainer.js';

/** What a progress bar shows. */
export interface Progress {
  readonly step: number;
  readonly steps: number;
  readonly epoch: number;
  /** Moving averages over about 50 updates: loss, and the share of correct decisions (null: the task decides nothing). */
  readonly loss: number;
  readonly accuracy: number | null;
}

export interface TrainResult {
  readonly network: RealNetwork;
  /** The same before its export: for a warm start, or as a teacher. */
  readonly trained: TrainedNetwork;
  /** The best network as it is deployed (quantized weights, the chip's roundings), on each part. */
  readonly validation: Score;
  readonly test: Score;
  /** The figure of the validation part by which it is the best. */
  readonly selectedBy: Criterion;
  /** Updates done, and the one of the network that was kept. */
  readonly steps: number;
  readonly bestStep: number;
  readonly seconds: number;
  readonly earlyStop: boolean;
  readonly metrics: readonly Metric[];
  readonly backend: string;
}

/** Surroundings of a training that do not change its result. */
export interface TrainSurroundings {
  readonly onProgress?: (progress: Progress) => void;
  readonly onEvaluation?: (metric: Metric) => void;
  /** Where checkpoints go; without one nothing is written. */
  readonly run?: RunFolder;
  /** Goes on with the run's checkpoint. */
  readonly resume?: boolean;
  /** Replaces an earlier run, finished or not. */
  readonly restart?: boolean;
  /** Replaces a finished run of other options, and files that are not as rnnq wrote them. */
  readonly force?: boolean;
  /** Seconds between checkpoints; they are written at evaluations too. */
  readonly checkpointSeconds?: number;
  /** Aborted: the training ends after the present update, with a checkpoint, and throws TrainingInterrupted. */
  readonly signal?: AbortSignal;
  readonly backend?: BackendChoice;
  /** First masters. */
  readonly warm?: TrainedNetwork;
  /** A float network to distil from. */
  readonly teacher?: TrainedNetwork;
}

/** A training that was stopped before its end. */
export class TrainingInterrupted extends Error {
  constructor(readonly update: number) {
    super(`interrupted after update ${update}`);
    this.name = 'TrainingInterrupted';
  }
}

/** Sequences from which the range of the logits is taken. */
const CALIBRATED = 2000;

/**
 * Trains a recurrent classifier: Adam, clipped gradients, warm-up and schedule of learning rates; in the last part
 * activations are those of the chip. The best network on the validation part is kept. Seeded: the same options and data
 * give the same weights, also when the training was interrupted and resumed.
 */
export async function train(
  data: Dataset,
  given: TrainOptions,
  surroundings: TrainSurroundings = {},
): Promise<TrainResult> {
  const options = checkTrainOptions(given);
  const { activationBits = 8 } = data;
  if (options.activationBits !== activationBits)
    fail(badOption('activationBits', options.activationBits, `that of the data, ${activationBits}`));
  const criteria = selection(data.task, options);
  const backend = await requireBackend(surroundings.backend);
  const { run, resume = false, warm = null, teacher = null } = surroundings;
  const release = await run?.lock();
  let trainer: Trainer | null = null;
  try {
    const from = resume ? run?.resume(options, data, surroundings) : run?.create(options, data, surroundings);
    trainer = new Trainer(data, options, { warm, teacher });
    const session = new Session(trainer, options, criteria, surroundings, from ?? null);
    if (from) await takeUp(trainer, from, run!);
    await session.run();
    return { ...session.finish(), backend };
  } finally {
    trainer?.dispose();
    release?.();
  }
}

/** TF.js's backend; one that was asked for and cannot be loaded is refused. */
export const requireBackend = (choice?: BackendChoice): Promise<string> =>
  prepareBackend(choice).catch((error: Error) => fail(backendMissing(error.message)));

/** Puts a trainer where a checkpoint left off. */
async function takeUp(trainer: Trainer, { trainer: state, best }: Checkpoint, run: RunFolder): Promise<void> {
  try {
    if (best !== null) trainer.checkNetwork(best.network, best.ranges);
    await trainer.restore(state);
  } catch (error) {
    fail(checkpointBroken(run.path, (error as Error).message));
  }
}

/** The loop around a trainer: evaluations, the best network, early stopping, checkpoints. */
class Session {
  #best: Best | null;
  #waited: number;
  #loss: number;
  #accuracy: number;
  readonly #metrics: Metric[];
  readonly #secondsBefore: number;
  readonly #started = performance.now();
  #saved = performance.now();

  constructor(
    readonly trainer: Trainer,
    readonly options: CheckedTrainOptions,
    readonly criteria: Pick<TaskDef, 'select'>,
    readonly surroundings: TrainSurroundings,
    from: Checkpoint | null,
  ) {
    this.#best = from?.best ?? null;
    this.#waited = from?.waited ?? 0;
    this.#loss = from?.loss ?? taskDef(trainer.data.task).firstLoss(trainer.data.task);
    this.#accuracy = from?.accuracy ?? 0;
    this.#metrics = [...(from?.metrics ?? [])];
    this.#secondsBefore = from?.seconds ?? 0;
  }

  async run(): Promise<void> {
    const { trainer, options } = this;
    const { onProgress, signal, checkpointSeconds = 60 } = this.surroundings;
    const every = evaluateEvery(options, trainer.batches.perEpoch, trainer.updates);
    let stopped = this.#stops();
    while (trainer.update < trainer.updates && !stopped) {
      const { loss, correct, total } = trainer.step();
      const { update, updates: steps, epoch } = trainer;
      const blend = Math.max(0.02, 1 / update);
      this.#loss += blend * (loss - this.#loss);
      this.#accuracy += blend * (correct / Math.max(1, total) - this.#accuracy);
      const accuracy = taskDef(trainer.data.task).decide === undefined ? null : this.#accuracy;
      onProgress?.({ step: update, steps, epoch, loss: this.#loss, accuracy });
      const evaluated = update % every === 0 || update === steps;
      if (evaluated) this.#evaluate();
      stopped = this.#stops();
      await new Promise((resolve) => setImmediate(resolve)); // lets signals and the terminal in
      if (signal?.aborted && update < steps && !stopped) {
        await this.#save(false);
        throw new TrainingInterrupted(update);
      }
      const due = performance.now() - this.#saved >= 1000 * checkpointSeconds;
      if (evaluated || due) await this.#save(stopped || update === steps);
    }
  }

  #stops(): boolean {
    return this.options.patience > 0 && this.#waited >= this.options.patience;
  }

  #evaluate(): void {
    const { trainer } = this;
    const { score } = trainer.evaluate(trainer.data.validation);
    const { update, epoch, rate } = trainer;
    const metric: Metric = { update, epoch, rate, loss: this.#loss, accuracy: this.#accuracy, validation: score };
    this.#metrics.push(metric);
    this.surroundings.onEvaluation?.(metric);
    if (this.#best !== null && !isBetter(this.criteria, score, this.#best.score)) {
      this.#waited++;
      return;
    }
    this.#waited = 0;
    const network = new Map([...trainer.network.state()].map(([name, values]) => [name, values.slice()]));
    this.#best = { update, score, network, ranges: trainer.formatRanges };
  }

  get #seconds(): number {
    return this.#secondsBefore + (performance.now() - this.#started) / 1000;
  }

  async #save(finished: boolean): Promise<void> {
    const { run } = this.surroundings;
    if (run === undefined) return;
    run.save({
      trainer: await this.trainer.state(),
      best: this.#best,
      waited: this.#waited,
      loss: this.#loss,
      accuracy: this.#accuracy,
      metrics: this.#metrics,
      finished,
      seconds: this.#seconds,
    });
    this.#saved = performance.now();
  }

  /** Measures the best network on every part and exports it. */
  finish(): Omit<TrainResult, 'backend'> {
    const { trainer, options } = this;
    const { data } = trainer;
    if (this.#best === null) this.#evaluate();
    const best = this.#best!;
    trainer.restoreNetwork(best.network, best.ranges);
    const seconds = this.#seconds;
    let largest = 0;
    const calibrate = () => {
      largest = Math.max(largest, largestLogit(trainer.engine));
    };
    const { score: onTrain } = trainer.evaluate(data.train, CALIBRATED, calibrate);
    const { score: validation, meter } = trainer.evaluate(data.validation, undefined, calibrate);
    const thresholds = meter.thresholds?.(options);
    const { score: test } = trainer.evaluate(data.test);
    const training = {
      ...describeOptions(options, data),
      ...{ steps: trainer.update, bestStep: best.update },
      ...facts('train', onTrain),
      ...facts('validation', validation),
      ...facts('test', test),
    };
    const calibration = { ranges: best.ranges, largestLogit: largest };
    const network = exportNetwork(trainer.network, calibration, describe(data, options, training, thresholds));
    return {
      ...{ network, trained: trainer.network, validation, test, steps: trainer.update, bestStep: best.update, seconds },
      selectedBy: this.criteria.select[0],
      metrics: this.#metrics,
      earlyStop: trainer.update < trainer.updates,
    };
  }
}
