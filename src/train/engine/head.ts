import { type Arena, pad8 } from './layout.js';
import type { Distillation } from './run.js';
import { GEMM, type Kernels } from './wasm.js';

/** Addresses of the head's parameters, or of their gradients: weights [units][outputs], both padded. */
export class HeadBlock {
  readonly weights: number;
  readonly bias: number;

  constructor(
    readonly units: number,
    readonly outputs: number,
    arena: Arena,
  ) {
    this.weights = arena.floats(pad8(units) * pad8(outputs));
    this.bias = arena.floats(pad8(outputs));
  }

  load(memory: Float32Array, { weights, bias }: { readonly weights: Float32Array; readonly bias: Float32Array }): void {
    const [from, o] = [this.weights >> 2, pad8(this.outputs)];
    for (let j = 0; j < this.outputs; j++)
      for (let i = 0; i < this.units; i++) memory[from + i * o + j] = weights[j * this.units + i]!;
    memory.set(bias, this.bias >> 2);
  }

  unload(
    memory: Float32Array,
    { weights, bias }: { readonly weights: Float32Array; readonly bias: Float32Array },
  ): void {
    const [from, o] = [this.weights >> 2, pad8(this.outputs)];
    for (let j = 0; j < this.outputs; j++)
      for (let i = 0; i < this.units; i++) weights[j * this.units + i] = memory[from + i * o + j]!;
    bias.set(memory.subarray(this.bias >> 2, (this.bias >> 2) + this.outputs));
  }
}

/** Loss of the head: sums over the rows, each weighted by its class, times `scale`. */
export interface LossOptions {
  readonly scale: number;
  readonly distillation: Distillation | null;
}

/** Dense layer, softmax and cross-entropy over `rows` rows. */
export class Head {
  readonly labels: number;
  readonly classWeights: number;
  readonly teacher: number;
  readonly logits: number;
  /** Gradient of the logits after loss(). */
  readonly #gradient: number;
  readonly #packed: number;
  readonly #packedBack: number;
  readonly #packedGradient: number;
  readonly #right: number;
  readonly #room: number;

  constructor(
    readonly rows: number,
    readonly parameters: HeadBlock,
    readonly gradient: HeadBlock,
    arena: Arena,
  ) {
    const [u, o] = [pad8(parameters.units), pad8(parameters.outputs)];
    this.labels = arena.floats(rows);
    this.classWeights = arena.floats(o);
    this.teacher = arena.floats(rows * o);
    this.logits = arena.floats(rows * o);
    this.#gradient = arena.floats(rows * o);
    this.#packed = arena.floats(u * o);
    this.#packedBack = arena.floats(u * o);
    this.#packedGradient = arena.floats(rows * o);
    this.#right = arena.floats(4);
    this.#room = arena.floats(o);
  }

  forward(k: Kernels, input: number): void {
    const { units, outputs, weights, bias } = this.parameters;
    const [u, o] = [pad8(units), pad8(outputs)];
    k.packPanels(weights, u, o, o, 1, this.#packed);
    k.gemm(this.rows, o, u, input, u, 1, this.#packed, this.logits, o, GEMM.fromBias, bias);
  }

  /** Weighted loss sum of the logits, and their gradient; returns what was right. */
  loss(k: Kernels, memory: Float32Array, { scale, distillation }: LossOptions): { loss: number; right: number } {
    const { outputs } = this.parameters;
    const [o, rows] = [pad8(outputs), this.rows];
    const hard = distillation === null ? scale : scale * (1 - distillation.weight);
    memory.copyWithin(this.#gradient >> 2, this.logits >> 2, (this.logits >> 2) + rows * o);
    const shared = [this.labels, this.classWeights] as const;
    let loss = k.softmaxCrossEntropy(rows, outputs, o, this.#gradient, ...shared, hard, this.#right);
    if (distillation !== null) {
      const [soft, { temperature }] = [scale * distillation.weight, distillation];
      const last = [soft, temperature, this.#room, this.#gradient] as const;
      loss += k.distillation(rows, outputs, o, this.logits, this.teacher, ...shared, ...last);
    }
    return { loss, right: new Int32Array(memory.buffer)[this.#right >> 2]! };
  }

  /** Gradients of the parameters, and of the input into `dInput`. */
  backward(k: Kernels, input: number, dInput: number): void {
    const { units, outputs, weights } = this.parameters;
    const [u, o, rows] = [pad8(units), pad8(outputs), this.rows];
    k.packPanels(this.#gradient, rows, o, o, 1, this.#packedGradient);
    k.gemm(u, o, rows, input, 1, u, this.#packedGradient, this.gradient.weights, o, GEMM.fromZero, 0);
    k.columnSums(rows, o, this.#gradient, this.gradient.bias);
    k.packPanels(weights, o, u, 1, o, this.#packedBack);
    k.gemm(rows, u, o, this.#gradient, o, 1, this.#packedBack, dInput, u, GEMM.fromZero, 0);
  }
}
