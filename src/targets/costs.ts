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
  rnnq_matvec_s8_ternary_lut4_c: 4,
  rnnq_matvec_s8_ternary_lut5_c: 4,
  rnnq_matvec_s8_u8x4_c: 4,
  rnnq_matvec_s8_s8_dsp: 4,
  rnnq_matvec_s8_s4_dsp: 4,
  rnnq_matvec_s16_ternary_c: 4,
  rnnq_matvec_s16_ternary_lut4_c: 4,
  rnnq_matvec_s16_ternary_u2x16_dsp: 2,
  rnnq_matvec_s16_s8_dsp: 4,
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
  rnnq_matvec_s8_swar8_c: {
    m0plus: { product: 13.24, row: 10.15, group: 33.29, pass: 118.19, tail: 724.58, odd: 0, code: 660 },
    m0: { product: 13.53, row: 11.55, group: 44.24, pass: 88.76, tail: 705.29, odd: 0, code: 660 },
    m3: { product: 10.79, row: 8.56, group: 35.9, pass: 50.64, tail: 486.68, odd: 0, code: 708 },
    m4: { product: 8.79, row: 8.57, group: 35.72, pass: 49.71, tail: 489.91, odd: 0, code: 704 },
    m7: { product: 4.66, row: 4.56, group: 17.15, pass: 41.39, tail: 223.9, odd: 0, code: 704 },
    m55: { product: 8.09, row: 8.01, group: 21.64, pass: 10.02, tail: 361.21, odd: 0, code: 724 },
  },
  rnnq_matvec_s8_ternary_lut4_c: {
    m0plus: { product: 5.02, row: 8.91, group: 137.02, pass: 82.73, tail: 219.72, odd: 0, code: 984 },
    m0: { product: 5.04, row: 9.3, group: 137.94, pass: 82.65, tail: 233.51, odd: 0.02, code: 984 },
    m3: { product: 16.75, row: 16.97, group: 735.28, pass: 0, tail: 563.28, odd: 0, code: 696 },
    m4: { product: 16.76, row: 16.81, group: 732.8, pass: 0, tail: 555.73, odd: 0, code: 696 },
    m7: { product: 7.72, row: 6.11, group: 310.69, pass: 17.95, tail: 78.14, odd: 0, code: 684 },
    m55: { product: 11, row: 3.2, group: 378.57, pass: 106.63, tail: 9.1, odd: 0.03, code: 744 },
  },
  rnnq_matvec_s8_ternary_lut5_c: {
    m0plus: { product: 5.68, row: 11.86, group: 402.27, pass: 129.41, tail: 0, odd: 0.01, code: 1153 },
    m0: { product: 5.74, row: 12.53, group: 401.38, pass: 143.95, tail: 0, odd: 0.07, code: 1153 },
    m3: { product: 4.03, row: 9.16, group: 329.2, pass: 71.13, tail: 0, odd: 0.44, code: 1393 },
    m4: { product: 4.03, row: 9.15, group: 328.56, pass: 68.29, tail: 0, odd: 0.43, code: 1397 },
    m7: { product: 2.28, row: 4.87, group: 113.15, pass: 42.21, tail: 0, odd: 0.2, code: 1401 },
    m55: { product: 3.55, row: 7.69, group: 259.99, pass: 54.29, tail: 0, odd: 0.46, code: 1397 },
  },
  rnnq_matvec_s8_ternary_csr_c: {
    m0plus: { product: 2.66, row: 42.8, group: 12.98, pass: 66.49, tail: 0, odd: 3.16, code: 228 },
    m0: { product: 2.88, row: 54.78, group: 12.39, pass: 66.18, tail: 0, odd: 0, code: 228 },
    m3: { product: 3.01, row: 37.99, group: 7.97, pass: 36.25, tail: 0.49, odd: 0, code: 232 },
    m4: { product: 3, row: 37.98, group: 7.98, pass: 37.26, tail: 0.5, odd: 0, code: 232 },
    m7: { product: 0.88, row: 14.95, group: 9.46, pass: 12.68, tail: 3.04, odd: 4.21, code: 236 },
    m55: { product: 3.26, row: 33.16, group: 0, pass: 19.48, tail: 6.29, odd: 0, code: 272 },
  },
  weights_as_code: {
    m0plus: { product: 1.42, row: 1.74, group: 3.76, pass: 10.63, tail: 0, odd: 0, code: 0 },
    m0: { product: 1.44, row: 1.62, group: 3.75, pass: 16.68, tail: 0, odd: 0, code: 0 },
    m3: { product: 0.98, row: 1.01, group: 1.59, pass: 15.91, tail: 0, odd: 0, code: 0 },
    m4: { product: 0.96, row: 0.89, group: 1.59, pass: 16.55, tail: 0, odd: 0, code: 0 },
    m7: { product: 0.49, row: 0.51, group: 0.8, pass: 5.39, tail: 0, odd: 0, code: 0 },
    m55: { product: 1.02, row: 0.28, group: 1.07, pass: 17.86, tail: 0, odd: 0, code: 0 },
  },
  rnnq_matvec_s8_pow2_c: {
    m0plus: { product: 18.71, row: 13.39, group: 0, pass: 0, tail: 0, odd: 0, code: 252 },
    m0: { product: 19.46, row: 13.91, group: 0, pass: 0, tail: 0, odd: 0, code: 252 },
    m3: { product: 14.47, row: 9.89, group: 0, pass: 0, tail: 0, odd: 0, code: 244 },
    m4: { product: 14.97, row: 9.67, group: 0, pass: 0, tail: 0, odd: 0, code: 264 },
    m7: { product: 6.49, row: 4.01, group: 0, pass: 0, tail: 0, odd: 0, code: 260 },
    m55: { product: 11.47, row: 8.24, group: 0, pass: 0, tail: 0, odd: 0, code: 264 },
  },
  rnnq_matvec_s8_s8_c: {
    m0plus: { product: 10, row: 16.02, group: 0, pass: 55.98, tail: 0, odd: 0, code: 84 },
    m0: { product: 11, row: 17.02, group: 0, pass: 56.98, tail: 0, odd: 0, code: 84 },
    m3: { product: 9, row: 14.01, group: 0.01, pass: 41.55, tail: 0, odd: 0, code: 80 },
    m4: { product: 8, row: 14.01, group: 0, pass: 43.31, tail: 0, odd: 0, code: 80 },
    m7: { product: 4, row: 8, group: 0, pass: 15.07, tail: 0, odd: 0, code: 80 },
    m55: { product: 3, row: 16, group: 0, pass: 27.91, tail: 0, odd: 0, code: 84 },
  },
  rnnq_matvec_s8_u8x4_c: {
    m0plus: { product: 4.25, row: 11.76, group: 10.07, pass: 86.18, tail: 0, odd: 0.73, code: 344 },
    m0: { product: 4.31, row: 12.26, group: 11.07, pass: 88.18, tail: 0, odd: 0.92, code: 344 },
    m3: { product: 3.06, row: 8, group: 8.07, pass: 73.09, tail: 0, odd: 0.67, code: 400 },
    m4: { product: 4.75, row: 6.51, group: 0, pass: 51.94, tail: 0, odd: 0.01, code: 208 },
    m7: { product: 2.5, row: 3.26, group: 0, pass: 20.06, tail: 0, odd: 0, code: 208 },
    m55: { product: 3.5, row: 7.25, group: 0, pass: 37.95, tail: 0, odd: 0, code: 216 },
  },
  rnnq_matvec_s8_ternary_rowpair_dsp: {
    m4: { product: 5.54, row: 4.89, group: 16.21, pass: 242.57, tail: 26.07, odd: 8.58, code: 1752 },
    m7: { product: 2.95, row: 3.12, group: 6.06, pass: 112.01, tail: 10.8, odd: 4.09, code: 1752 },
    m55: { product: 5, row: 4.18, group: 5.38, pass: 205.36, tail: 30.23, odd: 10.71, code: 1776 },
  },
  rnnq_matvec_s8_s8_dsp: {
    m4: { product: 6.25, row: 6.06, group: 17.13, pass: 48.36, tail: 14.28, odd: 1.57, code: 652 },
    m7: { product: 3.12, row: 3.32, group: 9.37, pass: 23.82, tail: 5.18, odd: 0.7, code: 652 },
    m55: { product: 5.5, row: 5.04, group: 15.95, pass: 34.69, tail: 13.31, odd: 1.32, code: 648 },
  },
  rnnq_matvec_s8_s4_dsp: {
    m4: { product: 11.09, row: 6.14, group: 55.02, pass: 0, tail: 11.14, odd: 2.49, code: 1064 },
    m7: { product: 5.93, row: 4.16, group: 30.46, pass: 0, tail: 2.3, odd: 1.16, code: 1064 },
    m55: { product: 10.03, row: 5.04, group: 44.78, pass: 0, tail: 12.1, odd: 2.13, code: 1064 },
  },
  rnnq_matvec_s8_pow2_dsp: {
    m4: { product: 19.75, row: 4.95, group: 31.54, pass: 85.42, tail: 11.44, odd: 0, code: 1512 },
    m7: { product: 11.5, row: 2.72, group: 17.71, pass: 38.04, tail: 3.97, odd: 0, code: 1512 },
    m55: { product: 15, row: 3.96, group: 29.78, pass: 64.62, tail: 11.15, odd: 0, code: 1516 },
  },
  rnnq_matvec_s8_ternary_base4_mve: {
    m55: { product: 2.25, row: 4.24, group: 0, pass: 27.81, tail: 1.98, odd: 0, code: 440 },
  },
  rnnq_matvec_s8_s8_mve: {
    m55: { product: 2.5, row: 3.25, group: 0, pass: 24, tail: 0, odd: 0, code: 160 },
  },
  rnnq_matvec_s16_ternary_c: {
    m0plus: { product: 13.25, row: 47.26, group: 0.86, pass: 179.21, tail: 0, odd: 10.93, code: 324 },
    m0: { product: 13.5, row: 49.35, group: 0.75, pass: 172, tail: 0, odd: 10.41, code: 324 },
    m3: { product: 7.75, row: 28.95, group: 0.1, pass: 69.94, tail: 0, odd: 3.88, code: 268 },
    m4: { product: 6.5, row: 29.08, group: 0, pass: 59.61, tail: 0, odd: 2.87, code: 264 },
    m7: { product: 2.75, row: 13.94, group: 0, pass: 37.38, tail: 0, odd: 1.89, code: 264 },
    m55: { product: 4, row: 28.14, group: 0, pass: 34.75, tail: 0, odd: 3.72, code: 256 },
  },
  rnnq_matvec_s16_ternary_lut4_c: {
    m0plus: { product: 6.47, row: 8.5, group: 283.92, pass: 143.44, tail: 99.7, odd: 1.29, code: 880 },
    m0: { product: 6.53, row: 9.05, group: 285.44, pass: 149.18, tail: 102.84, odd: 1.36, code: 880 },
    m3: { product: 3.79, row: 8.81, group: 282.36, pass: 101.01, tail: 42.1, odd: 1.33, code: 880 },
    m4: { product: 3.79, row: 8.81, group: 282.61, pass: 99, tail: 34.1, odd: 1.32, code: 880 },
    m7: { product: 2.63, row: 4.49, group: 117.35, pass: 53.57, tail: 0, odd: 0.78, code: 884 },
    m55: { product: 3.55, row: 7.06, group: 238.38, pass: 90.6, tail: 1.32, odd: 1.41, code: 888 },
  },
  rnnq_matvec_s16_binary_c: {
    m0plus: { product: 19, row: 27.02, group: 0, pass: 78, tail: 0, odd: 0, code: 148 },
    m0: { product: 20, row: 28.02, group: 0, pass: 79, tail: 0, odd: 0, code: 148 },
    m3: { product: 17, row: 16.01, group: 0.01, pass: 48.53, tail: 0, odd: 0, code: 124 },
    m4: { product: 17, row: 16.01, group: 0, pass: 50.31, tail: 0, odd: 0, code: 124 },
    m7: { product: 9, row: 6, group: 0, pass: 19.08, tail: 0, odd: 0, code: 128 },
    m55: { product: 11, row: 19, group: 0, pass: 35.96, tail: 0, odd: 0, code: 124 },
  },
  rnnq_matvec_s16_pow2_c: {
    m0plus: { product: 25.99, row: 38.76, group: 0.57, pass: 29.99, tail: 0, odd: 0, code: 192 },
    m0: { product: 27.01, row: 41.38, group: 0.09, pass: 0, tail: 0, odd: 0, code: 192 },
    m3: { product: 21, row: 13, group: 0.06, pass: 45.26, tail: 0, odd: 0, code: 128 },
    m4: { product: 21, row: 13.01, group: 0, pass: 48.32, tail: 0, odd: 0, code: 128 },
    m7: { product: 12, row: 5.01, group: 0, pass: 19.94, tail: 0, odd: 0, code: 132 },
    m55: { product: 21, row: 14, group: 0, pass: 34.02, tail: 0, odd: 0, code: 136 },
  },
  rnnq_matvec_s16_s4_c: {
    m0plus: { product: 21, row: 25, group: 0, pass: 77.58, tail: 0, odd: 0, code: 156 },
    m0: { product: 22, row: 26, group: 0, pass: 78.58, tail: 0, odd: 0, code: 156 },
    m3: { product: 16, row: 14, group: 0.02, pass: 47.05, tail: 0, odd: 0, code: 116 },
    m4: { product: 15, row: 14, group: 0, pass: 49.57, tail: 0, odd: 0, code: 116 },
    m7: { product: 7, row: 6.01, group: 0.02, pass: 18.26, tail: 0, odd: 0, code: 120 },
    m55: { product: 9, row: 17, group: 0, pass: 33.93, tail: 0, odd: 0, code: 116 },
  },
  rnnq_matvec_s16_s8_c: {
    m0plus: { product: 13, row: 27.02, group: 0, pass: 70.94, tail: 0, odd: 0, code: 124 },
    m0: { product: 14, row: 28.02, group: 0, pass: 71.94, tail: 0, odd: 0, code: 124 },
    m3: { product: 9, row: 13.01, group: 0.01, pass: 42.55, tail: 0, odd: 0, code: 84 },
    m4: { product: 8, row: 13.01, group: 0, pass: 44.31, tail: 0, odd: 0, code: 84 },
    m7: { product: 4, row: 7, group: 0, pass: 16.07, tail: 0, odd: 0, code: 84 },
    m55: { product: 3, row: 20, group: 0, pass: 30.94, tail: 0, odd: 0, code: 104 },
  },
  rnnq_matvec_s16_ternary_u2x16_dsp: {
    m4: { product: 10.9, row: 6.83, group: 24.61, pass: 133.99, tail: 0, odd: 0, code: 720 },
    m7: { product: 5.25, row: 4.73, group: 15.79, pass: 42.25, tail: 0, odd: 0.01, code: 720 },
    m55: { product: 10.03, row: 5.47, group: 7.17, pass: 137.21, tail: 14.72, odd: 0, code: 756 },
  },
  rnnq_matvec_s16_u8x4_c: {
    m0plus: { product: 7, row: 13.51, group: 0.04, pass: 71.46, tail: 0, odd: 0, code: 244 },
    m0: { product: 7.25, row: 14.01, group: 0.04, pass: 73.46, tail: 0, odd: 0, code: 244 },
    m3: { product: 5.75, row: 8, group: 0.06, pass: 49.28, tail: 0, odd: 0, code: 204 },
    m4: { product: 4.75, row: 7.75, group: 0, pass: 52.57, tail: 0, odd: 0, code: 208 },
    m7: { product: 2.5, row: 3.51, group: 0.02, pass: 18.26, tail: 0, odd: 0, code: 208 },
    m55: { product: 3.5, row: 8.5, group: 0, pass: 38.03, tail: 0, odd: 0, code: 216 },
  },
  rnnq_matvec_s16_s8_dsp: {
    m4: { product: 6.36, row: 6.28, group: 13.93, pass: 26.35, tail: 16.94, odd: 1.59, code: 632 },
    m7: { product: 3.18, row: 3.75, group: 8.99, pass: 11.21, tail: 1.65, odd: 0.8, code: 632 },
    m55: { product: 5.55, row: 5.19, group: 5.48, pass: 27.46, tail: 22.97, odd: 1.32, code: 652 },
  },
  rnnq_matvec_s16_s8_mve: {
    m55: { product: 2.75, row: 3.25, group: 0, pass: 25.92, tail: 0, odd: 0, code: 204 },
  },
};

/** Bytes of a function of weights as code, for each of its counts; from the same bench. */
export const CODE_BYTES: { readonly [K in CycleClass]: Counts } = {
  m0plus: { product: 2.35, row: 1.18, group: 5.79, pass: 0, tail: 0, odd: 0 },
  m0: { product: 2.35, row: 1.08, group: 5.84, pass: 1.08, tail: 0, odd: 0 },
  m3: { product: 2.62, row: 1.45, group: 3.8, pass: 3.72, tail: 0, odd: 0 },
  m4: { product: 2.69, row: 1.35, group: 3.73, pass: 5.4, tail: 0, odd: 0 },
  m7: { product: 2.39, row: 1.41, group: 4.21, pass: 4.12, tail: 0, odd: 0 },
  m55: { product: 2.59, row: 0.95, group: 4.24, pass: 13.96, tail: 0, odd: 0 },
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
