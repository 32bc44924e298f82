import { availableParallelism } from 'node:os';
import { outputCount } from '../../ir/rate.js';
import type { TrainedTargets } from '../../tasks/task.js';
import { type BatchShape, type LayerRanges, type NetworkParameters, type NetworkShape, pad8 } from './layout.js';
import { makeParameters } from './parameters.js';
import type { RunOptions } from './run.js';
import { Shard, type ShardCommand, type ShardResult } from './shard.js';
import { Slots } from './slots.js';
import { ShardWorker } from './worker-client.js';

export type { FakeQuantization, RunOptions } from './run.js';

export interface Score {
  /** Weighted mean of the loss over all targets. */
  readonly loss: number;
  /** Correct decisions; 0 where a loss decides nothing. */
  readonly correct: number;
  /** Targets. */
  readonly total: number;
}

export interface Moments {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/** Over the valid steps of a pass: a layer's input, and the products W x and U h without biases. */
export interface LayerStatistics {
  readonly input: Moments;
  readonly inputProduct: Moments;
  readonly recurrentProduct: Moments;
}

/** The batch is always cut into so many parts: results do not depend on the number of threads. */
const SHARDS = 2;

/**
 * Convolutions and pools, recurrent layers and a head of dense layers, forward and backward over a batch of sequences, on WASM SIMD.
 * The batch is cut into two shards; with two threads a worker computes the second. Results are the same bits.
 */
export class Engine {
  readonly #shards: readonly Shard[];
  readonly #slots: readonly Slots[];
  readonly #worker: ShardWorker | null;
  readonly #gradient: NetworkParameters;
  #command: readonly ShardCommand[] = [];

  constructor(
    readonly shape: NetworkShape,
    readonly batch: BatchShape,
    { threads = defaultThreads() }: { readonly threads?: 1 | 2 } = {},
  ) {
    const sizes = batch.batch === 1 ? [1] : [Math.ceil(batch.batch / SHARDS), Math.floor(batch.batch / SHARDS)];
    const parts = sizes.map((size): BatchShape => ({ ...batch, batch: size }));
    this.#shards = parts.map((part) => new Shard(shape, part));
    this.#slots = this.#shards.map((shard) => new Slots(shard));
    const [, second] = this.#shards;
    this.#worker = threads === 2 && second !== undefined ? new ShardWorker(second) : null;
    this.#gradient = makeParameters(shape);
  }

  /** Slots of the shard that holds slot b, and b's place there. */
  #place(b: number): [Slots, number] {
    const first = this.#slots[0]!;
    const own = first.shard.batch.batch;
    return b < own ? [first, b] : [this.#slots[1]!, b - own];
  }

  /**
   * Puts a sequence into slot b: real values, steps x inputs, or one symbol a step. `length` (at most the batch's steps)
   * counts its steps; afterwards its state is held. 0: an empty slot.
   */
  setSequence(b: number, values: Float32Array | Int16Array, length: number): void {
    const [slots, own] = this.#place(b);
    slots.setSequence(own, values, length);
  }

  /** Outputs of the longest sequence: behind windowed layers fewer than time steps. */
  get outputSteps(): number {
    return this.#shards[0]!.steps;
  }

  /** Targets after the last step, or a row for each step; null: none. */
  setTargets(b: number, targets: TrainedTargets | null): void {
    const [slots, own] = this.#place(b);
    slots.setTargets(own, targets);
  }

  /** Logits of a teacher, one row for each row of logits of this network. */
  setTeacher(b: number, logits: Float32Array): void {
    const [slots, own] = this.#place(b);
    slots.setTeacher(own, logits);
  }

  /** All states to zero. */
  clearState(): void {
    for (const slots of this.#slots) slots.clearState();
  }

  forward(parameters: NetworkParameters, run: RunOptions): Score {
    return this.#run(parameters, run, false);
  }

  /** Forward and backward: the gradient of the loss; its arrays are overwritten by the next call. */
  step(parameters: NetworkParameters, run: RunOptions): Score & { readonly gradient: NetworkParameters } {
    const score = this.#run(parameters, run, true);
    const [first, second] = this.#shards;
    if (second !== undefined) first!.addGradients(second);
    first!.unload(this.#gradient);
    return { ...score, gradient: this.#gradient };
  }

  #run(parameters: NetworkParameters, run: RunOptions, backward: boolean): Score {
    this.#load(parameters);
    const { outputWeights, quantization, carryState = false } = run;
    let [total, weight] = [0, 0];
    const prepared = this.#slots.map((slots) => {
      const order = slots.prepare(carryState, quantization !== null);
      const targets = slots.countTargets(outputWeights ?? null);
      total += targets.total;
      weight += targets.weight;
      return order;
    });
    this.#command = prepared.map((order, s) => ({
      backward,
      quantization,
      dropout: run.dropout ?? null,
      distillation: run.distillation ?? null,
      lengths: order.lengths,
      slots: order.slots.map((slot) => slot + (s === 0 ? 0 : this.#shards[0]!.batch.batch)),
      lossScale: weight === 0 ? 0 : 1 / weight,
    }));
    const results = this.#compute();
    return {
      loss: results.reduce((sum, { loss }) => sum + loss, 0),
      correct: results.reduce((sum, { correct }) => sum + correct, 0),
      total,
    };
  }

