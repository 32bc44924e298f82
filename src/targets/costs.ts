import type { CycleClass } from './cores.js';
import type { Counts, Kernel, MatrixTask } from './kernel.js';

/**
 * Modelled cycles of a matvec kernel of R rows (padded) and G groups of inputs in P passes:
 * product R G + row R P + group G + pass P + tail (where the last group is not whole) + odd R (groups of every pass that do
 * not fill its unrolled loop). Of weights as code and lists of columns the products are the non-zeros; the groups are loads
 * of inputs, or fours of a list; the tail are lists that have fours, the odd ones what they have besides. Fitted by least squares to `npm run bench`,
 * which checks them; zero wait states.
 */
export interface KernelCost extends Counts {
  /** Bytes of code, gcc 12 -O2; a generated function has those of CODE_BYTES besides. */
  readonly code: number;
}

/** Groups that the inner loop of a kernel does between two tests for its end. */
export const UNROLLED: Readonly<Record<string, number>> = {
  rnnq_matvec_s8_t2_c: 4,
  rnnq_matvec_s8_l4_c: 4,
  rnnq_matvec_s8_l5_c: 4,
  rnnq_matvec_s8_t2l_dsp: 4,
  rnnq_matvec_s8_s8_dsp: 4,
};

/** How often a task does what a kernel's cost is made of. */
export function countsOf(kernel: Kernel, task: MatrixTask): Counts {
  const { rows, cols } = task.weights;
  const groups = Math.ceil(cols / kernel.group);
  const passes = kernel.passes(task);
  const perPass = Math.ceil(groups / passes);
  const unrolled = UNROLLED[kernel.symbol] ?? 1;
  let odd = 0;
  for (let left = groups; left > 0; left -= perPass) odd += Math.min(perPass, left) % unrolled;
  return {
    product: rows * groups,
    row: rows * passes,
    group: groups,
    pass: passes,
    tail: kernel.group > 1 && cols % kernel.group > 0 ? 1 : 0,
    odd: rows * odd,
    ...kernel.counts?.(task.weights),
  };
}

/** The names of counts, in the order of the tables. */
export const COUNTS = ['product', 'row', 'group', 'pass', 'tail', 'odd'] as const satisfies readonly (keyof Counts)[];

/** Sum of counts, each times its cost. */
export const costOf = (cost: Counts, counts: Counts): number =>
  COUNTS.reduce((sum, name) => sum + cost[name] * counts[name], 0);

