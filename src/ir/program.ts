import type { RowScale } from '../fixed/formats.js';
import type { TableName } from '../fixed/tables.js';
import type { AlphabetName } from './alphabets.js';

export type DType = 's8' | 's16' | 's32';
export const DTYPE_BYTES: { readonly [K in DType]: number } = { s8: 1, s16: 2, s32: 4 };
export const DTYPE_RANGE: { readonly [K in DType]: readonly [number, number] } = {
  s8: [-128, 127],
  s16: [-32768, 32767],
  s32: [-2147483648, 2147483647],
};

/** Where a tensor lives: the caller's arrays, the caller's state, or scratch of one call. */
export type Role = 'input' | 'output' | 'state' | 'local';
declare const brand: unique symbol;
export type TensorId = number & { readonly [brand]: 'tensor' };

export interface TensorType {
  readonly dtype: DType;
  /** value = code * 2^-fraction; of an accumulator, before its row scale */
  readonly fraction: number;
  readonly length: number;
  /** Proven range of the codes, inclusive. */
  readonly min: number;
  readonly max: number;
  /** Proven range of each element, where elements differ: the rows of an accumulator. */
  readonly bounds?: Bounds;
}

export interface Bounds {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

export interface Tensor {
  /** `<layer>_<tensor>`, unique in the program. */
  readonly name: string;
  readonly type: TensorType;
  readonly role: Role;
}

/** What the weights are; how a kernel stores them is the kernel's business. */
export interface Weights {
  readonly name: string;
  readonly alphabet: AlphabetName;
  readonly rows: number;
  readonly cols: number;
  readonly codes: Int8Array;
}

/** Attributes hold only what changes the integers. */
export interface OpAttributes {
  /** s32 out_j = sum_i w_ji x_i */
  matvec: { readonly weights: Weights };
  /**
   * inputs x, count: the product with the rows of one of `parts` matrices that lie one below the other, the one of number `count`;
   * the first or the last of them where there is none of that number (N16)
   */
  matvecAt: { readonly weights: Weights; readonly parts: number };
  /** s32 out_j = w_jk 2^fraction for the symbol k; 0 for a symbol outside 0..cols-1 */
  gather: { readonly weights: Weights; readonly fraction: number };
  /** out_j = clamp(roundShift(a_j m_j + bias_j, n_j), min, max) as `to`, N9 */
  scaleShift: {
    readonly m: Int16Array;
    readonly n: Uint8Array;
    readonly bias: Int32Array;
    readonly fraction: number;
    readonly min: number;
    readonly max: number;
    readonly to: DType;
  };
  /** out = a + bias */
  addBias: { readonly bias: Int32Array };
  /** out_j = clamp(scale_j(a_j), min, max), N2 */
  requantize: { readonly scale: RowScale; readonly fraction: number; readonly min: number; readonly max: number };
  /** out_j = floor(a_j * 2^-n_j), s32 */
  shift: { readonly n: Int8Array; readonly fraction: number };
  /** out = a, then b, of their type */
  concat: Record<never, never>;
  /** out = a + b */
  add: Record<never, never>;
  /** out = clamp(roundShift(a, shift), min, max) as `to` */
  narrow: { readonly shift: number; readonly min: number; readonly max: number; readonly to: DType };
  /** out = roundShift(a * b, shift) as `to` */
  mul: { readonly shift: number; readonly to: DType };
  /** inputs n, z, h: out = clamp(n + roundShift(z * (h - n), 15), min, max), N7 */
  lerp: { readonly min: number; readonly max: number };
  /** out = table[clamp(roundShift(a * 2^left, shift) + zero, 0, 255)], N5; zero: the entry of 0, or 0 where a holds it */
  lut: { readonly table: TableName; readonly left: number; readonly shift: number; readonly zero: 128 | 0 };
  /** out = the value of a table at a * 2^left, whose lowest `shift` bits lie between two entries, N6 */
  interpolate: { readonly table: TableName; readonly left: number; readonly shift: number };
  /** s16 Q15 out = clamp(clamp(a, -limit, limit) * 2^left + offset, min, max): the piecewise-linear gates of N6 */
  hard: {
    readonly left: number;
    readonly offset: number;
    readonly limit: number;
    readonly min: number;
    readonly max: number;
  };
  /**
   * inputs x, p, s, the last one a state that the result replaces: the smoothed sum of squares of x 2^xLeft - p 2^pLeft, N14;
   * of a line of inputs, or of predictions, the first elements
   */
  score: {
    readonly xLeft: number;
    readonly pLeft: number;
    readonly shift: number;
    readonly smoothing: number;
    readonly ahead: number;
  };
  /** inputs line, b, the first one a state that the result replaces: without its first elements, then b */
  delay: Record<never, never>;
  /**
   * input count, a state that the result replaces: count + 1 where that is below `first`, and the phase ends here; otherwise
   * first - stride, and it goes on (N15)
   */
  wait: { readonly first: number; readonly stride: number };
  /** out_j = the largest, or the s32 sum, of the elements j, j + n, j + 2n .. of a, n the length of out */
  pool: { readonly take: 'max' | 'sum'; readonly length: number };
  /** inputs a, count: out = clamp(a, -limit, limit), or `initial` where count <= 0, which begins a sequence (N16) */
  resume: { readonly initial: number; readonly limit: number };
  /** input count, a state that the result replaces: count + 1, or 0 where that is `length` or more (N17) */
  count: { readonly length: number };
  /** inputs held, x, count, the first one a state that the result replaces: x where count <= 0, otherwise held (N17) */
  hold: Record<never, never>;
  /** lowest index of the maximum, one s32 */
  argmax: Record<never, never>;
}
export type OpKind = keyof OpAttributes;

export type Op<K extends OpKind = OpKind> = {
  readonly [P in K]: {
    readonly kind: P;
    readonly inputs: readonly TensorId[];
    readonly output: TensorId;
    readonly attributes: OpAttributes[P];
    /** JSON path of the layer it comes from. */
    readonly origin: string;
  };
}[K];

export const PHASES = ['advance', 'output', 'argmax'] as const;
/** advance: one time step, changes the state, and ends early where an op `wait` ends it; output: logits from the state, only when asked for; argmax: class from logits, empty where outputs are no classes. */
export type PhaseName = (typeof PHASES)[number];

/** Straight-line integer operations of one time step. No floats, no names of layers types, no C. */
export interface Program {
  readonly tensors: readonly Tensor[];
  readonly phases: { readonly [P in PhaseName]: readonly Op[] };
  readonly input: TensorId;
  readonly output: TensorId;
  /** In the order in which the state is declared, hashed and compared: those of anomalies, then those of the layers. */
  readonly states: readonly TensorId[];
}

export const allOps = (program: Program): Op[] => PHASES.flatMap((phase) => [...program.phases[phase]]);
