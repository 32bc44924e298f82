import { type DenseBlocks, type DenseFormats, DenseProduct, HiddenDense } from './dense.js';
import type { Kernels } from './kernels.js';
import { type Arena, type NetworkShape, pad8 } from './layout.js';
import type { LossDef, LossPlace, Words } from './losses.js';
import type { Distillation } from './run.js';

/** Loss of the head: sums over the targets, each times its weight and `scale`. */
export interface LossOptions {
  readonly scale: number;
  readonly distillation: Distillation | null;
}

/** Dense layers and loss over `rows` rows. */
export class Head {
  /** Of the loss, whose gradient replaces the logits there. */
  readonly place: LossPlace;
  readonly #hidden: readonly HiddenDense[];
  readonly #output: DenseProduct;

  constructor(
    readonly rows: number,
    { head = [], outputs }: NetworkShape,
    readonly parameters: DenseBlocks,
    readonly gradient: DenseBlocks,
    readonly lossDef: LossDef,
    arena: Arena,
  ) {
    const o = pad8(outputs);
    const blocks = (i: number) => [parameters.layers.at(i)!, gradient.layers.at(i)!] as const;
    this.#hidden = head.map((shape, i) => new HiddenDense(shape, rows, ...blocks(i), arena));
    this.#output = new DenseProduct(rows, ...blocks(-1), arena);
    const targets = arena.floats(rows * lossDef.words(outputs));
    const weights = arena.floats(o);
    const teacher = arena.floats(rows * o);
    this.place = {
      ...{ rows, outputs, targets, weights, teacher, logits: this.logits },
      ...{ gradient: arena.floats(rows * o), correct: arena.floats(4), room: arena.floats(o) },
    };
  }

  get logits(): number {
    return this.#output.sums;
  }

  /** What dense layer i reads, of a head that reads `input`. */
  #inputOf(i: number, input: number): number {
    return i === 0 ? input : this.#hidden[i - 1]!.outputs;
  }

  /** `chips`: formats of the hidden layers' outputs, or null. */
  forward(k: Kernels, input: number, chips: readonly DenseFormats[] | null): void {
    this.#hidden.forEach((layer, i) => void layer.forward(k, this.#inputOf(i, input), chips && chips[i]!));
    this.#output.forward(k, this.#inputOf(this.#hidden.length, input));
  }

  /** Weighted loss sum of the logits, and their gradient; returns the number of correct decisions. */
  loss(k: Kernels, memory: Words, { scale, distillation }: LossOptions): { loss: number; correct: number } {
    const { rows, outputs, gradient, correct } = this.place;
    memory.floats.copyWithin(gradient >> 2, this.logits >> 2, (this.logits >> 2) + rows * pad8(outputs));
    const loss = this.lossDef.run(k, memory, this.place, scale, distillation);
    return { loss, correct: memory.integers[correct >> 2]! };
  }

  /** Gradients of the parameters, and of the input into `dInput`; `chip` as in the forward pass. */
  backward(k: Kernels, input: number, dInput: number, chip: boolean): void {
    const { length } = this.#hidden;
    const down = (i: number): number => (i === 0 ? dInput : this.#hidden[i - 1]!.dOutputs);
    this.#output.backward(k, this.#inputOf(length, input), this.place.gradient, down(length));
    for (let i = length - 1; i >= 0; i--) this.#hidden[i]!.backward(k, this.#inputOf(i, input), down(i), chip);
  }

  /** What the hidden layers reached in the last pass, 0 of tanh and sigmoid. */
  ranges(k: Kernels): number[] {
    return this.#hidden.map((layer) => layer.largest(k));
  }
}
