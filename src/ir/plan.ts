import type { TableName } from '../fixed/tables.js';
import type { DType, Op, PhaseName, Program, TensorId } from './program.js';

export type CType = 'int8_t' | 'uint8_t' | 'int16_t' | 'uint16_t' | 'int32_t' | 'uint32_t';
export type ConstantValues = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array;

/** The C type of a tensor's elements. */
export const CTYPE = { s8: 'int8_t', s16: 'int16_t', s32: 'int32_t' } as const satisfies {
  readonly [K in DType]: CType;
};

/** A table as the generated C keeps it. */
export interface Table {
  readonly name: TableName;
  readonly values: Int16Array;
}

/** A constant array of the generated C. */
export interface Constant {
  readonly name: string;
  readonly ctype: CType;
  readonly values: ConstantValues;
  readonly role: 'weights' | 'bias' | 'scale' | 'table';
  /** JSON path of the layer; tables belong to none. */
  readonly origin: string;
}

/**
 * An array in the scratch structure: of one tensor, of the accumulators of a fused product, or working memory of a
 * kernel. It lives from one step of the plan to another; steps are counted through advance, then output.
 */
export interface ScratchArray {
  readonly name: string;
  readonly ctype: CType;
  readonly length: number;
  readonly bytes: number;
  readonly slot: number;
  readonly offset: number;
  readonly from: number;
  readonly to: number;
}

/** Where a local tensor lies: element j is the sum over p < planes of 2^p array[offset + stride j + planeStride p]. */
export interface Placement {
  readonly tensor: TensorId;
  /** Name of a ScratchArray. */
  readonly array: string;
  readonly offset: number;
  readonly stride: number;
  readonly planes: number;
  readonly planeStride: number;
}

/** An argument of a kernel call. `elements`: how many elements the kernel may touch behind a pointer, from its C source. */
export type Argument =
  | { readonly kind: 'array'; readonly name: string; readonly elements: number }
  | { readonly kind: 'tensor'; readonly id: TensorId; readonly elements: number }
  | {
      readonly kind: 'constant';
      readonly name: string;
      readonly elements: number;
      /** The constant has so many parts of so many elements one behind the other; a state says the number of the one that is meant. */
      readonly at?: { readonly count: TensorId; readonly parts: number };
    }
  | { readonly kind: 'integer'; readonly value: number };

/** Rows of a product of ternary weights whose sums are made together, by code without loops. */
export interface CodeBlock {
  readonly rows: readonly number[];
  /** Inputs that are loaded, in this order, and their weights in the order of the rows. */
  readonly inputs: readonly { readonly column: number; readonly codes: readonly number[] }[];
}

/** One call of a function of runtime-c or of a generated one; does one op, or the fused products of one vector. */
export interface Call {
  readonly kind: 'call';
  readonly symbol: string;
  readonly arguments: readonly Argument[];
  readonly ops: readonly Op[];
  /** Name of the array that receives the results; null where they are returned. */
  readonly output: string | null;
  /** The results are added to what the array holds; the ops then include the additions. */
  readonly addToOutput: boolean;
  /** Name of the kernel's working memory. */
  readonly scratch: string | null;
  /** What the generated function called `symbol` does, row by row of the output; null: a function of runtime-c. */
  readonly generated: readonly CodeBlock[] | null;
}

/**
 * A constant of an element-wise op: one value for all elements, or values[offset + stride j] of a constant. Rounding by a
 * variable shift is shortest for one that is above 0 and kept less one (rnnq_round_shift_more). So shifts are kept as they
 * are (`plain`), less one where none is 0 (`less`), or as they are for twice the number that is to be shifted (`doubled`);
 * in vectors as numbers of bits to the left (`negated`).
 */
export type Operand =
  | { readonly kind: 'value'; readonly value: number }
  | {
      readonly kind: 'constant';
      readonly name: string;
      readonly offset: number;
      readonly stride: number;
      readonly form: 'plain' | 'less' | 'doubled' | 'negated';
    };

/** Element-wise ops of one length, done together for one element after the other; generated C. */
export interface Loop {
  readonly kind: 'loop';
  readonly name: string;
  readonly length: number;
  readonly ops: readonly Op[];
  /** The vector constants of each op, in the order of LOOP_OPERANDS. */
  readonly operands: readonly (readonly Operand[])[];
  /** Results that are written to memory; all others live in registers. */
  readonly stored: readonly TensorId[];
  /** The C compiler is asked to do four elements a turn. */
  readonly unrolled: boolean;
}

export type PlanStep = Call | Loop;

/** A union of arrays that never live at the same time. */
export interface Slot {
  readonly offset: number;
  readonly bytes: number;
}

