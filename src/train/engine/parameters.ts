import { gateCount } from '../cells/index.js';
import { windowedMatrices } from '../windowed/index.js';
import {
  type Arena,
  type DenseParameters,
  headSizes,
  type LayerParameters,
  type LayerShape,
  type MatrixSize,
  type NetworkParameters,
  type NetworkShape,
  pad8,
  transposeInto,
} from './layout.js';

const MATRICES = ['input', 'recurrent', 'inputBias', 'recurrentBias', 'inputScale', 'inputShift'] as const;
type Name = (typeof MATRICES)[number];

/** Zeroed parameters of a shape. */
export function makeParameters(shape: NetworkShape): NetworkParameters {
  const dense = ({ inputs, units }: MatrixSize): DenseParameters => ({
    weights: new Float32Array(units * inputs),
    bias: new Float32Array(units),
  });
  return {
    windowed: windowedMatrices(shape.windowed).map((size) => size && dense(size)),
    layers: shape.layers.map(({ cell, inputs, units, scaleShiftInput }) => {
      const rows = gateCount(cell) * units;
      return {
        input: new Float32Array(rows * inputs),
        recurrent: new Float32Array(rows * units),
        inputBias: new Float32Array(rows),
        recurrentBias: new Float32Array(rows),
        ...(scaleShiftInput && { inputScale: new Float32Array(inputs), inputShift: new Float32Array(inputs) }),
      };
    }),
    head: headSizes(shape).map(dense),
  };
}

/** Addresses of a layer's parameters, or of their gradients: transposed and padded as the kernels need them. */
export class ParameterBlock {
  readonly at: Readonly<Record<Name, number>>;
  /** gates x padded units */
  readonly gateRow: number;

  constructor(
    readonly shape: LayerShape,
    readonly inputStride: number,
    arena: Arena,
  ) {
    const u = pad8(shape.units);
    const g = gateCount(shape.cell) * u;
    this.gateRow = g;
    const scaleShift = shape.scaleShiftInput ? inputStride : 0;
    const sizes: Record<Name, number> = {
      input: inputStride * g,
      recurrent: u * g,
      inputBias: g,
      recurrentBias: g,
      inputScale: scaleShift,
      inputShift: scaleShift,
    };
    this.at = Object.fromEntries(MATRICES.map((name) => [name, arena.floats(sizes[name])])) as Record<Name, number>;
  }

  /** Copies parameters into the memory. */
  load(memory: Float32Array, p: LayerParameters): void {
    this.#copy('to-engine', memory, p);
  }

  /** Copies them out of it. */
  unload(memory: Float32Array, p: LayerParameters): void {
    this.#copy('from-engine', memory, p);
  }

  #copy(direction: 'to-engine' | 'from-engine', memory: Float32Array, p: LayerParameters): void {
    const { cell, inputs, units } = this.shape;
    const gates = gateCount(cell);
    const place = (name: Name) => memory.subarray(this.at[name] >> 2);
    transposeInto(direction, p.input, place('input'), gates, units, inputs);
    transposeInto(direction, p.recurrent, place('recurrent'), gates, units, units);
    transposeInto(direction, p.inputBias, place('inputBias'), gates, units, 1);
    transposeInto(direction, p.recurrentBias, place('recurrentBias'), gates, units, 1);
    if (!this.shape.scaleShiftInput) return;
    for (const name of ['inputScale', 'inputShift'] as const)
      if (direction === 'to-engine') memory.set(p[name]!, this.at[name] >> 2);
      else p[name]!.set(memory.subarray(this.at[name] >> 2, (this.at[name] >> 2) + inputs));
  }
}
