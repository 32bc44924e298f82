import { PREACTIVATION_FRACTION } from '../fixed/fixed.js';
import type { RowScale } from '../fixed/formats.js';
import type { TableName } from '../fixed/tables.js';
import type { AlphabetName } from './alphabets.js';
import type { Decision } from './decision.js';
import type { InputScaling } from './input-scaling.js';
import type { AnomalyRule, OutputQuantity } from './outputs.js';

export type { Channel, InputScaling, LogMelFeatures, Reading, ReadingValue } from './input-scaling.js';
export type { AnomalyRule, OutputQuantity } from './outputs.js';

/** Bits of everything that a matrix multiplies: input codes, hidden states, outputs of inner layers. */
export type ActivationBits = 8 | 16;

/** N5, N6: a table gives its nearest entry, or a value on the line between two entries. */
export type TableReading = 'nearest' | 'interpolated';

/** How new models read tables: with 16 bits the steps of the tables would be their largest error. */
export const tableReadingFor = (bits: ActivationBits): TableReading => (bits === 16 ? 'interpolated' : 'nearest');

/** Their type, their largest magnitude, and the fraction bits of those within [-1, 1]. */
export const ACTIVATION_FORMATS = {
  8: { dtype: 's8', largest: 127, unitFraction: 7 },
  16: { dtype: 's16', largest: 32767, unitFraction: 15 },
} as const;

/** Weight formats of model.json: each alphabet in the packing of its name; another packing is another name (src/quantizers/). */
export type FormatName = AlphabetName;

/**
 * Integer weights of a matrix: real weight [j][i] = scale_j * codes[j * cols + i].
 * Rows are outputs (gates x units, gate after gate), columns inputs.
 */
export interface Matrix {
  readonly format: FormatName;
  readonly rows: number;
  readonly cols: number;
  /** Row-major, rows * cols codes. */
  readonly codes: Int8Array;
  /** Accumulator -> output codes, one entry a row. */
  readonly scale: RowScale;
  /** The real row scales the integers stand for: for reports and float evaluation only, never read by the compiler. */
  readonly realScale: Float64Array;
}

/** One row scale over [input | recurrent] ('joint'), or one for each matrix ('separate'). */
export type ScaleScope = 'joint' | 'separate';

/** Nonlinearities within [-1, 1]: from the table of tanh, or piecewise linear ('hard'), N6. */
export type GateActivation = 'tanh' | 'hard';
/** Of a candidate, and of what an LSTM gives of its cell; relu in gated cells: N13. */
export type CellActivation = GateActivation | 'relu';
/** Of the gates between 0 and 1 (N6). */
export type GateFunction = 'sigmoid' | 'hard';

/** Vanilla recurrent cell (N8). */
export interface RnnLayer {
  readonly type: 'rnn';
  readonly name: string;
  readonly units: number;
  readonly scope: ScaleScope;
  readonly activation: CellActivation;
  /** [units][inputs] */
  readonly input: Matrix;
  /** [units][units] */
  readonly recurrent: Matrix;
  /** Codes in accumulator units of the input matrix, units. */
  readonly bias: Int32Array;
  /** Fraction bits of the state: those of an activation within [-1, 1], but for relu. */
  readonly hiddenFraction: number;
}

/** GRU (N7). Gates in the order z, r, n. */
export interface GruLayer {
  readonly type: 'gru';
  readonly name: string;
  readonly units: number;
  readonly scope: ScaleScope;
  readonly activation: CellActivation;
  /** Absent: that of `activation` (gateFunction). */
  readonly gateActivation?: GateFunction;
  /** Reset gate after the recurrent product, n = tanh(x_n + r (U h + b)), or before it, n = tanh(x_n + U (r h)). */
  readonly reset: 'after' | 'before';
  /** [3 units][inputs] */
  readonly input: Matrix;
  /** [3 units][units] */
  readonly recurrent: Matrix;
  /** Codes in accumulator units of the input matrix, 3 units; z and r hold the sum of both real biases. */
  readonly inputBias: Int32Array;
  /** Codes in accumulator units of the recurrent matrix, units: gate n only. Empty with reset 'before'. */
  readonly recurrentBias: Int32Array;
  /** Fraction bits of the s16 state h: 15, but for relu, where the candidate has the same (N13). */
  readonly hiddenFraction: number;
}

