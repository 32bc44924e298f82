import { outputCount } from '../../ir/rate.js';
import type { TrainedTargets } from '../../tasks/task.js';
import { inputSize, pad8 } from './layout.js';
import type { Shard } from './shard.js';

/** Which slot is in which row, and the time steps of its sequence. */
interface Order {
  readonly slots: readonly number[];
  readonly lengths: readonly number[];
}

/**
 * The slots of a shard: sequences, targets and states. In the shard's memory rows are ordered by length, so that the
 * sequences that have not ended are always the first ones.
 */
export class Slots {
  readonly #sequences: { values: Float32Array | Int16Array; length: number }[];
  readonly #targets: (TrainedTargets | null)[];
  readonly #teachers: (Float32Array | null)[];
  /** Row of each slot in the last pass. */
  #rows: Int32Array;
  /** The last pass had the chip's states. */
  #chip = false;
  /** States to go on from: of each slot, layer after layer; null: those of the last pass in the shard's memory. */
  #kept: Float32Array | null = null;

  constructor(readonly shard: Shard) {
    const { batch } = shard.batch;
    const none = shard.shape.oneHot ? new Int16Array(0) : new Float32Array(0);
    this.#sequences = Array.from({ length: batch }, () => ({ values: none, length: 0 }));
    this.#targets = Array.from({ length: batch }, () => null);
    this.#teachers = Array.from({ length: batch }, () => null);
    this.#rows = Int32Array.from({ length: batch }, (_, b) => b);
  }

  setSequence(b: number, values: Float32Array | Int16Array, length: number): void {
    if (length > this.shard.batch.steps) throw new RangeError(`a sequence of ${length} steps in a batch of fewer`);
    this.#sequences[b] = { values, length };
  }

  setTargets(b: number, targets: TrainedTargets | null): void {
    this.#targets[b] = targets;
  }

  setTeacher(b: number, logits: Float32Array): void {
    this.#teachers[b] = logits;
  }

  clearState(): void {
    this.#kept = new Float32Array(this.#stateLength * this.shard.batch.batch);
  }

  /** Orders the rows, and writes inputs, targets and first states into the shard's memory. */
  prepare(carry: boolean, chip: boolean): Order {
    const states = carry ? this.saveState() : null;
    const lengths = this.#sequences.map(({ length }) => length);
    const slots = lengths.map((_, b) => b).sort((a, b) => lengths[b]! - lengths[a]! || a - b);
    slots.forEach((slot, row) => {
      this.#rows[slot] = row;
      this.#writeInput(slot, row);
      this.#writeTargets(slot, row);
    });
    this.#kept = null;
    this.#chip = chip;
    this.#writeStates(states);
    return { slots, lengths: slots.map((slot) => lengths[slot]!) };
  }