/** Kernel -> class of cores -> cost; generated from a bench. */
export const KERNEL_COSTS: Readonly<Record<string, Partial<Record<CycleClass, KernelCost>>>> = {
  rnnq_matvec_s8_t2_c: {
    m0plus: { product: 12.25, row: 51.11, group: 0.78, pass: 193.92, tail: 0, odd: 15.21, code: 348 },
    m0: { product: 12.493, row: 55.445, group: 0.47, pass: 69.344, tail: 0, odd: 15.225, code: 348 },
    m3: { product: 7.75, row: 23.95, group: 0.09, pass: 74.48, tail: 0, odd: 3.87, code: 274 },
    m4: { product: 6.5, row: 24.91, group: 0.08, pass: 80.84, tail: 0, odd: 4.78, code: 280 },
    m7: { product: 2.75, row: 12.8, group: 0.14, pass: 53.64, tail: 0, odd: 3.8, code: 280 },
    m55: { product: 4, row: 29, group: 0, pass: 53.01, tail: 0, odd: 5, code: 268 },
  },
  rnnq_matvec_s8_l4_c: {
    m0plus: { product: 5.2, row: 8.01, group: 200.96, pass: 118, tail: 145.23, odd: 0.36, code: 1072 },
    m0: { product: 5.186, row: 8.029, group: 204.312, pass: 157.466, tail: 106.485, odd: 0.792, code: 1072 },
    m3: { product: 13.22, row: 16.75, group: 491.02, pass: -114, tail: 583.26, odd: -1.18, code: 890 },
    m4: { product: 13.22, row: 16.61, group: 461.07, pass: -116.25, tail: 575.64, odd: -1.18, code: 874 },
    m7: { product: 5.6, row: 6.27, group: 228.36, pass: 14.18, tail: 90.59, odd: -0.16, code: 874 },
    m55: { product: 7.5, row: 2.81, group: 438.65, pass: 112.77, tail: 6.49, odd: 0.03, code: 948 },
  },
  rnnq_matvec_s8_l5_c: {
    m0plus: { product: 17.92, row: 22.14, group: 2418, pass: 101.55, tail: 48.19, odd: -0.03, code: 912 },
    m0: { product: 19.001, row: 22.646, group: 2530.959, pass: 170.084, tail: 177.942, odd: 0.15, code: 912 },
    m3: { product: 4.02, row: 9.14, group: 401.58, pass: 104.78, tail: -135.87, odd: 0.5, code: 1440 },
    m4: { product: 4.02, row: 9.13, group: 401.39, pass: 103.24, tail: -143.87, odd: 0.49, code: 1444 },
    m7: { product: 2.28, row: 5.11, group: 163.55, pass: 48.64, tail: -37.68, odd: 0.21, code: 1444 },
    m55: { product: 3.54, row: 7.67, group: 310.87, pass: 89.72, tail: -140.96, odd: 0.52, code: 1446 },
  },
  rnnq_matvec_s8_i8_c: {
    m0plus: { product: 5.02, row: 42.97, group: 3.93, pass: 56.27, tail: -1.52, odd: 0, code: 228 },
    m0: { product: 5.03, row: 52.97, group: 4.89, pass: 57.24, tail: -4.52, odd: -1.02, code: 228 },
    m3: { product: 2.97, row: 37.98, group: 8.12, pass: 35.7, tail: 0.51, odd: 0.05, code: 232 },
    m4: { product: 3.06, row: 38.01, group: 7.77, pass: 35.37, tail: 0.5, odd: -0.09, code: 232 },
    m7: { product: 1.01, row: 15, group: 8.97, pass: 13.25, tail: 3, odd: 3.99, code: 236 },
    m55: { product: 4.04, row: 36, group: -3.16, pass: 28.28, tail: 6.98, odd: -3.05, code: 272 },
  },
  weights_as_code: {
    m0plus: { product: 1.5, row: 1.64, group: 3.57, pass: 16.02, tail: 0, odd: 0, code: 0 },
    m0: { product: 1.5, row: 1.66, group: 3.57, pass: 17.84, tail: 0, odd: 0, code: 0 },
    m3: { product: 1, row: 1.14, group: 1.53, pass: 15.39, tail: 0, odd: 0, code: 0 },
    m4: { product: 0.97, row: 0.98, group: 1.54, pass: 16.21, tail: 0, odd: 0, code: 0 },
    m7: { product: 0.49, row: 0.48, group: 0.79, pass: 5.46, tail: 0, odd: 0, code: 0 },
    m55: { product: 1.09, row: 0.41, group: 0.95, pass: 14.59, tail: 0, odd: 0, code: 0 },
  },
  rnnq_matvec_s8_b1_c: {
    m0plus: { product: 16, row: 26.96, group: 7.86, pass: 98.09, tail: 0, odd: 0, code: 206 },
    m0: { product: 16.993, row: 28.508, group: 9.464, pass: 53.081, tail: 0, odd: 0, code: 206 },
    m3: { product: 15, row: 19.01, group: 7.01, pass: 55.54, tail: 0, odd: 0, code: 188 },
    m4: { product: 14, row: 19, group: 6.98, pass: 58.29, tail: 0, odd: 0, code: 184 },
    m7: { product: 7, row: 9.99, group: 2.94, pass: 26.73, tail: 0, odd: 0, code: 184 },
    m55: { product: 8, row: 19, group: 2, pass: 48.95, tail: 0, odd: 0, code: 192 },
  },
  rnnq_matvec_s8_e7_c: {
    m0plus: { product: 24, row: 33.86, group: -0.44, pass: 101.21, tail: 0, odd: 0, code: 202 },
    m0: { product: 24.991, row: 37.651, group: 0.589, pass: 35.044, tail: 0, odd: 0, code: 202 },
    m3: { product: 21, row: 13, group: 0.06, pass: 45.26, tail: 0, odd: 0, code: 148 },
    m4: { product: 21, row: 13, group: -0.01, pass: 49, tail: 0, odd: 0, code: 146 },
    m7: { product: 12, row: 5.01, group: 0.02, pass: 18.26, tail: 0, odd: 0, code: 146 },
    m55: { product: 21, row: 14, group: 0, pass: 34.02, tail: 0, odd: 0, code: 158 },
  },
  rnnq_matvec_s8_s4_c: {
    m0plus: { product: 19, row: 25, group: -0.01, pass: 79.02, tail: 0, odd: 0, code: 174 },
    m0: { product: 19.992, row: 26.536, group: 0.487, pass: 42.434, tail: 0, odd: 0, code: 174 },
    m3: { product: 16, row: 15, group: 0.02, pass: 48.05, tail: 0, odd: 0, code: 140 },
    m4: { product: 15, row: 15, group: -0.02, pass: 57.36, tail: 0, odd: 0, code: 154 },
    m7: { product: 7, row: 9, group: 0, pass: 21.08, tail: 0, odd: 0, code: 154 },
    m55: { product: 9, row: 16, group: 0, pass: 34.93, tail: 0, odd: 0, code: 138 },
  },
  rnnq_matvec_s8_s8_c: {
    m0plus: { product: 10, row: 15.96, group: -0.14, pass: 63.1, tail: 0, odd: 0, code: 108 },
    m0: { product: 10.998, row: 17.169, group: 0.154, pass: 43.112, tail: 0, odd: 0, code: 108 },
    m3: { product: 9, row: 14.01, group: 0.01, pass: 41.55, tail: 0, odd: 0, code: 106 },
    m4: { product: 8, row: 14, group: -0.02, pass: 44.29, tail: 0, odd: 0, code: 104 },
    m7: { product: 4, row: 7.99, group: -0.06, pass: 18.73, tail: 0, odd: 0, code: 104 },
    m55: { product: 3, row: 16, group: 0, pass: 27.94, tail: 0, odd: 0, code: 108 },
  },
  rnnq_matvec_s8_q8_c: {
    m0plus: { product: 6, row: 12.26, group: 8.04, pass: 85.46, tail: 0, odd: 0, code: 240 },
    m0: { product: 6.248, row: 12.863, group: 9.104, pass: 80.883, tail: 0, odd: 0, code: 240 },
    m3: { product: 4.75, row: 9, group: 7.06, pass: 57.29, tail: 0, odd: 0, code: 216 },
    m4: { product: 3.75, row: 9, group: 6.99, pass: 62.99, tail: 0, odd: 0, code: 214 },
    m7: { product: 1.75, row: 3.26, group: 3.02, pass: 22.26, tail: 0, odd: 0, code: 214 },
    m55: { product: 2.5, row: 8.5, group: 2, pass: 46.03, tail: 0, odd: 0, code: 232 },
  },
  rnnq_matvec_s8_t2l_dsp: {
    m4: { product: 5.71, row: 4.57, group: 5.41, pass: 309.76, tail: -19.99, odd: 0.57, code: 1196 },
    m7: { product: 3.08, row: 3.23, group: -1.47, pass: 139, tail: 6.56, odd: 0.29, code: 1196 },
    m55: { product: 5.15, row: 3.8, group: -6.28, pass: 293.04, tail: -5.85, odd: 0.43, code: 1220 },
  },
  rnnq_matvec_s8_s8_dsp: {
    m4: { product: 6.37, row: 6.17, group: 17.4, pass: 36.1, tail: 13.19, odd: 1.6, code: 644 },
    m7: { product: 3.18, row: 3.71, group: 9.75, pass: 8.8, tail: 5.11, odd: 0.8, code: 644 },
    m55: { product: 5.56, row: 5.12, group: 16.21, pass: 26, tail: 13.26, odd: 1.33, code: 644 },
  },
  rnnq_matvec_s8_s4_dsp: {
    m4: { product: 16.5, row: 7.74, group: 105.56, pass: 70.79, tail: -5.42, odd: 0, code: 466 },
    m7: { product: 8, row: 3.23, group: 57.67, pass: 35.39, tail: -9.99, odd: 0, code: 466 },
    m55: { product: 14.25, row: 6.24, group: 95.81, pass: 64.97, tail: -2.68, odd: 0, code: 502 },
  },
  rnnq_matvec_s8_t4r_mve: {
    m55: { product: 2.25, row: 5.5, group: 0.32, pass: 26.76, tail: -0.8, odd: 0, code: 158 },
  },
  rnnq_matvec_s8_s8_mve: {
    m55: { product: 2.75, row: 3.25, group: -0.01, pass: 26.05, tail: 0.01, odd: 0, code: 124 },
  },
};

