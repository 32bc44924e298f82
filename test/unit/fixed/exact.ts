/** The arithmetic of docs/numerics.md on BigInt, written from the page alone: floor division, no int32 in sight. */

export function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b !== 0n && a % b < 0n !== b < 0n ? quotient - 1n : quotient;
}

const power = (n: bigint): bigint => 2n ** n;
const limit = (a: bigint, low: bigint, high: bigint): bigint => (a < low ? low : a > high ? high : a);
/** N1 */
const rounded = (a: bigint, n: bigint): bigint => (n === 0n ? a : floorDivide(a + power(n - 1n), power(n)));

const INT32 = 2n ** 31n;
export const fitsInt32 = (a: bigint): boolean => a >= -INT32 && a < INT32;

/** A function of fixed.ts: its exact result, or null where the page does not allow the arguments. */
export type Exact = (...args: bigint[]) => bigint | null;

const allowedShift = (a: bigint, n: bigint): boolean =>
  n >= 0n && n <= 30n && fitsInt32(a) && (n === 0n || fitsInt32(a + power(n - 1n)));

export const EXACT: Readonly<
  Record<
    | 'ifNegative'
    | 'clamp'
    | 'atMost'
    | 'atLeast'
    | 'atLeastNext'
    | 'clampNear'
    | 'saturate8'
    | 'saturate8Above'
    | 'saturateU8'
    | 'roundShift'
    | 'roundShiftMore'
    | 'requantizeMultiplier'
    | 'requantizeShift'
    | 'tableIndex'
    | 'multiplyHigh'
    | 'leadingZeros'
    | 'lowerHalf'
    | 'upperHalf'
    | 'tablePosition'
    | 'tableLine',
    Exact
  >
> = {
  ifNegative: (a, yes, no) => (a! < 0n ? yes! : no!),
  clamp: (a, low, high) => (low! <= high! ? limit(a!, low!, high!) : null),
  atMost: (a, high) => (fitsInt32(high! - a!) ? (a! < high! ? a! : high!) : null),
  atLeast: (a, low) => (fitsInt32(a! - low!) ? (a! > low! ? a! : low!) : null),
  atLeastNext: (a, low) => (a! >= low! - 1n && fitsInt32(a! - low!) ? (a! > low! ? a! : low!) : null),
  clampNear(a, low, high) {
    const near = fitsInt32(a! - low!) && fitsInt32(high! - a!) && fitsInt32(high! - low!);
    return low! <= high! && near ? limit(a!, low!, high!) : null;
  },
  saturate8: (a) => (fitsInt32(a! + 128n) ? limit(a!, -128n, 127n) : null),
  saturate8Above: (a) => (a! >= -128n && fitsInt32(a! + 128n) ? limit(a!, -128n, 127n) : null),
  saturateU8: (a) => (fitsInt32(255n - a!) ? limit(a!, 0n, 255n) : null),
  roundShift: (a, n) => (allowedShift(a!, n!) ? rounded(a!, n!) : null),
  roundShiftMore: (a, m) => (m! >= 0n && allowedShift(a!, m! + 1n) ? rounded(a!, m! + 1n) : null),
  requantizeMultiplier(a, pre, m, n) {
    if (!allowedShift(a!, pre!)) return null;
    const product = rounded(a!, pre!) * m!;
    return allowedShift(product, n!) ? rounded(product, n!) : null;
  },
  requantizeShift(a, left, n) {
    const product = a! * power(left!);
    return allowedShift(product, n!) ? rounded(product, n!) : null;
  },
  tableIndex(a, left, shift) {
    const product = a! * power(left!);
    if (!allowedShift(product, shift!)) return null;
    const index = rounded(product, shift!);
    return fitsInt32(index + 128n) ? limit(index, -128n, 127n) : null;
  },
  multiplyHigh: (a, c) => floorDivide(a! * c!, 65536n),
  leadingZeros: (a) => BigInt(32 - (a! < 0n ? 32 : a === 0n ? 0 : a!.toString(2).length)),
  lowerHalf: (a) => BigInt.asIntN(16, a!),
  upperHalf: (z, shift) => BigInt.asIntN(16, floorDivide(z! * power(shift!), 65536n)),
  tablePosition(a, left, shift) {
    const [position, end] = [a! * power(left!), 128n * power(shift!)];
    const near = [end, position, position + end, end - 1n - position, 2n * end].every(fitsInt32);
    return near ? limit(position, -end, end - 1n) : null;
  },
  tableLine(low, high, position, shift) {
    const rest = position! - floorDivide(position!, power(shift!)) * power(shift!);
    const moved = (high! - low!) * rest;
    if (!fitsInt32(high! - low!) || !allowedShift(moved, shift!)) return null;
    const value = low! + rounded(moved, shift!);
    return fitsInt32(value) ? value : null;
  },
};
export type FunctionName = keyof typeof EXACT;
