import type { Activation, PoolFunction } from '../../ir/model.js';
import type { RealDense, RealLayer } from '../../quantizers/real-network.js';
import type { DenseBlock, DenseFormats } from '../engine/dense.js';
import type { Kernels } from '../engine/kernels.js';
import type { Arena, MatrixSize, WindowedShape } from '../engine/layout.js';
import type { ReferenceDense } from '../reference-dense.js';

/** A layer in front of the recurrent ones that looks at its last inputs: a row of WINDOWED. */
export type WindowedName = WindowedShape['type'];
export type ShapeOf<T extends WindowedName> = Extract<WindowedShape, { readonly type: T }>;

/** What options say of a layer. */
export type WindowedOption = ConvOption | PoolOption;
export type OptionOf<T extends WindowedName> = Extract<WindowedOption, { readonly type: T }>;

export interface ConvOption {
  readonly type: 'conv1d';
  readonly units: number;
  readonly window: number;
  readonly stride: number;
  readonly activation: Activation;
  /** Whether the first output comes with the first full window, or with the first input, behind zeros. */
  readonly padding: 'valid' | 'causal';
}

export interface PoolOption {
  readonly type: 'pool';
  readonly function: PoolFunction;
  readonly window: number;
  readonly stride: number;
}

/** The text of convolutions and pools as `rnnq train --conv` reads it. */
export const windowedText = (layers: readonly WindowedOption[]): string =>
  layers
    .map((layer) => {
      const { window, stride } = layer;
      if (!('activation' in layer)) return `${layer.function}${window}/${stride}`;
      const { units, activation, padding } = layer;
      return `${units}x${window}/${stride}:${activation}${padding === 'causal' ? ':causal' : ''}`;
    })
    .join(',');

/** Where a layer has its rows, over a whole batch: inputs and outputs [steps][batch][values]. */
export interface Place {
  /** Time steps of the inputs and of the outputs. */
  readonly inputSteps: number;
  readonly steps: number;
  readonly batch: number;
  /** From one row of inputs to the next. */
  readonly stride: number;
}

/** Addresses of the weights of a layer and of their gradients. */
export interface WeightPlaces {
  readonly parameters: DenseBlock;
  readonly gradient: DenseBlock;
}

/** A layer in the engine, forward and backward. */
export interface WindowedLayer {
  /** Rows that the next layer reads, padded to 8, and their gradient, which the next layer fills. */
  readonly outputs: number;
  readonly dOutputs: number;
  /** `active`: rows of each step of the outputs whose sequence has not ended. `chip`: formats of the outputs, or null. */
  forward(k: Kernels, x: number, active: readonly number[], chip: DenseFormats | null): void;
  /** Gradients of the weights, and of the input into `dx` (null: not needed). */
  backward(k: Kernels, dx: number | null, chip: boolean): void;
  /** Of a layer with weights: what a format must hold of the last pass, 0 of tanh and sigmoid. Rows of no sequence do not count. */
  largest?(k: Kernels): number;
}

/** One output in float64. `p`, `g`: weights and their gradients, of a layer that has them. */
export interface WindowedReference<S> {
  /** From its inputs, the oldest first. */
  forward(shape: S, p: ReferenceDense | null, inputs: readonly Float64Array[]): Float64Array;
  /** From the gradient of the output: adds that of the weights, returns that of all inputs side by side. */
  backward(
    shape: S,
    { p, g }: { readonly p: ReferenceDense | null; readonly g: ReferenceDense | null },
    inputs: readonly Float64Array[],
    output: Float64Array,
    d: Float64Array,
  ): Float64Array;
}

/** All that the trainer knows of a kind of layer; its kernels are in engine/assembly/windowed.ts. */
export interface WindowedDef<T extends WindowedName> {
  /** Of the names of its layers, before their number. */
  readonly prefix: string;
  shape(option: OptionOf<T>, inputs: number): ShapeOf<T>;
  /** Columns and rows of its weights; null: it has none, and gives codes of its input's format. */
  matrix(shape: ShapeOf<T>): MatrixSize | null;
  layer(shape: ShapeOf<T>, place: Place, weights: WeightPlaces | null, arena: Arena): WindowedLayer;
  readonly reference: WindowedReference<ShapeOf<T>>;
  /** `trained`: its weights, where it has them. */
  toReal(shape: ShapeOf<T>, name: string, trained: RealDense | null): RealLayer;
}
