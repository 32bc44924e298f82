import { INT32_MAX, INT32_MIN, PREACTIVATION_FRACTION } from '../fixed/fixed.js';
import { indexShift } from '../fixed/formats.js';
import { INDEX_FRACTION, type TableName } from '../fixed/tables.js';
import type { GruLayer, LstmLayer } from '../ir/model.js';
import type { TensorId } from '../ir/program.js';
import { gateRows, gateScale } from './layer.js';
import type { ProgramBuilder } from './program-builder.js';

/** Lowers parts that every gated cell shares; tensors are named after the gate. */
export class Gates {
  constructor(
    readonly builder: ProgramBuilder,
    readonly layer: GruLayer | LstmLayer,
    readonly x: TensorId,
    readonly h: TensorId,
  ) {}

  /** requantize(W x + b): one matrix' part of a pre-activation, fraction 12, clamped to +-limit where one is given. */
  part(side: 'input' | 'recurrent', gate: number, name: string, bias: Int32Array | null, limit?: number): TensorId {
    const sum = this.#sum(side, gate, name);
    const biased =
      bias === null ? sum : this.builder.add('accumulate', [sum], { bias }, { name: `${name}_${side}_sum` });
    return this.#requantize(biased, side, gate, `${name}_${side}`, limit);
  }

  /** N5: the whole pre-activation of a gate, with one row scale or with two. */
  preactivation(gate: number, name: string, bias: Int32Array): TensorId {
    if (this.layer.scope === 'joint') {
      const sums = [this.#sum('input', gate, name), this.#sum('recurrent', gate, name)];
      const sum = this.builder.add('add', sums, {}, { name: `${name}_acc` });
      const biased = this.builder.add('accumulate', [sum], { bias }, { name: `${name}_sum` });
      return this.#requantize(biased, 'input', gate, `${name}_pre`);
    }
    const parts = [this.part('input', gate, name, bias), this.part('recurrent', gate, name, null)];
    return this.builder.add('add', parts, {}, { name: `${name}_pre` });
  }

  /** N5, N6: table lookup of a pre-activation. */
  activate(preactivation: TensorId, table: TableName, name: string): TensorId {
    const shift = indexShift(INDEX_FRACTION[table]);
    return this.builder.add('lut', [preactivation], { table, left: 0, shift }, { name });
  }

  biasOf(all: Int32Array, gate: number): Int32Array {
    return all.subarray(gate * this.layer.units, (gate + 1) * this.layer.units);
  }

  #sum(side: 'input' | 'recurrent', gate: number, name: string): TensorId {
    const weights = gateRows(this.layer[side], `${this.layer.name}_${side}_${name}`, gate, this.layer.units);
    const vector = side === 'input' ? this.x : this.h;
    return this.builder.add('matvec', [vector], { weights }, { name: `${name}_${side}_acc` });
  }

  #requantize(sum: TensorId, side: 'input' | 'recurrent', gate: number, name: string, limit?: number): TensorId {
    const scale = gateScale(this.layer[side].scale, gate, this.layer.units);
    const [min, max] = limit === undefined ? [INT32_MIN, INT32_MAX] : [-limit, limit];
    return this.builder.add('requantize', [sum], { scale, fraction: PREACTIVATION_FRACTION, min, max }, { name });
  }
}