/** What a plan should be best at. */
export const OBJECTIVES = ['speed', 'balanced', 'size'] as const;
export type Objective = (typeof OBJECTIVES)[number];

/** What start-up code copies to RAM, to be used there: nothing (`flash`), code and constants (`ram`), or one of them. */
export const PLACES = ['flash', 'ram', 'ram-code', 'ram-constants'] as const;
export type Place = (typeof PLACES)[number];

/** Which of code and constants are in RAM. */
export const inRam = (place: Place): { readonly code: boolean; readonly constants: boolean } => ({
  code: place === 'ram' || place === 'ram-code',
  constants: place === 'ram' || place === 'ram-constants',
});

/** What a step costs; modelled, not measured. */
export interface Estimate {
  /** Cycles of one advance and output, with those of waiting for the flash. */
  readonly cycles: number;
  /** Cycles of waiting for the flash; 0 where no board is named, or nothing is known of its flash. */
  readonly stalls: number;
  /** Bytes: constants and tables, exact; code, from the sizes of kernels and a mean for loops. */
  readonly flash: number;
  /** Bytes of state and scratch, exact, and of what is copied to RAM. */
  readonly ram: number;
}

/** What a plan must not exceed: parts of its estimate. */
export type Limits = Partial<Omit<Estimate, 'stalls'>>;

/** A kernel that could do a call, and what it costs there: modelled cycles, bytes of weights and working memory. */
export interface KernelChoice {
  readonly symbol: string;
  /** Groups of inputs whose tables are in memory at a time. */
  readonly block: number;
  readonly cycles: number;
  readonly weightBytes: number;
  readonly workBytes: number;
  readonly codeBytes: number;
}

/** Why a call has its kernel. */
export interface Choice {
  /** Name of the weights. */
  readonly name: string;
  readonly rows: number;
  readonly cols: number;
  readonly chosen: KernelChoice;
  readonly candidates: readonly KernelChoice[];
}

export interface Plan {
  readonly program: Program;
  readonly core: string;
  /** What its kernels were chosen for, and within what. */
  readonly objective: Objective;
  readonly limits: Limits;
  readonly place: Place;
  readonly estimate: Estimate;
  /** One for each call that multiplies, in the order of the steps. */
  readonly choices: readonly Choice[];
  /** Loops are done in vectors; then the rows of stacked matrices lie matrix after matrix. */
  readonly vectors: boolean;
  readonly steps: { readonly [P in PhaseName]: readonly PlanStep[] };
  readonly constants: readonly Constant[];
  readonly tables: readonly Table[];
  readonly arrays: readonly ScratchArray[];
  readonly placements: readonly Placement[];
  readonly slots: readonly Slot[];
  /** sizeof the state and scratch structures, bytes. */
  readonly stateBytes: number;
  readonly scratchBytes: number;
  /** Symbols of functions of runtime-c, sorted: the build needs exactly these. */
  readonly kernels: readonly string[];
}

/** Which plan it is: what it was chosen for, within what limits, and the kernels that do its products. */
export interface PlanSummary extends Pick<Plan, 'objective' | 'limits' | 'place'> {
  readonly kernels: readonly string[];
}

export const summaryOf = ({ objective, limits, place, choices }: Plan): PlanSummary => ({
  ...{ objective, limits, place },
  kernels: [...new Set(choices.map(({ chosen }) => chosen.symbol))].sort(),
});

const UNITS: { readonly [K in keyof Limits]-?: (value: number) => string } = {
  cycles: (value) => `${value} cycles`,
  flash: (value) => `${value} bytes of flash`,
  ram: (value) => `${value} bytes of RAM`,
};

/** What is in RAM, for a person. */
export const PLACE_TEXTS: { readonly [P in Place]: string } = {
  flash: 'code and constants in flash',
  ram: 'code and constants in RAM',
  'ram-code': 'code in RAM',
  'ram-constants': 'constants in RAM',
};

/** `balanced, at most 1000 bytes of RAM: matvec_s8_s8_c`. */
export function describePlan({ objective, limits, place, kernels }: PlanSummary): string {
  const most = (Object.keys(UNITS) as (keyof Limits)[]).flatMap((key) =>
    limits[key] === undefined ? [] : [UNITS[key](limits[key])],
  );
  const within = most.length === 0 ? '' : `, at most ${most.join(', ')}`;
  const where = place === 'flash' ? '' : `, ${PLACE_TEXTS[place]}`;
  return `${objective}${within}${where}: ${kernels.map((symbol) => symbol.replace(/^rnnq_/, '')).join(', ')}`;
}

export const CTYPE_BYTES: { readonly [K in CType]: number } = {
  int8_t: 1,
  uint8_t: 1,
  int16_t: 2,
  uint16_t: 2,
  int32_t: 4,
  uint32_t: 4,
};
