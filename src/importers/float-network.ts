import type { PoolFunction, Windowed } from '../ir/model.js';

/**
 * The network of another tool in float64, in rnnq's order of gates: what every reader gives, and what rewriting,
 * calibration and quantization work on.
 */
export interface FloatNetwork {
  readonly input: FloatInput;
  /** At least one; the inputs of each are the outputs of the one before. */
  readonly layers: readonly FloatLayer[];
  /** What the source does with the last layer's output; the layer itself is linear then. */
  readonly head: Head;
  /** The source gives an output after every step; otherwise after the last one alone. */
  readonly everyStep: boolean;
  /** A layer reads all steps of a sequence: sequences have as many as the first output takes. */
  readonly allSteps?: true;
}

export interface FloatInput {
  /** Values of one time step; of symbols, how many there are. */
  readonly size: number;
  /** A time step is `size` values, or one symbol 0 .. size - 1: the first layer reads its row of a table, or one-hot. */
  readonly encoding: 'values' | 'symbols';
  /** Steps of a sequence, where the file fixes them. */
  readonly window: number | null;
}

export type Head = 'linear' | 'softmax' | 'sigmoid';

/** max(0, min(1, slope x + offset)). */
export interface HardSigmoid {
  readonly kind: 'hard-sigmoid';
  readonly slope: number;
  readonly offset: number;
}

/** Functions that readers know; rewrite.ts says which of them rnnq has where. */
export type ActivationName = 'linear' | 'relu' | 'tanh' | 'sigmoid';
export type FloatActivation = ActivationName | HardSigmoid;

/** Row-major weights: rows are outputs (gates x units, gate after gate), columns inputs. */
export type Weights = Float64Array;

/** Gates z, r, n of a GRU; i, f, g, o of an LSTM; one of a vanilla cell. */
export interface FloatRecurrent {
  readonly type: 'rnn' | 'gru' | 'lstm';
  readonly name: string;
  readonly units: number;
  readonly inputs: number;
  readonly input: Weights;
  readonly recurrent: Weights;
  readonly inputBias: Float64Array;
  readonly recurrentBias: Float64Array;
  /** Of the candidate, and of an LSTM's cell output; of a vanilla cell its only one. */
  readonly activation: FloatActivation;
  /** Of the gates that lie in [0, 1]. */
  readonly gateActivation: FloatActivation;
  /** Of a GRU: whether the reset gate acts after or before the recurrent product. */
  readonly reset: 'after' | 'before';
  /** The source limits |c| of an LSTM to this. */
  readonly cellClip?: number;
}

export interface FloatDense {
  readonly type: 'dense';
  readonly name: string;
  readonly units: number;
  readonly inputs: number;
  readonly weights: Weights;
  readonly bias: Float64Array;
  readonly activation: FloatActivation;
}

/** y = scale x + shift, element by element: a batch normalization. */
export interface FloatScaleShift {
  readonly type: 'scaleShift';
  readonly name: string;
  readonly units: number;
  readonly inputs: number;
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

/** One row of `units` values for each of `inputs` symbols; only as the first layer. */
export interface FloatEmbedding {
  readonly type: 'embedding';
  readonly name: string;
  readonly units: number;
  readonly inputs: number;
  readonly table: Weights;
}

/** f(W [the last `window` inputs, the oldest first] + b): weights are units x (window x inputs). */
export interface FloatConv1d extends Windowed, Omit<FloatDense, 'type'> {
  readonly type: 'conv1d';
}

/** The largest or the mean of the last `window` inputs, element by element. */
export interface FloatPool extends Windowed {
  readonly type: 'pool';
  readonly name: string;
  readonly units: number;
  readonly inputs: number;
  readonly function: PoolFunction;
}

/**
 * The last vector of each window of `steps` inputs, for as many steps: layers in front of it begin each window with zeros, layers behind it
 * give the window back, one window late.
 */
export interface FloatRepeat {
  readonly type: 'repeat';
  readonly name: string;
  readonly units: number;
  readonly inputs: number;
  readonly steps: number;
}

export type FloatLayer =
  | FloatRecurrent
  | FloatDense
  | FloatScaleShift
  | FloatEmbedding
  | FloatConv1d
  | FloatPool
  | FloatRepeat;

/** Layers that have a matrix, a bias and an activation of what it gives. */
export type FloatWeighted = FloatDense | FloatConv1d;
export const isWeighted = (layer: FloatLayer | undefined): layer is FloatWeighted =>
  layer !== undefined && 'weights' in layer;

/** Rows of a layer times s, plus t: a linear layer in front of a scale and shift. */
export const scaledRows = <L extends FloatWeighted>(
  layer: L,
  { scale, shift }: Pick<FloatScaleShift, 'scale' | 'shift'>,
): L => {
  const cols = layer.weights.length / layer.units;
  return {
    ...layer,
    weights: layer.weights.map((w, k) => w * scale[Math.floor(k / cols)]!),
    bias: layer.bias.map((b, j) => b * scale[j]! + shift[j]!),
  };
};

/** Gates of each cell. */
export const GATE_COUNTS = { rnn: 1, gru: 3, lstm: 4 } as const satisfies Record<FloatRecurrent['type'], number>;

export const isRecurrent = (layer: FloatLayer): layer is FloatRecurrent => layer.type in GATE_COUNTS;

/** Whether a layer looks at its last inputs: a convolution or a pooling. */
export const isWindowed = (layer: FloatLayer): layer is FloatConv1d | FloatPool => 'window' in layer;

export const isDense = (layer: FloatLayer | undefined): layer is FloatDense => layer?.type === 'dense';

/** Whether both biases count apart: that of a GRU's candidate behind its recurrent product is multiplied by r (N4). */
export const hasTwoBiases = ({ type, reset }: FloatRecurrent): boolean => type === 'gru' && reset === 'after';

/** Elements of a time step in a sequence. */
export const stepWidth = ({ size, encoding }: FloatInput): number => (encoding === 'symbols' ? 1 : size);

/** All weights and biases of a network. */
export const parameterCount = ({ layers }: FloatNetwork): number =>
  layers.reduce((sum, layer) => sum + arraysOf(layer).reduce((own, array) => own + array.length, 0), 0);

export const arraysOf = (layer: FloatLayer): readonly Float64Array[] =>
  Object.values(layer).filter((value): value is Float64Array => value instanceof Float64Array);

/** How an activation is called in tables and messages. */
export const activationName = (activation: FloatActivation): string =>
  typeof activation === 'string' ? activation : `hard sigmoid (slope ${Number(activation.slope.toPrecision(4))})`;