  #writeInput(slot: number, row: number): void {
    const { shard } = this;
    const { steps, batch } = shard.batch;
    const { values, length } = this.#sequences[slot]!;
    const [from, stride] = [shard.x >> 2, shard.inputStride];
    if (shard.shape.oneHot) {
      for (let t = 0; t < steps; t++) shard.integers[from + t * batch + row] = t < length ? values[t]! : -1;
      return;
    }
    const inputs = inputSize(shard.shape);
    for (let t = 0; t < steps; t++) {
      const at = from + (t * batch + row) * stride;
      if (t < length) for (let i = 0, v = t * inputs; i < inputs; i++, v++) shard.floats[at + i] = values[v]!;
      else shard.floats.fill(0, at, at + inputs);
    }
  }

  /** Row of the head that holds slot's step t. */
  #headRow(row: number, t: number): number {
    return this.shard.batch.everyStep ? t * this.shard.batch.batch + row : row;
  }

  /** Row of the targets that output t is compared with: that of the time step it comes with. */
  #targetRow(t: number): number {
    const { batch, rate } = this.shard;
    return batch.everyStep ? rate.first - 1 + t * rate.stride : 0;
  }

  #writeTargets(slot: number, row: number): void {
    const { shard } = this;
    const { everyStep } = shard.batch;
    const [targets, teacher] = [this.#targets[slot]!, this.#teachers[slot]];
    const { lossDef, place } = shard.head;
    const { outputs } = place;
    const words = lossDef.words(outputs);
    const count = outputCount(shard.rate, this.#sequences[slot]!.length);
    for (let t = 0; t < (everyStep ? shard.steps : 1); t++) {
      const at = this.#headRow(row, t);
      const own = count > (everyStep ? t : 0) ? targets : null;
      lossDef.write(shard, (place.targets >> 2) + at * words, own, this.#targetRow(t), outputs);
      if (teacher)
        shard.floats.set(teacher.subarray(t * outputs, (t + 1) * outputs), (place.teacher >> 2) + at * pad8(outputs));
    }
  }

  /** Number and weight of the targets; the weights of the outputs go into the shard's memory. */
  countTargets(weights: Float32Array | null): { total: number; weight: number } {
    const { floats, head } = this.shard;
    const at = head.place.weights >> 2;
    if (weights === null) floats.fill(1, at, at + head.place.outputs);
    else floats.set(weights, at);
    return head.lossDef.countTargets(this.shard, head.place);
  }

  /** Calls `each` with the logits and their row of the targets, for every output of every slot that has targets, slot after slot. */
  forEachRow(each: (logits: Float32Array, targets: TrainedTargets, row: number) => void): void {
    const { batch, rate } = this.shard;
    this.#sequences.forEach(({ length }, b) => {
      const targets = this.#targets[b];
      const count = outputCount(rate, length);
      if (targets)
        for (let t = 0; t < (batch.everyStep ? count : Math.min(count, 1)); t++)
          each(this.logits(b, t), targets, this.#targetRow(t));
    });
  }

  logits(slot: number, t: number): Float32Array {
    const { shard } = this;
    const at = (shard.head.logits >> 2) + this.#headRow(this.#rows[slot]!, t) * pad8(shard.shape.outputs);
    return shard.floats.subarray(at, at + shard.shape.outputs);
  }

  /** Values of the state of one slot: for each layer the matvec input h8, and what the cell itself remembers. */
  get #stateLength(): number {
    return this.shard.layers.reduce((sum, layer) => sum + 2 * layer.units, 0);
  }

  /** Calls `each` with the buffers of every layer's state and their place in the state of a slot. */
  #forStates(each: (buffer: number, units: number, at: number) => void): void {
    let at = 0;
    for (const layer of this.shard.layers) {
      layer.states(this.#chip).forEach((buffer, i) => {
        each(buffer, layer.units, at + i * layer.units);
      });
      at += 2 * layer.units;
    }
  }

  /** States after the last pass, slot after slot. */
  saveState(): Float32Array {
    if (this.#kept !== null) return this.#kept;
    const { floats } = this.shard;
    const { steps } = this.shard;
    const { batch } = this.shard.batch;
    const length = this.#stateLength;
    const all = new Float32Array(length * batch);
    this.#forStates((buffer, units, at) => {
      for (let b = 0; b < batch; b++) {
        const from = (buffer >> 2) + (steps * batch + this.#rows[b]!) * units;
        all.set(floats.subarray(from, from + units), b * length + at);
      }
    });
    return all;
  }

  /** Takes the shard's part from the front of `state`; returns its length. */
  restoreState(state: Float32Array): number {
    this.#kept = state.slice(0, this.#stateLength * this.shard.batch.batch);
    return this.#kept.length;
  }

  /** First states: zero, or those of the slots. */
  #writeStates(states: Float32Array | null): void {
    const { floats } = this.shard;
    const { batch } = this.shard.batch;
    const length = this.#stateLength;
    this.#forStates((buffer, units, at) => {
      for (let b = 0; b < batch; b++) {
        const to = (buffer >> 2) + this.#rows[b]! * units;
        if (states === null) floats.fill(0, to, to + units);
        else floats.set(states.subarray(b * length + at, b * length + at + units), to);
      }
    });
  }
}
