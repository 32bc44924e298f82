import type { Activation } from '../../ir/model.js';
import type { Kernels } from './kernels.js';
import { type Arena, type DenseParameters, type DenseShape, type MatrixSize, pad8 } from './layout.js';
import { type ChipFormats, INTERPOLATED } from './step.js';
import { GEMM } from './wasm.js';

/** Addresses of a dense layer's parameters, or of their gradients: weights [inputs][units], both padded. */
export class DenseBlock {
  readonly weights: number;
  readonly bias: number;

  constructor(
    readonly inputs: number,
    readonly units: number,
    arena: Arena,
  ) {
    this.weights = arena.floats(pad8(inputs) * pad8(units));
    this.bias = arena.floats(pad8(units));
  }

  load(memory: Float32Array, { weights, bias }: DenseParameters): void {
    const [from, u] = [this.weights >> 2, pad8(this.units)];
    for (let j = 0; j < this.units; j++)
      for (let i = 0; i < this.inputs; i++) memory[from + i * u + j] = weights[j * this.inputs + i]!;
    memory.set(bias, this.bias >> 2);
  }

  unload(memory: Float32Array, { weights, bias }: DenseParameters): void {
    const [from, u] = [this.weights >> 2, pad8(this.units)];
    for (let j = 0; j < this.units; j++)
      for (let i = 0; i < this.inputs; i++) weights[j * this.inputs + i] = memory[from + i * u + j]!;
    bias.set(memory.subarray(this.bias >> 2, (this.bias >> 2) + this.units));
  }
}

/** Addresses of the parameters of several dense layers, or of their gradients. */
export class DenseBlocks {
  readonly layers: readonly DenseBlock[];

  constructor(sizes: readonly MatrixSize[], arena: Arena) {
    this.layers = sizes.map(({ inputs, units }) => new DenseBlock(inputs, units, arena));
  }

  load(memory: Float32Array, parameters: readonly DenseParameters[]): void {
    this.layers.forEach((layer, i) => void layer.load(memory, parameters[i]!));
  }

  unload(memory: Float32Array, parameters: readonly DenseParameters[]): void {
    this.layers.forEach((layer, i) => void layer.unload(memory, parameters[i]!));
  }
}

/** W x + b over `rows` rows. */
export class DenseProduct {
  /** Rows of sums, padded to 8. */
  readonly sums: number;
  readonly #packed: number;
  readonly #packedBack: number;
  readonly #packedGradient: number;

  constructor(
    readonly rows: number,
    readonly parameters: DenseBlock,
    readonly gradient: DenseBlock,
    arena: Arena,
  ) {
    const [i, u] = [pad8(parameters.inputs), pad8(parameters.units)];
    this.sums = arena.floats(rows * u);
    this.#packed = arena.floats(i * u);
    this.#packedBack = arena.floats(i * u);
    this.#packedGradient = arena.floats(rows * u);
  }

  forward(k: Kernels, x: number): void {
    const { inputs, units, weights, bias } = this.parameters;
    const [i, u] = [pad8(inputs), pad8(units)];
    k.packPanels(weights, i, u, u, 1, this.#packed);
    k.gemm(this.rows, u, i, x, i, 1, this.#packed, this.sums, u, GEMM.fromBias, bias);
  }

  /** From the gradient of the sums: those of the parameters, and that of the input into `dx` (null: not needed). */
  backward(k: Kernels, x: number, dSums: number, dx: number | null): void {
    const { inputs, units, weights } = this.parameters;
    const [rows, i, u] = [this.rows, pad8(inputs), pad8(units)];
    k.packPanels(dSums, rows, u, u, 1, this.#packedGradient);
    k.gemm(i, u, rows, x, 1, i, this.#packedGradient, this.gradient.weights, u, GEMM.fromZero, 0);
    k.columnSums(rows, u, dSums, this.gradient.bias);
    if (dx === null) return;
    k.packPanels(weights, u, i, 1, u, this.#packedBack);
    k.gemm(rows, i, u, dSums, u, 1, this.#packedBack, dx, i, GEMM.fromZero, 0);
  }
}

/** What activations of the chip are computed with: tables, and the format of the outputs. */
export type DenseFormats = Pick<ChipFormats, 'sigmoid' | 'tanh' | 'interpolated' | 'hiddenScale' | 'largest'>;

/** Kind of an activation in the kernels. */
const KIND: { readonly [A in Activation]: number } = { linear: 0, relu: 1, tanh: 2, sigmoid: 3 };

/** A dense layer with an activation: f(W x + b). */
export class HiddenDense {
  /** Rows that the next layer reads, padded to 8. */
  readonly outputs: number;
  /** Their gradient; the next layer fills it. */
  readonly dOutputs: number;
  readonly #product: DenseProduct;
  readonly #mask: number;
  readonly #values: number;

  constructor(
    readonly shape: DenseShape,
    rows: number,
    parameters: DenseBlock,
    gradient: DenseBlock,
    arena: Arena,
  ) {
    this.#product = new DenseProduct(rows, parameters, gradient, arena);
    this.#values = rows * pad8(shape.units);
    this.outputs = arena.floats(this.#values);
    this.dOutputs = arena.floats(this.#values);
    this.#mask = arena.floats(this.#values);
  }

  forward(k: Kernels, x: number, chip: DenseFormats | null): void {
    const { activation } = this.shape;
    const { sums } = this.#product;
    this.#product.forward(k, x);
    if (chip === null) {
      k.denseForward(this.#values, sums, this.outputs, KIND[activation]);
      return;
    }
    const table = activation === 'sigmoid' ? chip.sigmoid : chip.tanh;
    const format = [chip.hiddenScale, chip.largest, chip.interpolated ? INTERPOLATED : 0] as const;
    k.denseForwardChip(this.#values, sums, this.outputs, this.#mask, table, ...format, KIND[activation]);
  }

  /** Sets values and outputs of rows that belong to no sequence to zero. */
  clear(k: Kernels, from: number, rows: number): void {
    const u = pad8(this.shape.units);
    for (const values of [this.#product.sums, this.outputs]) k.fill(rows * u, values + from * u * 4, 0);
  }

  backward(k: Kernels, x: number, dx: number | null, chip: boolean): void {
    const { sums } = this.#product;
    const mask = chip ? this.#mask : 0;
    k.denseBackward(this.#values, sums, this.dOutputs, mask, KIND[this.shape.activation]);
    this.#product.backward(k, x, this.dOutputs, dx);
  }

  /** Largest magnitude of the sums that a format must hold (0 of tanh and sigmoid): of relu and linear they are the outputs. */
  largest(k: Kernels): number {
    const { activation } = this.shape;
    return activation === 'relu' || activation === 'linear' ? k.largest(this.#values, this.#product.sums) : 0;
  }
}
