import type { Activation, PoolFunction, Windowed } from '../../ir/model.js';
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

/** A layer in front of the recurrent ones that looks at its last inputs (docs/numerics.md, N15). */
export type WindowedShape = ConvShape | PoolShape;
type Window = Pick<Windowed, 'window' | 'first' | 'stride'>;

/** f(W [the last `window` inputs, the oldest first] + b) */
export interface ConvShape extends Window {
  readonly type: 'conv1d';
  readonly inputs: number;
  readonly units: number;
  readonly activation: Activation;
}
/** The largest or the mean of the last inputs, element by element. */
export interface PoolShape extends Window {
  readonly type: 'pool';
  readonly inputs: number;
  /** As many as inputs. */
  readonly units: number;
  readonly function: PoolFunction;
}

/** A dense layer between the recurrent layers and the output. */
export interface DenseShape {
  readonly units: number;
  readonly activation: Activation;
}

export interface NetworkShape {
  /** Layers in front of the recurrent ones, from the input upwards; default none. The first one is a convolution. */
  readonly windowed?: readonly WindowedShape[];
  /** Recurrent layers, from below upwards. */
  readonly layers: readonly LayerShape[];
  /** Dense layers behind them, from below upwards; default none. */
  readonly head?: readonly DenseShape[];
  /** Of the last dense layer, which is linear. */
  readonly outputs: number;
  /** The input is one symbol a step, which stands for a one-hot vector. */
  readonly oneHot?: boolean;
}

export interface BatchShape {
  /** Time steps of the longest sequence. */
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
  /** Of the windowed layers, null of those without: weights [units][window x inputs]. */
  readonly windowed: readonly (DenseParameters | null)[];
  readonly layers: readonly LayerParameters[];
  /** Dense layers from below upwards, the output's last. */
  readonly head: readonly DenseParameters[];
}

/** Largest magnitudes of a layer in a pass; 0 where it has no such values. */
export interface LayerRanges {
  /** |c| of a cell state. */
  readonly cell: number;
  /** h of a relu cell; outputs of a relu or linear dense layer or convolution. */
  readonly hidden: number;
  /** Values after a scaleShift input. */
  readonly scaleShift: number;
}

/** Columns and rows of a weight matrix. */
export interface MatrixSize {
  readonly inputs: number;
  readonly units: number;
}

/** Of the dense layers of a head, the output's last. */
export function headSizes({ layers, head = [], outputs }: NetworkShape): MatrixSize[] {
  const units = [layers.at(-1)!.units, ...head.map((layer) => layer.units), outputs];
  return units.slice(1).map((own, i) => ({ inputs: units[i]!, units: own }));
}

/** Values of one time step of the network's input. */
export const inputSize = ({ windowed, layers }: NetworkShape): number => (windowed?.[0] ?? layers[0]!).inputs;

/** Lengths inside the engine are multiples of 8 f32. */
export const pad8 = (n: number): number => (n + 7) & ~7;

/** The first 64 KiB belong to the module's own static data (tables of its Math.log). */
const STATIC_BYTES = 65536;

/** Hands out 64-byte aligned pieces of one memory; counts f32. */
export class Arena {
  #next = STATIC_BYTES;

  floats(count: number): number {
    const at = Math.ceil(this.#next / 64) * 64; // beyond 2^31 too: that is refused later, with its size
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
