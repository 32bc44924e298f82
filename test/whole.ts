/**
 * RNNQ_WHOLE=1 (`npm run test:whole`): every combination of samples, cores, kernels, compilers and packages. Without it a
 * test runs so many of them that each value, and each pair of values that can matter to one another, occurs.
 */
export const WHOLE = process.env.RNNQ_WHOLE === '1';

/** All cases in the whole, else `count` of them, spread evenly and always the same. */
export const some = <T>(count: number, cases: readonly T[]): readonly T[] =>
  WHOLE
    ? cases
    : Array.from({ length: Math.min(count, cases.length) }, (_, k) => cases[Math.floor((k * cases.length) / count)]!);
