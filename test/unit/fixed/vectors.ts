import { xorshift } from '../../../src/interpreter/golden.js';
import { EXACT, type FunctionName } from './exact.js';

export interface Vector {
  readonly name: FunctionName;
  /** Four arguments; functions of fewer ignore the rest. */
  readonly args: readonly number[];
  readonly expected: number;
}

const EDGES = [
  0,
  1,
  -1,
  2,
  -2,
  127,
  -128,
  32767,
  -32768,
  65535,
  2 ** 30 - 1,
  2 ** 30,
  -(2 ** 30),
  2 ** 31 - 1,
  -(2 ** 31),
  2 ** 31 - 2,
];
const SHIFTS = [0, 1, 2, 7, 8, 14, 15, 16, 23, 29, 30];

/** Numbers of argument k of a function: edges first, then random ones of every magnitude. */
function candidates(name: FunctionName, k: number, next: () => number): number {
  const isLimit = ['ifNegative', 'clamp', 'clampNear', 'atMost', 'atLeast', 'atLeastNext'].includes(name);
  if (name === 'multiplyHigh' && k === 1) return [-32768, -16384, 16384, 32767][next() % 8] ?? (next() % 65536) - 32768;
  const isShift = name === 'tableLine' ? k === 3 : k > 0 && !isLimit && !(name === 'requantizeMultiplier' && k === 2);
  if (isShift) return next() % 2 === 0 ? SHIFTS[next() % SHIFTS.length]! : next() % 31;
  if (name === 'requantizeMultiplier' && k === 2)
    return [1, 2 ** 14, 32767, -32767][next() % 6] ?? 1 + (next() % 32767);
  if (next() % 3 === 0) return EDGES[next() % EDGES.length]!;
  const bits = next() % 32;
  const magnitude = Math.floor((next() / 2 ** 24) * 2 ** bits);
  return (next() & 1) === 0 ? magnitude : -magnitude;
}

/** At least `count` legal vectors of every function, the same ones on every run. */
export function makeVectors(count: number): Vector[] {
  const next = xorshift(20240607);
  return (Object.keys(EXACT) as FunctionName[]).flatMap((name) => {
    const vectors: Vector[] = [];
    while (vectors.length < count) {
      const args = [0, 1, 2, 3].map((k) => candidates(name, k, next));
      const expected = EXACT[name](...args.map(BigInt));
      if (expected !== null) vectors.push({ name, args, expected: Number(expected) });
    }
    return vectors;
  });
}