/** LSTM (N8). Gates in the order i, f, g, o. */
export interface LstmLayer {
  readonly type: 'lstm';
  readonly name: string;
  readonly units: number;
  readonly scope: ScaleScope;
  readonly activation: CellActivation;
  /** Absent: that of `activation` (gateFunction). */
  readonly gateActivation?: GateFunction;
  /** [4 units][inputs] */
  readonly input: Matrix;
  /** [4 units][units] */
  readonly recurrent: Matrix;
  /** Codes in accumulator units of the input matrix, 4 units. */
  readonly bias: Int32Array;
  /** Fraction bits of the s16 cell state c; of relu also those of the candidate and of h (N13). */
  readonly cellFraction: number;
}

export type Activation = 'linear' | 'relu' | TableName;

/** Whether an activation of a dense layer comes from a table (N9). */
export const readsTable = (activation: Activation): activation is TableName =>
  activation === 'tanh' || activation === 'sigmoid';

/** Dense layer. The last layer of a model gives s16 logits, linear or relu; any other codes for the next matvec. */
export interface DenseLayer {
  readonly type: 'dense';
  readonly name: string;
  readonly units: number;
  readonly activation: Activation;
  /** [units][inputs] */
  readonly weights: Matrix;
  /** Codes in accumulator units, units. */
  readonly bias: Int32Array;
  /** Fraction bits of the output codes; of tanh and sigmoid those of an activation within [-1, 1]. */
  readonly outputFraction: number;
}

/** Element by element y = x m + b (N9): batch norm on the input of the layer above. */
export interface ScaleShiftLayer {
  readonly type: 'scaleShift';
  readonly name: string;
  readonly units: number;
  /** y_j = clamp(roundShift(x_j m_j + bias_j, n_j), -largest, largest); units each. */
  readonly m: Int16Array;
  readonly n: Uint8Array;
  readonly bias: Int32Array;
  /** Fraction bits of the output codes. */
  readonly outputFraction: number;
}

/** Inputs of a layer that looks at its last ones, and those of them with which it gives an output (N15). */
export interface Windowed {
  /** Inputs of one output; those in front of the first one are zeros. */
  readonly window: number;
  /** The first output comes with this input, 1 to `window`: with 1 the windows in front are filled with zeros, with `window` none is. */
  readonly first: number;
  /** And another one with every `stride`th input behind it. Layers behind this one step with its outputs. */
  readonly stride: number;
  /**
   * What the state holds of a window: absent: its inputs (N15); 'partial': what came of those so far, of windows that do not overlap
   * (N16).
   */
  readonly keeps?: 'partial';
}

/** The fields of a windowed layer alone. */
export const windowOf = ({ window, first, stride, keeps }: Windowed): Windowed => ({
  ...{ window, first, stride },
  ...(keeps !== undefined && { keeps }),
});

/** Convolution over time: a dense layer that reads the last `window` inputs, the oldest first. */
export interface Conv1dLayer extends Windowed {
  readonly type: 'conv1d';
  readonly name: string;
  readonly units: number;
  readonly activation: Activation;
  /** [units][window x inputs] */
  readonly weights: Matrix;
  /** Codes in accumulator units, units. */
  readonly bias: Int32Array;
  /** Fraction bits of the output codes; of tanh and sigmoid those of an activation within [-1, 1]. */
  readonly outputFraction: number;
}

/** Whether windows of two inputs or more lie one behind the other, so that the state can hold partial results of them (N16). */
export const isApart = ({ window, first, stride }: Windowed): boolean =>
  window >= 2 && first === window && stride === window;

/** Whether a layer is the dense layer of a whole sequence: as the last one it gives s16 logits (N16). */
export const isDenseOfSteps = (layer: Layer): boolean =>
  'weights' in layer && 'keeps' in layer && layer.keeps === 'partial';

/** The largest or the mean of the last `window` inputs, element by element. */
export interface PoolLayer extends Windowed {
  readonly type: 'pool';
  readonly name: string;
  readonly units: number;
  readonly function: PoolFunction;
  /** Fraction bits of the input and of the output codes. */
  readonly outputFraction: number;
}
export type PoolFunction = 'max' | 'mean';

/**
 * The last vector of each window of `steps` inputs, given for as many steps: layers behind it give the window back, those in front
 * begin each window with zeros (N17).
 */
