// Of the reference model: BigInt alone, no code of src/fixed.

export const floorDivide = (a: bigint, n: bigint): bigint => (a >= 0n ? a / n : -((-a + n - 1n) / n));
export const roundShift = (a: bigint, n: bigint): bigint => (n === 0n ? a : floorDivide(a + 2n ** (n - 1n), 2n ** n));
export const clamp = (a: bigint, low: bigint, high: bigint): bigint => (a < low ? low : a > high ? high : a);
