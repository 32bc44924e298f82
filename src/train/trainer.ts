import type { Dataset, Split } from '../data/dataset.js';
import { badOption, fail } from '../diagnostics.js';
import { taskDef } from '../tasks/index.js';
import type { LossName, Task } from '../tasks/task.js';
import { type Batches, makeBatches } from './batches.js';
import { type Rates, ratesOf, updatesOf } from './defaults.js';
import { trainingDiverged } from './diagnostics.js';
import { Engine, type FakeQuantization } from './engine/engine.js';
import type { NetworkShape } from './engine/layout.js';
import { type Evaluation, evaluate } from './evaluation.js';
import { clipGradients, DEPLOYED, TrainedNetwork } from './network.js';
import { type CheckedTrainOptions, isFloat } from './options.js';
import { followRanges, formatsFor, type Ranges, rangedLayers } from './ranges.js';
import { rateAt } from './schedule.js';
import { randomFor, seedFor } from './seeds.js';
import { Teacher } from './teacher.js';
import { TfOptimizer } from './tf.js';
import { checkWindowed } from './windowed/check-data.js';
import { windowedShapes } from './windowed/index.js';

/** What one update saw. */
export interface Update {
  /** Mean loss of the batch. */
  readonly loss: number;
  /** Correct decisions. */
  readonly correct: number;
  /** Targets. */
  readonly total: number;
}

/** What the next update depends on, beside the options and the data. */
export interface TrainerState {
  /** Updates done. */
  readonly update: number;
  readonly network: ReadonlyMap<string, Float32Array>;
  readonly optimizer: readonly Float32Array[];
  /** States of the slots that the next window goes on from. */
  readonly carried: Float32Array;
  readonly ranges: readonly Ranges[];
  /** Ranges from which the chip's formats were chosen; null: not yet. */
  readonly chosen: readonly Ranges[] | null;
}

/** One training: network, engine, optimizer and the data's order. Every update is a function of the state alone. */
export class Trainer {
  readonly network: TrainedNetwork;
  readonly engine: Engine;
  readonly batches: Batches;
  /** Updates of the whole training. */
  readonly updates: number;
  readonly #rates: Rates;
  readonly #optimizer: TfOptimizer;
  readonly #teacher: Teacher | null;
  readonly #outputWeights: Float32Array | undefined;
  #update = 0;
  #ranges: readonly Ranges[] = [];
  #chosen: readonly Ranges[] | null = null;

  /** `warm`: first masters; `teacher`: a float network to distil from. prepareBackend() comes first. */
  constructor(
    readonly data: Dataset,
    readonly options: CheckedTrainOptions,
    { warm = null, teacher = null }: { warm?: TrainedNetwork | null; teacher?: TrainedNetwork | null } = {},
  ) {
    checkThresholds(data.task, options);
    this.batches = makeBatches(data, options);
    this.updates = updatesOf(options, this.batches.perEpoch);
    this.#rates = ratesOf(options, data);
    this.network = new TrainedNetwork(networkShape(options, data), options, warm);
    this.engine = new Engine(this.network.shape, this.#batchShape());
    this.#optimizer = new TfOptimizer(this.network.groups(this.#rates.matrixRate));
    this.#teacher = teacher === null ? null : new Teacher(teacher, this.#batchShape());
    this.#outputWeights = options.classWeights === 'balanced' ? balancedWeights(data) : undefined;
  }

  #batchShape() {
    const { task } = this.data;
    const loss = lossOf(task, this.options);
    return { steps: this.batches.steps, batch: this.options.batch, everyStep: task.everyStep, loss };
  }

  /** Updates done. */
  get update(): number {
    return this.#update;
  }

