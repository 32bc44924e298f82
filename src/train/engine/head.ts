import { type Arena, pad8 } from './layout.js';
import type { LossDef, LossPlace, Words } from './losses.js';
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

/** Loss of the head: sums over the targets, each times its weight and `scale`. */
export interface LossOptions {
  readonly scale: number;
  readonly distillation: Distillation | null;
}

/** Dense layer and loss over `rows` rows. */
export class Head {
  /** Of the loss, whose gradient replaces the logits there. */
  readonly place: LossPlace;
  readonly logits: number;
  readonly #packed: number;
  readonly #packedBack: number;
  readonly #packedGradient: number;

  constructor(
    readonly rows: number,
    readonly parameters: HeadBlock,
    readonly gradient: HeadBlock,
    readonly lossDef: LossDef,
    arena: Arena,
  ) {
    const { outputs } = parameters;
    const [u, o] = [pad8(parameters.units), pad8(outputs)];
    const targets = arena.floats(rows * lossDef.words(outputs));
    const weights = arena.floats(o);
    const teacher = arena.floats(rows * o);
    this.logits = arena.floats(rows * o);
    this.place = {
      ...{ rows, outputs, targets, weights, teacher, logits: this.logits },
      ...{ gradient: arena.floats(rows * o), right: arena.floats(4), room: arena.floats(o) },
    };
    this.#packed = arena.floats(u * o);
    this.#packedBack = arena.floats(u * o);
    this.#packedGradient = arena.floats(rows * o);
  }

  forward(k: Kernels, input: number): void {
    const { units, outputs, weights, bias } = this.parameters;
    const [u, o] = [pad8(units), pad8(outputs)];
    k.packPanels(weights, u, o, o, 1, this.#packed);
    k.gemm(this.rows, o, u, input, u, 1, this.#packed, this.logits, o, GEMM.fromBias, bias);
  }

  /** Weighted loss sum of the logits, and their gradient; returns what was right. */
  loss(k: Kernels, memory: Words, { scale, distillation }: LossOptions): { loss: number; right: number } {
    const { rows, outputs, gradient, right } = this.place;
    memory.floats.copyWithin(gradient >> 2, this.logits >> 2, (this.logits >> 2) + rows * pad8(outputs));
    const loss = this.lossDef.run(k, memory, this.place, scale, distillation);
    return { loss, right: memory.integers[right >> 2]! };
  }

  /** Gradients of the parameters, and of the input into `dInput`. */
  backward(k: Kernels, input: number, dInput: number): void {
    const { units, outputs, weights } = this.parameters;
    const { rows, gradient } = this.place;
    const [u, o] = [pad8(units), pad8(outputs)];
    k.packPanels(gradient, rows, o, o, 1, this.#packedGradient);
    k.gemm(u, o, rows, input, 1, u, this.#packedGradient, this.gradient.weights, o, GEMM.fromZero, 0);
    k.columnSums(rows, o, gradient, this.gradient.bias);
    k.packPanels(weights, o, u, 1, o, this.#packedBack);
    k.gemm(rows, u, o, gradient, o, 1, this.#packedBack, dInput, u, GEMM.fromZero, 0);
  }
}
