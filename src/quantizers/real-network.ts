import type { RowScaleKind } from '../fixed/formats.js';
import type {
  Activation,
  ActivationBits,
  CellActivation,
  Codes,
  FormatName,
  GateFunction,
  InputScaling,
  Model,
  PoolFunction,
  ScaleScope,
  TableReading,
  Windowed,
} from '../ir/model.js';

/** A quantized matrix as a trainer knows it: real weight [j][i] = scales[j] * codes[j * cols + i], scales[j] > 0. */
export interface RealMatrix {
  readonly format: FormatName;
  readonly rows: number;
  readonly cols: number;
  readonly codes: Int8Array;
  readonly scales: Float64Array;
  readonly rowScale: RowScaleKind;
}

/** What the recurrent layers share. */
export interface RealRecurrent {
  readonly name: string;
  readonly units: number;
  readonly scope: ScaleScope;
  readonly input: RealMatrix;
  readonly recurrent: RealMatrix;
}
/** Bias real, units. */
export interface RealRnn extends RealRecurrent {
  readonly type: 'rnn';
  readonly activation: CellActivation;
  readonly bias: Float64Array;
  /** relu: largest h seen on calibration data, which decides its fraction bits. */
  readonly largestHidden: number;
}
/** Gates z, r, n; both biases real, 3 units each. A joint scope needs equal scales in both matrices. */
export interface RealGru extends RealRecurrent {
  readonly type: 'gru';
  readonly activation: CellActivation;
  /** Default: hard with a hard candidate, else sigmoid. */
  readonly gateActivation?: GateFunction;
  readonly reset: 'after' | 'before';
  readonly inputBias: Float64Array;
  readonly recurrentBias: Float64Array;
  /** Fraction bits of the state and the candidate of relu (N13); 15 of all others. */
  readonly hiddenFraction?: number;
}
/** Gates i, f, g, o; bias real, 4 units. */
export interface RealLstm extends RealRecurrent {
  readonly type: 'lstm';
  readonly activation: CellActivation;
  /** Default: hard with a hard candidate, else sigmoid. */
  readonly gateActivation?: GateFunction;
  readonly bias: Float64Array;
  /** Of relu also that of the candidate and of h (N13). */
  readonly cellFraction: number;
}
export interface RealDense {
  readonly type: 'dense';
  readonly name: string;
  readonly units: number;
  readonly activation: Activation;
  readonly weights: RealMatrix;
  readonly bias: Float64Array;
  /** Largest |output| seen on calibration data: decides the output's fraction bits, but of tanh and sigmoid. */
  readonly largestOutput: number;
}
/** Element by element x scale + shift: batch norm on the input of the layer above. */
export interface RealScaleShift {
  readonly type: 'scaleShift';
  readonly name: string;
  readonly units: number;
  readonly scale: Float64Array;
  readonly shift: Float64Array;
  /** Fraction bits of the output: 0..7, or 0..15 of 16 bits. */
  readonly outputFraction: number;
}
/** A dense layer that reads the last `window` inputs, the oldest first. */
export interface RealConv1d extends Omit<RealDense, 'type'>, Windowed {
  readonly type: 'conv1d';
}
/** The largest or the mean of the last inputs. */
export interface RealPool extends Windowed {
  readonly type: 'pool';
  readonly name: string;
  readonly units: number;
  readonly function: PoolFunction;
}
/** The last vector of each window of inputs, for as many steps. */
export interface RealRepeat {
  readonly type: 'repeat';
  readonly name: string;
  readonly units: number;
  readonly steps: number;
}
export type RealLayer = RealRnn | RealGru | RealLstm | RealDense | RealScaleShift | RealConv1d | RealPool | RealRepeat;

/** What a trainer or an importer knows about a network before formats are chosen. */
export interface RealNetwork {
  readonly name: string;
  /** Default 8. */
  readonly activationBits?: ActivationBits;
  /** Default: interpolated with 16-bit activations, else nearest. */
  readonly tables?: TableReading;
  readonly input: InputScaling;
  readonly layers: readonly RealLayer[];
  readonly task?: Model['task'];
  readonly labels: readonly string[];
  readonly outputs?: Model['outputs'];
  readonly thresholds?: Model['thresholds'];
  readonly anomaly?: Model['anomaly'];
  readonly goldenInput: Codes;
  readonly training: Model['training'];
}
