import { allOps, DTYPE_RANGE, type Program } from '../../ir/program.js';

/** What was proven of one result: its exact range for every legal input, and whether it can saturate. */
export interface Certificate {
  readonly tensor: string;
  readonly op: string;
  readonly min: number;
  readonly max: number;
  /** Bits a signed integer needs for the range. */
  readonly bits: number;
  /** True where a clamp can change a value. */
  readonly saturates: boolean;
}

/** Bits a signed integer needs for a range. */
export const bitsOf = (min: number, max: number): number => 1 + Math.ceil(Math.log2(Math.max(max + 1, -min, 1)));

/** Ranges that verifyProgram has proven from the actual weights, one for each op. */
export function makeCertificates(program: Program): Certificate[] {
  return allOps(program).map((op) => {
    const { name, type } = program.tensors[op.output]!;
    const { min, max } = type;
    const clamps = op.kind === 'narrow' || op.kind === 'requantize' || op.kind === 'scaleShift' || op.kind === 'hard';
    const limits = clamps ? [op.attributes.min, op.attributes.max] : DTYPE_RANGE.s32;
    const saturates = op.kind === 'lut' || (clamps && (min <= limits[0]! || max >= limits[1]!));
    return { tensor: name, op: op.kind, min, max, bits: bitsOf(min, max), saturates };
  });
}
