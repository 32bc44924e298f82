import type { Kernels } from './kernels.js';
import type { LayerShape } from './layout.js';
import { GEMM } from './wasm.js';

/** Kind of a nonlinearity in the kernels. */
const KIND: { readonly [A in LayerShape['activation']]: number } = { tanh: 0, hard: 1, relu: 2 };
/** Kind of a tanh on the chip whose tables are interpolated. */
export const INTERPOLATED = 3;

/** Activations of the chip in one layer: addresses of the tables as f32 values, and 2^fraction of its formats. */
export interface ChipFormats {
  readonly sigmoid: number;
  readonly tanh: number;
  /** Their values lie on lines between entries. */
  readonly interpolated: boolean;
  readonly cellScale: number;
  readonly hiddenScale: number;
  /** Largest code of an activation. */
  readonly largest: number;
  readonly scaleShiftScale: number;
}

/**
 * What a buffer holds: `gates` [steps][batch][gates x units], `units` [steps][batch][units], `states` [steps + 1][batch][units]
 * from the state before the first step on, `slots` [batch][units] of one step, zero before the backward pass.
 */
export type BufferKind = 'gates' | 'units' | 'states' | 'slots';

/** Buffers that the steps of every cell work on. */
export const SHARED = { xPart: 'gates', mask: 'gates', h8: 'states', dh: 'slots', dPre: 'gates' } as const;
export type SharedBuffer = keyof typeof SHARED;

/**
 * A block of the recurrent matrix, `gates` gates from `first` on, and the buffer that it multiplies. The blocks of a cell cover
 * all gates.
 */
export interface RecurrentProduct<B extends string> {
  readonly of: B | SharedBuffer;
  readonly first: number;
  readonly gates: number;
}

/** How one time step of a cell is computed, forward and backward. `B`: its buffers beside the shared ones. */
export interface CellSteps<B extends string = string> {
  readonly buffers: { readonly [name in B]: BufferKind };
  /** The matvec input of the next step, and what else the cell remembers (the same buffer where that is all). */
  states(chip: boolean): readonly [input: B | 'h8', memory: B | 'h8'];
  /** States whose largest magnitude decides the fraction bits of the cell state; null: no such state. */
  readonly cellState: B | null;
  /**
   * Gradients of the recurrent part, where it has pre-activations and a bias of its own; null: the part is added to that of the
   * input before anything else, and one bias serves both.
   */
  readonly dRecurrent: B | null;
  readonly products: readonly RecurrentProduct<B>[];
  /** From the states of the step to those of the next one; xPart holds W x + b. */
  forward(step: TimeStep<B>): void;
  /** From the gradient of the next state (in dh) to those of the step's pre-activations and state. */
  backward(step: TimeStep<B>): void;
}

/** Address of a buffer, and bytes from one step's rows to those of the next. */
export interface Rows {
  readonly at: number;
  readonly stride: number;
}

/** Memory of a layer as its cell sees it. */
export interface LayerMemory {
  readonly shape: LayerShape;
  /** Padded units, and gates x units. */
  readonly units: number;
  readonly gateRow: number;
  readonly rows: Readonly<Record<string, Rows>>;
  /** Bias of the recurrent part. */
  readonly recurrentBias: number;
  /** Transposed panels of the recurrent matrix for both directions, gate after gate. */
  readonly packedRecurrent: number;
  readonly packedBack: number;
}

/** One time step over the active rows of a batch: addresses of its rows, and products with the recurrent matrix. */
export class TimeStep<B extends string = string> {
  readonly units: number;
  readonly kind: number;
  /** The same for kernels with the chip's activations. */
  readonly chipKind: number;

  constructor(
    readonly k: Kernels,
    readonly memory: LayerMemory,
    readonly t: number,
    /** Rows whose sequence has not ended. */
    readonly active: number,
    readonly chip: ChipFormats | null,
  ) {
    this.units = memory.units;
    const { activation } = memory.shape;
    this.kind = KIND[activation];
    this.chipKind = activation === 'tanh' && chip?.interpolated ? INTERPOLATED : this.kind;
  }

  /** First row of the step in a buffer. */
  at(buffer: B | SharedBuffer): number {
    const { at, stride } = this.memory.rows[buffer]!;
    return at + this.t * stride;
  }

  /** First row of the next step in a buffer. */
  next(buffer: B | SharedBuffer): number {
    const { at, stride } = this.memory.rows[buffer]!;
    return at + (this.t + 1) * stride;
  }

  /** The mask of what the chip saturates; 0 (none) without the chip's activations. */
  mask(buffer: B | 'mask'): number {
    return this.chip === null ? 0 : this.at(buffer);
  }

  /** to (+)= the product: added to what is there, or to the bias of the recurrent part. */
  multiply({ of, first, gates }: RecurrentProduct<B>, to: B | SharedBuffer, from: 'sum' | 'bias'): void {
    const { active: m, units: u, memory } = this;
    const { gateRow: g, packedRecurrent, recurrentBias } = memory;
    const [panels, out] = [packedRecurrent + first * u * u * 4, this.at(to) + first * u * 4];
    if (from === 'sum') this.k.gemm(m, gates * u, u, this.at(of), u, 1, panels, out, g, GEMM.fromC, 0);
    else this.k.gemm(m, gates * u, u, this.at(of), u, 1, panels, out, g, GEMM.fromBias, recurrentBias + first * u * 4);
  }

  /** to (+)= U^T d of the product's gates. */
  multiplyBack(
    { first, gates }: RecurrentProduct<B>,
    d: B | SharedBuffer,
    to: B | SharedBuffer,
    from: 'sum' | 'zero',
  ): void {
    const { active, units: u, memory } = this;
    const [a, panels] = [this.at(d) + first * u * 4, memory.packedBack + first * u * u * 4];
    const start = from === 'sum' ? GEMM.fromC : GEMM.fromZero;
    this.k.gemm(active, u, gates * u, a, memory.gateRow, 1, panels, this.at(to), u, start, 0);
  }
}
