import { INT32_MAX, INT32_MIN, PREACTIVATION_FRACTION } from '../fixed/fixed.js';
import { INDEX_FRACTION, TABLE_RANGE, type TableName } from '../fixed/tables.js';
import type { GateFunction, RecurrentLayer } from '../ir/model.js';
import type { OpAttributes, TensorId } from '../ir/program.js';
import { gateRows, gateScale, product } from './layer.js';
import type { ProgramBuilder } from './program-builder.js';

/** N6: clamp(x / 4 + 1 / 2, 0, 1) for the sigmoid, clamp(x, -1, 1) for tanh, of codes with `fraction` fraction bits. */
export function hardGate(table: TableName, fraction: number): OpAttributes['hard'] {
  const [min, max] = TABLE_RANGE[table];
  if (table === 'sigmoid') return { left: 13 - fraction, offset: 2 ** 14, limit: 2 ** (fraction + 2), min, max };
  return { left: 15 - fraction, offset: 0, limit: 2 ** fraction, min, max };
}

/** N5, N6: a table's value at codes with `fraction` fraction bits. */
export function lookUp(
  builder: ProgramBuilder,
  a: TensorId,
  table: TableName,
  fraction: number,
  name: string,
): TensorId {
  const bits = fraction - INDEX_FRACTION[table];
  const place = { table, left: Math.max(0, -bits), shift: Math.max(0, bits) };
  if (builder.tables === 'interpolated') return builder.add('interpolate', [a], place, { name });
  return builder.add('lut', [a], { ...place, zero: 128 }, { name });
}

/** Largest code of a state, a candidate and a cell that relu leaves unbounded (N13). */
export const RELU_RANGE = { min: 0, max: 32767 } as const;

/** Lowers parts that every gated cell shares; tensors are named after the gate. */
export class Gates {
  constructor(
    readonly builder: ProgramBuilder,
    readonly layer: RecurrentLayer,
    readonly x: TensorId,
    readonly h: TensorId,
    /** Fraction bits of pre-activations (N5, N13). */
    readonly fraction = PREACTIVATION_FRACTION,
  ) {}

  /** requantize(W x + b): one matrix' part of a pre-activation, clamped to +-limit where one is given. */
  part(side: 'input' | 'recurrent', gate: number, name: string, bias: Int32Array | null, limit?: number): TensorId {
    const sum = this.#sum(side, gate, name);
    const biased = bias === null ? sum : this.builder.add('addBias', [sum], { bias }, { name: `${name}_${side}_sum` });
    return this.#requantize(biased, side, gate, `${name}_${side}`, limit);
  }

  /** N5: the whole pre-activation of a gate, with one row scale or with two. */
  preactivation(gate: number, name: string, bias: Int32Array): TensorId {
    if (this.layer.scope === 'joint') {
      const sums = [this.#sum('input', gate, name), this.#sum('recurrent', gate, name)];
      const sum = this.builder.add('add', sums, {}, { name: `${name}_acc` });
      const biased = this.builder.add('addBias', [sum], { bias }, { name: `${name}_sum` });
      return this.#requantize(biased, 'input', gate, `${name}_pre`);
    }
    const parts = [this.part('input', gate, name, bias), this.part('recurrent', gate, name, null)];
    return this.builder.add('add', parts, {}, { name: `${name}_pre` });
  }

  /** N6: a gate between 0 and 1. */
  gate(preactivation: TensorId, form: GateFunction, name: string): TensorId {
    return this.#bounded(preactivation, 'sigmoid', form === 'hard', name);
  }

  /** N6: a candidate between -1 and 1; N13: one of relu, with `fraction` fraction bits. */
  candidate(preactivation: TensorId, fraction: number, name: string): TensorId {
    const { activation } = this.layer;
    if (activation !== 'relu') return this.#bounded(preactivation, 'tanh', activation === 'hard', name);
    const narrow = { shift: this.fraction - fraction, ...RELU_RANGE, to: 's16' } as const;
    return this.builder.add('narrow', [preactivation], narrow, { name });
  }

  /** N5, N6: table lookup of a pre-activation, or the piecewise-linear form. */
  #bounded(preactivation: TensorId, table: TableName, isHard: boolean, name: string): TensorId {
    const { builder, fraction } = this;
    if (isHard) return builder.add('hard', [preactivation], hardGate(table, fraction), { name });
    return lookUp(builder, preactivation, table, fraction, name);
  }

  biasOf(all: Int32Array, gate: number): Int32Array {
    return all.subarray(gate * this.layer.units, (gate + 1) * this.layer.units);
  }

  #sum(side: 'input' | 'recurrent', gate: number, name: string): TensorId {
    const weights = gateRows(this.layer[side], `${this.layer.name}_${side}_${name}`, gate, this.layer.units);
    const vector = side === 'input' ? this.x : this.h;
    return product(this.builder, weights, vector, `${name}_${side}_acc`);
  }

  #requantize(sum: TensorId, side: 'input' | 'recurrent', gate: number, name: string, limit?: number): TensorId {
    const scale = gateScale(this.layer[side].scale, gate, this.layer.units);
    const [min, max] = limit === undefined ? [INT32_MIN, INT32_MAX] : [-limit, limit];
    return this.builder.add('requantize', [sum], { scale, fraction: this.fraction, min, max }, { name });
  }
}