export interface RepeatLayer {
  readonly type: 'repeat';
  readonly name: string;
  readonly units: number;
  /** Inputs of a window, and outputs of it. */
  readonly steps: number;
  /** Fraction bits of the input and of the output codes. */
  readonly outputFraction: number;
}

export type Layer =
  | RnnLayer
  | GruLayer
  | LstmLayer
  | DenseLayer
  | ScaleShiftLayer
  | Conv1dLayer
  | PoolLayer
  | RepeatLayer;
/** Layers that read their own outputs. */
export type RecurrentLayer = Extract<Layer, { recurrent: Matrix }>;
export type LayerType = Layer['type'];

/** Codes of a sequence, step after step: s8 or s16 values, or one s16 symbol a step of a one-hot input. */
export type Codes = Int8Array | Int16Array;

/** Codes of one time step. */
export const stepLength = ({ size, encoding }: InputScaling): number => (encoding === 'one-hot' ? 1 : size);

/** An array for the input codes of a model; symbols are s16 in every model. */
export const codesArray = ({ encoding }: InputScaling, bits: ActivationBits): typeof Int8Array | typeof Int16Array =>
  encoding === 'one-hot' || bits === 16 ? Int16Array : Int8Array;

/** What is asked of a network: the rows of src/tasks. */
export type TaskName = 'classify' | 'symbols' | 'regress' | 'detect' | 'anomaly';

/** Everything the compiler knows: what model.json holds, with codes unpacked. */
export interface Model {
  readonly name: string;
  readonly activationBits: ActivationBits;
  /** Absent: nearest. */
  readonly tables?: TableReading;
  readonly input: InputScaling;
  readonly layers: readonly Layer[];
  /** What the outputs mean where they are not the logits of classes. */
  readonly task?: Exclude<TaskName, 'classify' | 'symbols'>;
  /** When a stream's class is reported; models with a front end only. */
  readonly decision?: Decision;
  /** One label for each output, or none. */
  readonly labels: readonly string[];
  /** Of the task `regress`: one for each output. */
  readonly outputs?: readonly OutputQuantity[];
  /** Of the task `detect`: the logit from which on each output is reported (N12); absent: 0. */
  readonly thresholds?: readonly number[];
  /** Of the task `anomaly`. */
  readonly anomaly?: AnomalyRule;
  /** A recorded real sequence of 1 to 64 steps: steps x input.size codes, or one symbol a step. */
  readonly goldenInput: Codes;
  /** Facts of the training run (accuracies, seed, method): carried along, shown in reports, never computed with. */
  readonly training: Readonly<Record<string, string | number | boolean>>;
}

/** Elements of the network's output. */
export const outputSize = (model: Model): number => model.layers[model.layers.length - 1]!.units;

/** Fraction bits of the codes a layer hands to the next one. */
export const outputFraction = (layer: Layer, bits: ActivationBits): number =>
  'outputFraction' in layer ? layer.outputFraction : hiddenFraction(layer, bits);

/** Fraction bits of the codes that a recurrent matrix multiplies. */
export function hiddenFraction(layer: RecurrentLayer, bits: ActivationBits): number {
  if (layer.activation !== 'relu') return ACTIVATION_FORMATS[bits].unitFraction;
  return 'cellFraction' in layer ? layer.cellFraction : layer.hiddenFraction;
}

/** Fraction bits of the state of a relu cell (N13): values up to 2^19, or steps of 2^-12. */
export const RELU_FRACTIONS = [-4, PREACTIVATION_FRACTION] as const;

/** How the gates of a cell are computed; a vanilla cell has none. */
export const gateFunction = ({
  activation,
  gateActivation,
}: Pick<LstmLayer, 'activation' | 'gateActivation'>): GateFunction =>
  gateActivation ?? (activation === 'hard' ? 'hard' : 'sigmoid');

/** N13: pre-activations of a gated relu cell have no more fraction bits above those of its state. */
const MAX_RELU_DISTANCE = 6;

/** Fraction bits of the pre-activations of a GRU or an LSTM whose state has `hidden` fraction bits (N5, N13). */
export const preactivationFraction = (activation: CellActivation, hidden: number): number =>
  activation === 'relu' ? Math.min(PREACTIVATION_FRACTION, hidden + MAX_RELU_DISTANCE) : PREACTIVATION_FRACTION;
