import { INT32_MAX, INT32_MIN } from '../fixed/fixed.js';
import { type Bounds, DTYPE_RANGE, type DType, type Op, type OpKind, type TensorType } from '../ir/program.js';

/** The meaning of one op kind: what type comes out, which integers come out. */
export interface OpDef<K extends OpKind> {
  /** Works element by element, so that the output may take the place of an input of the same dtype and length. */
  readonly elementwise: boolean;
  /** Number of inputs. */
  readonly arity: number;
  /** Type and proven range of the output. Throws RangeError where int32 or a shift could be left (N1, N2). */
  infer(op: Op<K>, inputs: readonly TensorType[]): TensorType;
  /** The golden semantics: fills `output` from `inputs`. */
  evaluate(op: Op<K>, inputs: readonly Int32Array[], output: Int32Array): void;
  /** Whether the phase ends with this op, from the inputs before `evaluate`. */
  ends?(op: Op<K>, inputs: readonly Int32Array[]): boolean;
}

/** Range of roundShift over [min, max]; checks N1's conditions. */
export function inferRoundShift(min: number, max: number, shift: number): readonly [number, number] {
  if (shift < 0 || shift > 30) throw new RangeError(`a shift of ${shift} is outside 0..30`);
  const half = shift === 0 ? 0 : 2 ** (shift - 1);
  requireInt32(min, max + half, 'a rounding shift');
  return [Math.floor((min + half) / 2 ** shift), Math.floor((max + half) / 2 ** shift)];
}

export function requireInt32(min: number, max: number, what: string): void {
  if (min < INT32_MIN || max > INT32_MAX) throw new RangeError(`${what} can reach [${min}, ${max}], beyond 32 bits`);
}

export function requireDType(dtype: DType, min: number, max: number): void {
  const [low, high] = DTYPE_RANGE[dtype];
  if (min < low || max > high) throw new RangeError(`values in [${min}, ${max}] do not fit ${dtype}`);
}

export function requireLength(expected: number, found: number, what: string): void {
  if (expected !== found) throw new RangeError(`${what} has ${found} elements, expected ${expected}`);
}

/** Range of each element, taken from the tensor's where its elements do not differ. */
export const boundsOf = ({ bounds, length, min, max }: TensorType): Bounds =>
  bounds ?? { low: new Float64Array(length).fill(min), high: new Float64Array(length).fill(max) };

/** Maps the range of every element; `what` names the result in a complaint when it leaves int32. */
export function mapBounds(
  length: number,
  what: string,
  range: (j: number) => readonly [number, number],
): { readonly min: number; readonly max: number; readonly bounds: Bounds } {
  const bounds = { low: new Float64Array(length), high: new Float64Array(length) };
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < length; j++) {
    const [low, high] = range(j);
    bounds.low[j] = low;
    bounds.high[j] = high;
    min = Math.min(min, low);
    max = Math.max(max, high);
  }
  requireInt32(min, max, what);
  return { min, max, bounds };
}

/** Smallest and largest product of two ranges. */
export function productRange(a: TensorType, b: TensorType): readonly [number, number] {
  const products = [a.min * b.min, a.min * b.max, a.max * b.min, a.max * b.max];
  return [Math.min(...products), Math.max(...products)];
}
