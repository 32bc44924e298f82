/** A recurrent cell of the engine, gates in the order of model.json. */
export type Cell = 'gru' | 'lstm';
export const GATES: { readonly [C in Cell]: number } = { gru: 3, lstm: 4 };

export interface LayerShape {
  readonly cell: Cell;
  readonly inputs: number;
  readonly units: number;
}

export interface NetworkShape {
  /** From the input upwards. */
  readonly layers: readonly LayerShape[];
  /** Classes of the head: dense + softmax cross-entropy. */
  readonly outputs: number;
}

export interface BatchShape {
  readonly steps: number;
  readonly batch: number;
  /** A label for every step, or only for the last one. */
  readonly everyStep: boolean;
}

/** Parameters or their gradients, rows = outputs: input [gates x units][inputs], recurrent [gates x units][units]. */
export interface LayerParameters {
  readonly input: Float32Array;
  readonly recurrent: Float32Array;
  readonly inputBias: Float32Array;
  /** Of an LSTM: always zero. */
  readonly recurrentBias: Float32Array;
}
export interface NetworkParameters {
  readonly layers: readonly LayerParameters[];
  /** weights [outputs][units of the last layer] */
  readonly head: { readonly weights: Float32Array; readonly bias: Float32Array };
}

/** Zeroed parameters of a shape. */
export function makeParameters({ layers, outputs }: NetworkShape): NetworkParameters {
  return {
    layers: layers.map(({ cell, inputs, units }) => {
      const rows = GATES[cell] * units;
      return {
        input: new Float32Array(rows * inputs),
        recurrent: new Float32Array(rows * units),
        inputBias: new Float32Array(rows),
        recurrentBias: new Float32Array(rows),
      };
    }),
    head: { weights: new Float32Array(outputs * layers.at(-1)!.units), bias: new Float32Array(outputs) },
  };
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
