import { augment, decibelsOf, isNothing, ofValues, type ValueAugmentation } from '../data/augment.js';
import type { Dataset, Split } from '../data/dataset.js';
import { EVALUATION_STEPS, evaluationPieces } from '../data/pieces.js';
import { badOption, fail } from '../diagnostics.js';
import type { SeededRandom } from '../fixed/random.js';
import { ACTIVATION_FORMATS, type ActivationBits, type Codes, type InputScaling, stepLength } from '../ir/model.js';
import { type Targets, targetRows, trainedTargets } from '../tasks/task.js';
import type { Engine } from './engine/engine.js';
import type { CheckedTrainOptions } from './options.js';
import { randomFor } from './seeds.js';

/** Real values of codes; symbols stay symbols. */
export function valuesOf(codes: Codes, { encoding, fraction }: InputScaling): Float32Array | Int16Array {
  if (encoding === 'one-hot') return codes as Int16Array;
  const gain = 2 ** -fraction;
  const values = new Float32Array(codes.length);
  const lowest = codes instanceof Int8Array ? -127 : -32767;
  for (let i = 0; i < codes.length; i++) values[i] = Math.max(codes[i]!, lowest) * gain;
  return values;
}

/** The batches of a training: which sequences, or windows of streams, stand in which slot at an update. */
export interface Batches {
  /** Updates of one pass over the data. */
  readonly perEpoch: number;
  /** Steps of the longest batch. */
  readonly steps: number;
  /** Fills the engine's slots; true where the update goes on from the states that the last one left. */
  fill(engine: Engine, update: number): boolean;
}

export function makeBatches(data: Dataset, options: CheckedTrainOptions): Batches {
  if (decibelsOf(options.augment) > 0 && data.renewal === undefined)
    fail(badOption('augment.gain', options.augment.gain, 'possible: decibels are a gain of the samples of streams'));
  return data.stream ? new WindowBatches(data, options) : new SequenceBatches(data, options);
}

/** Whole sequences, shuffled again for each epoch. */
class SequenceBatches implements Batches {
  readonly perEpoch: number;
  readonly steps: number;
  readonly #order: Int32Array;
  readonly #ages: Int32Array;
  readonly #train: Split & { readonly sequences: Codes[]; readonly targets: Targets[] };
  #epoch = -1;

  constructor(
    readonly data: Dataset,
    readonly options: CheckedTrainOptions,
  ) {
    const { sequences } = data.train;
    this.perEpoch = Math.max(1, Math.floor(sequences.length / options.batch));
    this.steps = Math.max(longest(data), data.renewal?.steps ?? 1);
    this.#order = new Int32Array(sequences.length);
    this.#ages = new Int32Array(sequences.length).fill(-1);
    this.#train = { ...data.train, sequences: [...sequences], targets: [...data.train.targets] };
  }

