import type { Activation } from '../../ir/model.js';
import type { LossName } from '../../tasks/task.js';

/** A recurrent cell that can be trained: a row of CELLS (src/train/cells/index.ts). */
export type Cell = 'rnn' | 'gru' | 'lstm';

export interface LayerShape {
  readonly cell: Cell;
  readonly inputs: number;
  readonly units: number;
  /** One of the cell's row; of gated cells 'tanh' = sigmoid and tanh, 'hard' = clamp(x / 4 + 1 / 2, 0, 1) and clamp(x, -1, 1). */
  readonly activation: 'tanh' | 'hard' | 'relu';
  /** gru: n = tanh(x_n + r (U h + b)) ('after', the default) or tanh(x_n + U (r h)). */
  readonly reset?: 'after' | 'before';
  /** The layer's input is first scaled and shifted: u = x inputScale + inputShift. */
  readonly scaleShiftInput?: boolean;
}

/** A dense layer between the recurrent layers and the output. */
export interface DenseShape {
  readonly units: number;
  readonly activation: Activation;
}

export interface NetworkShape {
  /** From the input upwards. */
  readonly layers: readonly LayerShape[];
  /** Dense layers behind them, from below upwards; default none. */
  readonly head?: readonly DenseShape[];
  /** Of the last dense layer, which is linear. */
  readonly outputs: number;
  /** The input is one symbol a step, which stands for a one-hot vector. */
  readonly oneHot?: boolean;
}

export interface BatchShape {
  /** Longest sequence. */
  readonly steps: number;
  /** Slots. */
  readonly batch: number;
  /** There are targets at every step, or only after the last one. */
  readonly everyStep: boolean;
  /** Default: softmax cross-entropy. */
  readonly loss?: LossName;
}

/** Parameters or their gradients, rows = outputs: input [gates x units][inputs], recurrent [gates x units][units]. */
export interface LayerParameters {
  readonly input: Float32Array;
  readonly recurrent: Float32Array;
  readonly inputBias: Float32Array;
  /** Of a cell whose recurrent part has a bias of its own; zeros elsewhere. */
  readonly recurrentBias: Float32Array;
  /** With scaleShiftInput: one value for each input. */
  readonly inputScale?: Float32Array;
  readonly inputShift?: Float32Array;
}
/** weights [units][inputs] */
export interface DenseParameters {
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}
export interface NetworkParameters {
  readonly layers: readonly LayerParameters[];
  /** Dense layers from below upwards, the output's last. */
  readonly head: readonly DenseParameters[];
}

/** Largest magnitudes of a layer in a pass; 0 where it has no such values. */
export interface LayerRanges {
  /** |c| of a cell state. */
  readonly cell: number;
  /** h of a relu cell; outputs of a relu or linear dense layer. */
  readonly hidden: number;
  /** Values after a scaleShift input. */
  readonly scaleShift: number;
}

/** Lengths inside the engine are multiples of 8 f32. */
export const pad8 = (n: number): number => (n + 7) & ~7;

/** The first 64 KiB belong to the module's own static data (tables of its Math.log). */
const STATIC_BYTES = 65536;

/** Hands out 64-byte aligned pieces of one memory; counts f32. */
export class Arena {
  #next = STATIC_BYTES;

  floats(count: number): number {
    const at = (this.#next + 63) & ~63;
    this.#next = at + count * 4;
    return at;
  }

  get bytes(): number {
    return this.#next;
  }
}

/**
 * Copies a matrix [gates x units][inputs] between the model's orientation and the engine's, which is transposed and
 * padded: [inputs][gates x paddedUnits].
 */
export function transposeInto(
  direction: 'to-engine' | 'from-engine',
  matrix: Float32Array,
  engine: Float32Array,
  gates: number,
  units: number,
  inputs: number,
): void {
  const padded = pad8(units);
  const stride = gates * padded;
  for (let gate = 0; gate < gates; gate++)
    for (let j = 0; j < units; j++) {
      const row = (gate * units + j) * inputs;
      const column = gate * padded + j;
      if (direction === 'to-engine') for (let i = 0; i < inputs; i++) engine[i * stride + column] = matrix[row + i]!;
      else for (let i = 0; i < inputs; i++) matrix[row + i] = engine[i * stride + column]!;
    }
}