/** Bytes of a function of weights as code, for each of its counts; from the same bench. */
export const CODE_BYTES: { readonly [K in CycleClass]: Counts } = {
  m0plus: { product: 2.56, row: 1.55, group: 5.17, pass: -1.43, tail: 0, odd: 0 },
  m0: { product: 2.56, row: 1.55, group: 5.17, pass: -1.43, tail: 0, odd: 0 },
  m3: { product: 2.61, row: 1.55, group: 3.79, pass: 4.66, tail: 0, odd: 0 },
  m4: { product: 2.59, row: 1.54, group: 3.81, pass: 4.67, tail: 0, odd: 0 },
  m7: { product: 2.58, row: 1.54, group: 3.81, pass: 4.67, tail: 0, odd: 0 },
  m55: { product: 2.8, row: 1.72, group: 3.66, pass: 5.09, tail: 0, odd: 0 },
};

/**
 * Modelled cycles of a generated loop for each element (for each 4 elements in vectors): memory for every access, lookup
 * for every table, op for every other operation, turn for the loop. An estimate: within 10 % on average, 45 % for loops of
 * two or three operations.
 */
export const LOOP_COSTS: { readonly [K in CycleClass]: { memory: number; lookup: number; op: number; turn: number } } =
  {
    m0: { memory: 3.3, lookup: 13.5, op: 4.2, turn: 4.8 },
    m0plus: { memory: 3.3, lookup: 13.5, op: 4.2, turn: 3.8 },
    m3: { memory: 2.1, lookup: 5.2, op: 2.2, turn: 4.9 },
    m4: { memory: 2.2, lookup: 5.5, op: 1.8, turn: 5.2 },
    m7: { memory: 1.1, lookup: 2.8, op: 0.9, turn: 2.6 },
    m55: { memory: 1.7, lookup: 6.6, op: 4.2, turn: 0 },
  };

/** Modelled cycles of a concat for each byte. An estimate. */
export const CONCAT_COSTS: { readonly [K in CycleClass]: number } = {
  m0: 2.4,
  m0plus: 2.3,
  m3: 0.95,
  m4: 0.95,
  m7: 0.5,
  m55: 0.9,
};