  fill(engine: Engine, update: number): boolean {
    const { batch, seed, augment: augmentation } = this.options;
    const epoch = Math.floor(update / this.perEpoch);
    if (epoch !== this.#epoch) {
      this.#epoch = epoch;
      randomFor(seed, 'order', epoch)
        .shuffle(this.#order.map((_, i) => i))
        .forEach((v, i) => {
          this.#order[i] = v;
        });
    }
    const random = randomFor(seed, 'augment', update);
    const from = (update % this.perEpoch) * batch;
    for (let b = 0; b < batch; b++) {
      const index = this.#order[from + b] ?? -1;
      if (index >= 0) this.#renew(index);
      fillSlot(engine, b, this.data, this.#train, index, ofValues(augmentation), random);
    }
    return false;
  }

  /** Makes a sequence again every few epochs, each in another one; its form depends on the seed and the epoch alone. */
  #renew(index: number): void {
    const { renewal } = this.data;
    if (renewal === undefined) return;
    const age = Math.floor((this.#epoch + (index % RENEWED)) / RENEWED);
    if (this.#ages[index] === age) return;
    this.#ages[index] = age;
    const { sequences, targets } = this.#train;
    const random = randomFor(this.options.seed, 'stream', age * sequences.length + index);
    const made = renewal.make(index, random, decibelsOf(this.options.augment));
    [sequences[index], targets[index]] = [made.codes, made.targets];
  }
}

/** Epochs in which every sequence of streams is made again once. */
const RENEWED = 4;

/** `batch` equal parts of one long stream, side by side, a window at a time; states go on from window to window. */
class WindowBatches implements Batches {
  readonly perEpoch: number;
  readonly steps: number;
  readonly #codes: Codes;
  readonly #targets: Targets;
  readonly #part: number;

  constructor(
    readonly data: Dataset,
    readonly options: CheckedTrainOptions,
  ) {
    const { sequences, targets } = data.train;
    this.#codes = joined(sequences);
    this.#targets = joined(targets);
    this.#part = Math.floor(this.#codes.length / stepLength(data.input) / options.batch);
    this.steps = Math.max(1, Math.min(options.backpropSteps, this.#part));
    this.perEpoch = Math.max(1, Math.floor(this.#part / this.steps));
  }

  fill(engine: Engine, update: number): boolean {
    const { batch } = this.options;
    const window = update % this.perEpoch;
    const width = stepLength(this.data.input);
    for (let b = 0; b < batch; b++) {
      const from = b * this.#part + window * this.steps;
      const codes = this.#codes.subarray(from * width, (from + this.steps) * width);
      engine.setSequence(b, valuesOf(codes, this.data.input), this.steps);
      const { task } = this.data;
      engine.setTargets(b, trainedTargets(targetRows(this.#targets, from, from + this.steps, task), task));
    }
    return window > 0;
  }
}

function joined<T extends Codes | Targets>(parts: readonly T[]): T {
  if (parts.length === 1) return parts[0]!;
  const all = new (parts[0]!.constructor as new (n: number) => T)(parts.reduce((sum, p) => sum + p.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Steps of the longest sequence of a data set's three parts. */
const longest = ({ input, train, validation, test }: Dataset): number =>
  [train, validation, test].reduce(
    (most, { sequences }) => sequences.reduce((m, s) => Math.max(m, s.length), most),
    1,
  ) / stepLength(input);

/** Puts sequence `index` into slot b; -1 leaves the slot empty. */
function fillSlot(
  engine: Engine,
  b: number,
  { input, task, activationBits }: Dataset,
  { sequences, targets }: Split,
  index: number,
  augmentation: ValueAugmentation = {},
  random: SeededRandom | null = null,
): void {
  if (index < 0) {
    engine.setSequence(b, input.encoding === 'one-hot' ? new Int16Array(0) : new Float32Array(0), 0);
    engine.setTargets(b, null);
    return;
  }
  const codes = sequences[index]!;
  let values = valuesOf(codes, input);
  if (random !== null && values instanceof Float32Array && !isNothing(augmentation))
    values = onGrid(augment(values, input.size, augmentation, random), input.fraction, activationBits);
  engine.setSequence(b, values, codes.length / stepLength(input));
  engine.setTargets(
    b,
    trainedTargets(task.everyStep ? targets[index]! : targetRows(targets[index]!, 0, 1, task), task),
  );
}

/** Rounds to the codes the chip will see. */
function onGrid(values: Float32Array, fraction: number, bits: ActivationBits = 8): Float32Array {
  const gain = 2 ** fraction;
  const { largest } = ACTIVATION_FORMATS[bits];
  for (let i = 0; i < values.length; i++)
    values[i] = Math.max(-largest, Math.min(largest, Math.floor(values[i]! * gain + 0.5))) / gain;
  return values;
}

/** One batch of an evaluation: fills the engine; `carry`: it goes on from the last one's states. */
export interface EvaluationBatch {
  readonly carry: boolean;
  fill(engine: Engine): void;
}

/** All of a split, in order, in batches for `engine`; streams in pieces of EVALUATION_STEPS, each from the zero state. */
export function* evaluationBatches(
  data: Dataset,
  split: Split,
  { batch, steps }: { readonly batch: number; readonly steps: number },
  most = Number.POSITIVE_INFINITY,
): Generator<EvaluationBatch> {
  const pieces = evaluationPieces(data, split);
  const count = Math.min(most, pieces.sequences.length);
  for (let from = 0; from < count; from += batch) {
    const slots = Array.from({ length: batch }, (_, b) => (from + b < count ? from + b : -1));
    if (!data.stream) {
      yield {
        carry: false,
        fill: (engine) => slots.forEach((index, b) => void fillSlot(engine, b, data, pieces, index)),
      };
      continue;
    }
    for (let at = 0; at < EVALUATION_STEPS; at += steps)
      yield { carry: at > 0, fill: (engine) => fillWindows(engine, data, pieces, slots, at, steps) };
  }
}

function fillWindows(
  engine: Engine,
  { input, task }: Dataset,
  { sequences, targets }: Split,
  slots: readonly number[],
  at: number,
  steps: number,
): void {
  const width = stepLength(input);
  slots.forEach((index, b) => {
    const [codes, own] = [sequences[index]?.subarray(at * width, (at + steps) * width), targets[index]];
    engine.setSequence(b, valuesOf(codes ?? new Int16Array(0), input), (codes?.length ?? 0) / width);
    engine.setTargets(b, own === undefined ? null : trainedTargets(targetRows(own, at, at + steps, task), task));
  });
}
