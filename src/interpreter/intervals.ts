/**
 * A vector of real numbers, each known to lie between two ends. Where both ends are the same array, the numbers are exact:
 * points. Nothing here knows of programs, ops or tables: these are the real numbers that fixed point stands for.
 */
export interface Values {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

export const points = (values: Float64Array): Values => ({ low: values, high: values });
export const isExact = ({ low, high }: Values): boolean => low === high;

/** Codes with `fraction` fraction bits. */
export const pointsOf = (codes: ArrayLike<number>, fraction: number): Values =>
  points(Float64Array.from(codes, (code) => code * 2 ** -fraction));

/** A part of the vector: gate after gate. */
export const slice = ({ low, high }: Values, from: number, to: number): Values => {
  const first = low.subarray(from, to);
  return { low: first, high: low === high ? first : high.subarray(from, to) };
};

/** The elements of a, then those of b. */
export function joined(a: Values, b: Values): Values {
  const both = (end: keyof Values): Float64Array => Float64Array.of(...a[end], ...b[end]);
  const low = both('low');
  return { low, high: isExact(a) && isExact(b) ? low : both('high') };
}

/** Like Float64Array.map, at a fifth of its time. */
export function map(a: Float64Array, f: (x: number, j: number) => number): Float64Array {
  const out = new Float64Array(a.length);
  for (let j = 0; j < out.length; j++) out[j] = f(a[j]!, j);
  return out;
}

/** f of each element, for an f that never decreases. */
export function mapEnds(a: Values, f: (x: number) => number): Values {
  const low = map(a.low, f);
  return { low, high: isExact(a) ? low : map(a.high, f) };
}

export function add(a: Values, b: Values): Values {
  const low = map(a.low, (x, j) => x + b.low[j]!);
  return { low, high: isExact(a) && isExact(b) ? low : map(a.high, (x, j) => x + b.high[j]!) };
}

/** A function that is linear in each argument alone has its extremes where every argument is at an end. */
function atCorners(a: Values, b: Values, f: (x: number, y: number, j: number) => number): Values {
  const low = map(a.low, (x, j) => f(x, b.low[j]!, j));
  if (isExact(a) && isExact(b)) return points(low);
  const high = low.slice();
  const meet = (first: Float64Array, second: Float64Array): void => {
    for (let j = 0; j < low.length; j++) {
      const value = f(first[j]!, second[j]!, j);
      low[j] = Math.min(low[j]!, value);
      high[j] = Math.max(high[j]!, value);
    }
  };
  meet(a.low, b.high);
  meet(a.high, b.low);
  meet(a.high, b.high);
  return { low, high };
}

export const mul = (a: Values, b: Values): Values => atCorners(a, b, (x, y) => x * y);

/** n + z (h - n), element by element, of an exact h. */
export const interpolate = (n: Values, z: Values, h: Values): Values =>
  atCorners(n, z, (from, share, j) => from + share * (h.low[j]! - from));

/** sum_i codes_ji v_i of every row j. */
export function rowSums(codes: Int8Array, rows: number, cols: number, v: Values): Values {
  return isExact(v) ? points(exactSums(codes, rows, cols, v.low)) : intervalSums(codes, rows, cols, v);
}

function exactSums(codes: Int8Array, rows: number, cols: number, v: Float64Array): Float64Array {
  const sums = new Float64Array(rows);
  for (let j = 0, at = 0; j < rows; j++) {
    let sum = 0;
    for (let i = 0; i < cols; i++, at++) sum += codes[at]! * v[i]!;
    sums[j] = sum;
  }
  return sums;
}

function intervalSums(codes: Int8Array, rows: number, cols: number, { low: first, high: last }: Values): Values {
  const [low, high] = [new Float64Array(rows), new Float64Array(rows)];
  for (let j = 0, at = 0; j < rows; j++) {
    let [least, most] = [0, 0];
    for (let i = 0; i < cols; i++, at++) {
      const w = codes[at]!;
      least += w * (w > 0 ? first[i]! : last[i]!);
      most += w * (w > 0 ? last[i]! : first[i]!);
    }
    low[j] = least;
    high[j] = most;
  }
  return { low, high };
}