  get epoch(): number {
    return Math.floor(Math.max(0, this.#update - 1) / this.batches.perEpoch) + 1;
  }

  get rate(): number {
    return this.#rateAt(Math.max(0, this.#update - 1));
  }

  #rateAt(update: number): number {
    return rateAt(update, this.updates, { ...this.options, ...this.#rates });
  }

  /** Formats of the chip once the training computes with them. */
  get #chip(): FakeQuantization | null {
    return this.#chosen === null ? null : formatsFor(this.#chosen, this.options);
  }

  /** One update on the next batch; a loss or gradient that is not finite is a diagnostic. */
  step(): Update {
    const { options, network, engine } = this;
    const update = this.#update;
    const { seed, dropout, stochastic, clip, distillWeight: weight, distillTemperature: temperature } = options;
    this.#chooseFormats();
    const carryState = this.batches.fill(engine, update);
    this.#teacher?.teach(engine, (own) => this.batches.fill(own, update), carryState);
    const quantization = {
      random: stochastic ? randomFor(seed, 'quantize', update) : null,
      share: options.gradual === 0 ? 1 : Math.min(1, update / (options.gradual * this.updates)),
    };
    const run = {
      quantization: this.#chip,
      carryState,
      ...(dropout > 0 && { dropout: { rate: dropout, seed: seedFor(seed, 'dropout', update) } }),
      ...(this.#outputWeights !== undefined && { outputWeights: this.#outputWeights }),
      ...(this.#teacher !== null && { distillation: { weight, temperature } }),
    };
    let seen: Update = { loss: 0, correct: 0, total: 0 };
    this.#optimizer.step(this.#rateAt(update), () => {
      const parameters = network.effective(quantization);
      const { loss, correct, total, gradient } = engine.step(parameters, run);
      const gradients = network.backward(gradient);
      const norm = clipGradients(gradients.values(), clip);
      if (!Number.isFinite(loss) || !Number.isFinite(norm)) this.#diverged(loss, gradients);
      seen = { loss, correct, total };
      if (network.observes) network.observe(engine.statistics());
      return { loss, gradients };
    });
    this.#ranges = followRanges(this.#ranges, engine.ranges());
    this.#update++;
    return seen;
  }

  /** In the last part of the training activations are those of the chip. */
  #chooseFormats(): void {
    const { quantizeActivationsFrom } = this.options;
    if (this.#chosen !== null || isFloat(this.options) || quantizeActivationsFrom === 1) return;
    if (this.#update < Math.max(1, quantizeActivationsFrom * this.updates)) return;
    this.#chosen = this.#ranges;
  }

  #diverged(loss: number, gradients: ReadonlyMap<Float32Array, Float32Array>): never {
    const bad = [...this.network.state()].map(([name, values]) => ({ name, largest: largest(gradients.get(values)) }));
    const worst = bad.sort((a, b) => b.largest - a.largest)[0]!;
    fail(trainingDiverged(this.#update + 1, loss, worst.name, worst.largest));
  }

  /** The network as it would be deployed now: deterministic weights, the chip's levels and roundings (float: as it is). */
  evaluate(split: Split, most?: number, onBatch?: () => void): Evaluation {
    const float = isFloat(this.options);
    const formats = float || this.#ranges.length === 0 ? null : formatsFor(this.formatRanges, this.options);
    const carried = this.engine.saveState();
    const parameters = this.network.effective(DEPLOYED);
    const result = evaluate(this.engine, parameters, formats, this.data, split, most, onBatch);
    this.engine.restoreState(carried);
    return result;
  }

  /** Ranges that decide the chip's formats. */
  get formatRanges(): readonly Ranges[] {
    return this.#chosen ?? this.#ranges;
  }

  async state(): Promise<TrainerState> {
    return {
      update: this.#update,
      network: new Map([...this.network.state()].map(([name, values]) => [name, values.slice()])),
      optimizer: await this.#optimizer.state(),
      carried: this.engine.saveState(),
      ranges: this.#ranges,
      chosen: this.#chosen,
    };
  }

  /** Takes up a state; an Error says where it is not that of this network. */
  async restore(state: TrainerState): Promise<void> {
    const { update, network, optimizer, carried, ranges, chosen } = state;
    this.checkNetwork(network, ranges);
    if (chosen !== null) this.checkNetwork(network, chosen);
    // of each group: two powers, the number of updates, and two moments of every parameter
    const expected = this.network.groups(this.#rates.matrixRate).flatMap(({ values }) => {
      const moments = values.map(({ length }) => length);
      return [1, 1, 1, ...moments, ...moments];
    });
    if (expected.join() !== optimizer.map(({ length }) => length).join())
      throw new Error('the state of its optimizer is that of another network');
    if (carried.length !== this.engine.saveState().length) throw new Error('its carried state has another length');
    this.#update = update;
    this.restoreNetwork(network);
    await this.#optimizer.restore(optimizer);
    this.engine.restoreState(carried);
    [this.#ranges, this.#chosen] = [ranges, chosen];
  }

  /** Throws an Error where weights or ranges are not those of this network. */
  checkNetwork(network: ReadonlyMap<string, Float32Array>, ranges: readonly Ranges[]): void {
    for (const [name, values] of this.network.state())
      if (network.get(name)?.length !== values.length)
        throw new Error(`its ${name} has ${network.get(name)?.length ?? 0} values instead of ${values.length}`);
    const layers = rangedLayers(this.options);
    if (ranges.length !== 0 && ranges.length !== layers)
      throw new Error(`it has ranges of ${ranges.length} layers instead of ${layers}`);
  }

  /** Takes the weights alone, with the ranges that belong to them. */
  restoreNetwork(network: ReadonlyMap<string, Float32Array>, ranges: readonly Ranges[] | null = null): void {
    for (const [name, values] of this.network.state()) values.set(network.get(name)!);
    if (ranges !== null) this.#chosen = ranges;
  }

  dispose(): void {
    this.#optimizer.dispose();
    this.#teacher?.dispose();
    this.engine.dispose();
  }
}

/** The loss that is asked for, or the task's first. */
export function lossOf(task: Task, { loss }: CheckedTrainOptions): LossName {
  const { losses } = taskDef(task);
  if (loss !== undefined && !losses.includes(loss))
    fail(badOption('loss', loss, `a loss of the task ${task.name}: ${losses.join(', ')}`));
  return loss ?? losses[0];
}

/** A precision or a recall is held by thresholds, which only what is detected has; scores are those of anomalies. */
function checkThresholds(task: Task, { precision, recall, smoothing, falseAlarms }: CheckedTrainOptions): void {
  for (const [key, share] of Object.entries({ precision, recall }))
    if (share !== undefined && task.name !== 'detect')
      fail(badOption(key, share, `possible: the task ${task.name} has no thresholds`));
  for (const [key, value] of Object.entries({ smoothing, falseAlarms }))
    if (value !== undefined && task.name !== 'anomaly')
      fail(badOption(key, value, `possible: the task ${task.name} has no scores of anomalies`));
}

/** The engine's shape for these options and data. */
export function networkShape(options: CheckedTrainOptions, data: Dataset): NetworkShape {
  const { cell, units, activation, reset, inputNorm, conv, head } = options;
  const oneHot = data.input.encoding === 'one-hot';
  const windowed = windowedShapes(conv, data.input.size);
  checkWindowed(windowed, data);
  const inputs = windowed.at(-1)?.units ?? data.input.size;
  return {
    ...(windowed.length > 0 && { windowed }),
    layers: units.map((u, i) => ({
      cell,
      inputs: units[i - 1] ?? inputs,
      units: u,
      activation,
      reset,
      ...(inputNorm && !(oneHot && i === 0) && { scaleShiftInput: true }),
    })),
    ...(head.length > 0 && { head }),
    outputs: data.task.labels.length,
    ...(oneHot && { oneHot }),
  };
}

const largest = (values: Float32Array | undefined): number =>
  values?.reduce((most, v) => (Number.isFinite(v) ? Math.max(most, Math.abs(v)) : Number.POSITIVE_INFINITY), 0) ?? 0;

/** Weights by which the targets of all outputs count alike. */
function balancedWeights({ task, train }: Dataset): Float32Array {
  const { balance, ...def } = taskDef(task);
  if (balance === undefined)
    return fail(badOption('classWeights', 'balanced', `possible: the task ${task.name} has no classes`));
  return Float32Array.from(balance(def.summarize(task, train.targets)));
}