  #compute(): ShardResult[] {
    const [first, second] = this.#command;
    const worker = second === undefined ? null : this.#worker;
    worker?.start(second!);
    const results = [this.#shards[0]!.run(first!)];
    if (worker !== null) results.push(worker.finish());
    else if (second !== undefined) results.push(this.#shards[1]!.run(second));
    return results;
  }

  /** Parameters have the same addresses in both shards. */
  #load(parameters: NetworkParameters): void {
    const [first, second] = this.#shards;
    first!.load(parameters);
    if (second === undefined) return;
    const [from, to] = first!.parameterRange;
    second.floats.set(first!.floats.subarray(from >> 2, to >> 2), from >> 2);
  }

  /** Calls `each` with the logits of every row that has targets in the last pass. */
  forEachRow(each: (logits: Float32Array, targets: TrainedTargets, row: number) => void): void {
    for (const slots of this.#slots) slots.forEachRow(each);
  }

  /** Logits of slot b in the last pass: after the last step, or (everyStep) of output t. */
  logits(b: number, t = this.outputSteps - 1): Float32Array {
    const [slots, own] = this.#place(b);
    return slots.logits(own, t);
  }

  /** What each windowed layer (of pools 0), each recurrent layer, and each dense layer below the last one reached in the last pass. */
  ranges(): LayerRanges[] {
    const all = this.#shards.map((shard) => shard.ranges());
    return all[0]!.map((_, i) => ({
      cell: Math.max(...all.map((ranges) => ranges[i]!.cell)),
      hidden: Math.max(...all.map((ranges) => ranges[i]!.hidden)),
      scaleShift: Math.max(...all.map((ranges) => ranges[i]!.scaleShift)),
    }));
  }

  /** Moments of every layer in the last pass. */
  statistics(): LayerStatistics[] {
    return this.shape.layers.map(({ inputs, units }, i) => {
      const symbols = i === 0 && (this.shape.oneHot ?? false);
      return {
        input: symbols ? noMoments(inputs) : this.#moments(i, 'x', [inputs]),
        inputProduct: this.#moments(i, 'input', [units]),
        recurrentProduct: this.#moments(i, 'recurrent', [units]),
      };
    });
  }

  /** Of blocks of `block` columns, each padded to 8. */
  #moments(index: number, what: 'x' | 'input' | 'recurrent', [block]: readonly [number]): Moments {
    const sums = this.#shards.map((shard, s) => shard.momentsOf(index, what, this.#command[s]!));
    const { rate } = this.#shards[0]!;
    const rows = this.#command.reduce(
      (sum, { lengths }) => lengths.reduce((own, length) => own + outputCount(rate, length), sum),
      0,
    );
    const width = sums[0]!.length / 2;
    const padded = what === 'x' ? width : pad8(block);
    const columns = Array.from({ length: width }, (_, j) => j).filter((j) => j % padded < block);
    const total = (j: number): number => sums.reduce((sum, own) => sum + own[j]!, 0);
    const mean = Float64Array.from(columns, (j) => total(j) / Math.max(1, rows));
    const variance = Float64Array.from(columns, (j, at) =>
      Math.max(0, total(width + j) / Math.max(1, rows) - mean[at]! ** 2),
    );
    return { mean, variance };
  }

  /** States of all slots after the last pass, for checkpoints. */
  saveState(): Float32Array {
    const parts = this.#slots.map((slots) => slots.saveState());
    const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
    parts.reduce((at, part) => {
      all.set(part, at);
      return at + part.length;
    }, 0);
    return all;
  }

  restoreState(state: Float32Array): void {
    this.#slots.reduce((at, slots) => at + slots.restoreState(state.subarray(at)), 0);
  }

  /** Ends the worker. */
  dispose(): void {
    this.#worker?.dispose();
  }
}

const noMoments = (n: number): Moments => ({ mean: new Float64Array(n), variance: new Float64Array(n) });

/** Two where there are two processors; RNNQ_THREADS=1 keeps to one. */
function defaultThreads(): 1 | 2 {
  const threads = process.env.RNNQ_THREADS;
  return (threads === undefined ? availableParallelism() : Number(threads)) >= 2 ? 2 : 1;
}
