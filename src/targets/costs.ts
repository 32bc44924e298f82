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
  rnnq_matvec_s8_l4_c: 4,
  rnnq_matvec_s8_l5_c: 4,
  rnnq_matvec_s8_q8_c: 4,
  rnnq_matvec_s8_s8_dsp: 4,
  rnnq_matvec_s8_s4_dsp: 4,
  rnnq_matvec_s16_t2_c: 4,
  rnnq_matvec_s16_l4_c: 4,
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
  rnnq_matvec_s8_p8_c: {
    m0plus: { product: 13.24, row: 10.15, group: 33.29, pass: 118.19, tail: 724.58, odd: 0, code: 660 },
    m0: { product: 13.53, row: 11.55, group: 44.24, pass: 88.76, tail: 705.29, odd: 0, code: 660 },
    m3: { product: 10.79, row: 8.56, group: 35.98, pass: 50.58, tail: 485.59, odd: 0, code: 708 },
    m4: { product: 8.79, row: 8.57, group: 35.78, pass: 49.64, tail: 489.21, odd: 0, code: 704 },
    m7: { product: 4.91, row: 3.94, group: 0, pass: 106.32, tail: 307.43, odd: 0, code: 704 },
    m55: { product: 8.42, row: 6.6, group: 0, pass: 111.27, tail: 323.39, odd: 0, code: 724 },
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
  rnnq_matvec_s8_e7_c: {
    m0plus: { product: 18.71, row: 13.39, group: 0, pass: 0, tail: 0, odd: 0, code: 252 },
    m0: { product: 19.46, row: 13.91, group: 0, pass: 0, tail: 0, odd: 0, code: 252 },
    m3: { product: 14.47, row: 9.89, group: 0, pass: 0, tail: 0, odd: 0, code: 244 },
    m4: { product: 14.97, row: 9.67, group: 0, pass: 0, tail: 0, odd: 0, code: 264 },
    m7: { product: 6.49, row: 4.01, group: 0, pass: 0, tail: 0, odd: 0, code: 260 },
    m55: { product: 11.47, row: 8.24, group: 0, pass: 0, tail: 0, odd: 0, code: 264 },
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
    m0plus: { product: 4.25, row: 11.76, group: 10.07, pass: 86.18, tail: 0, odd: 0.73, code: 344 },
    m0: { product: 4.31, row: 12.26, group: 11.07, pass: 88.18, tail: 0, odd: 0.92, code: 344 },
    m3: { product: 3.06, row: 8, group: 8.07, pass: 73.09, tail: 0, odd: 0.67, code: 400 },
    m4: { product: 4.75, row: 6.51, group: 0, pass: 52.41, tail: 0, odd: 0, code: 208 },
    m7: { product: 2.5, row: 3.26, group: 0.02, pass: 18.27, tail: 0, odd: 0, code: 208 },
    m55: { product: 3.5, row: 7.25, group: 0, pass: 38.03, tail: 0, odd: 0, code: 216 },
  },
  rnnq_matvec_s8_t2l_dsp: {
    m4: { product: 5.71, row: 4.57, group: 5.41, pass: 309.76, tail: -19.99, odd: 0.57, code: 1196 },
    m7: { product: 3.08, row: 3.23, group: -1.47, pass: 139, tail: 6.56, odd: 0.29, code: 1196 },
    m55: { product: 5.15, row: 3.8, group: -6.28, pass: 293.04, tail: -5.85, odd: 0.43, code: 1220 },
  },
  rnnq_matvec_s8_s8_dsp: {
    m4: { product: 6.3, row: 5.48, group: 9.37, pass: 158.31, tail: 135.06, odd: 1.81, code: 652 },
    m7: { product: 3.17, row: 3.69, group: 8.97, pass: 0, tail: 0, odd: 0.54, code: 652 },
    m55: { product: 5.6, row: 5.11, group: 14.92, pass: 0, tail: 0, odd: 1.02, code: 648 },
  },
  rnnq_matvec_s8_s4_dsp: {
    m4: { product: 11.22, row: 6.14, group: 55.22, pass: 0, tail: 11.17, odd: 2.36, code: 1064 },
    m7: { product: 6.01, row: 3.93, group: 18.14, pass: 86.67, tail: 0, odd: 0.87, code: 1064 },
    m55: { product: 10.16, row: 5.04, group: 44.74, pass: 0, tail: 12.14, odd: 2, code: 1064 },
  },
  rnnq_matvec_s8_e7_dsp: {
    m4: { product: 19.75, row: 4.94, group: 31.66, pass: 84.97, tail: 11.17, odd: 0, code: 1512 },
    m7: { product: 11.5, row: 2.72, group: 17.93, pass: 36.45, tail: 3.79, odd: 0, code: 1512 },
    m55: { product: 15, row: 3.95, group: 30.1, pass: 64.36, tail: 9.57, odd: 0, code: 1516 },
  },
  rnnq_matvec_s8_t4r_mve: {
    m55: { product: 2.25, row: 5.5, group: 0.32, pass: 26.76, tail: -0.8, odd: 0, code: 158 },
  },
  rnnq_matvec_s8_s8_mve: {
    m55: { product: 2.5, row: 3.25, group: 0, pass: 24, tail: 0, odd: 0, code: 158 },
  },
  rnnq_matvec_s16_t2_c: {
    m0plus: { product: 13.25, row: 47.21, group: 0.73, pass: 188.62, tail: 0, odd: 10.93, code: 324 },
    m0: { product: 13.5, row: 49.3, group: 0.62, pass: 181.4, tail: 0, odd: 10.41, code: 324 },
    m3: { product: 7.75, row: 28.95, group: 0.09, pass: 70.66, tail: 0, odd: 3.87, code: 268 },
    m4: { product: 6.5, row: 29.05, group: -0.08, pass: 63.85, tail: 0, odd: 2.87, code: 264 },
    m7: { product: 2.75, row: 13.94, group: -0.01, pass: 37.76, tail: 0, odd: 1.89, code: 264 },
    m55: { product: 4, row: 28.11, group: -0.08, pass: 39.61, tail: 0, odd: 3.73, code: 256 },
  },
  rnnq_matvec_s16_l4_c: {
    m0plus: { product: 6.48, row: 8.49, group: 283.76, pass: 147.31, tail: 94.82, odd: 1.28, code: 880 },
    m0: { product: 6.53, row: 9.04, group: 285.29, pass: 153.04, tail: 98.03, odd: 1.35, code: 880 },
    m3: { product: 3.77, row: 9.62, group: 283.46, pass: 58.88, tail: 25.68, odd: 1.01, code: 880 },
    m4: { product: 3.79, row: 8.81, group: 282.62, pass: 98.98, tail: 34.06, odd: 1.32, code: 880 },
    m7: { product: 2.63, row: 4.54, group: 116.54, pass: 68.31, tail: -0.86, odd: 0.87, code: 884 },
    m55: { product: 3.55, row: 7.06, group: 238.38, pass: 91.11, tail: 0.63, odd: 1.9, code: 888 },
  },
  rnnq_matvec_s16_b1_c: {
    m0plus: { product: 19, row: 27, group: -0.01, pass: 76.01, tail: 0, odd: 0, code: 148 },
    m0: { product: 20, row: 28, group: -0.01, pass: 77.01, tail: 0, odd: 0, code: 148 },
    m3: { product: 17, row: 16, group: 0.02, pass: 48.05, tail: 0, odd: 0, code: 124 },
    m4: { product: 17, row: 16, group: -0.02, pass: 51.36, tail: 0, odd: 0, code: 124 },
    m7: { product: 9, row: 6, group: 0, pass: 19.08, tail: 0, odd: 0, code: 128 },
    m55: { product: 11, row: 19, group: 0, pass: 35.93, tail: 0, odd: 0, code: 124 },
  },
  rnnq_matvec_s16_e7_c: {
    m0plus: { product: 26.02, row: 36.59, group: -4.15, pass: 310.43, tail: 0, odd: 0, code: 192 },
    m0: { product: 27, row: 41.27, group: 0.63, pass: 23.9, tail: 0, odd: 0, code: 192 },
    m3: { product: 21, row: 13.01, group: 0.01, pass: 46.52, tail: 0, odd: 0, code: 128 },
    m4: { product: 21, row: 13, group: -0.02, pass: 49.28, tail: 0, odd: 0, code: 128 },
    m7: { product: 12, row: 4.99, group: -0.06, pass: 22.73, tail: 0, odd: 0, code: 132 },
    m55: { product: 21, row: 14, group: 0, pass: 33.96, tail: 0, odd: 0, code: 136 },
  },
  rnnq_matvec_s16_s4_c: {
    m0plus: { product: 21, row: 25.01, group: 0.04, pass: 76.46, tail: 0, odd: 0, code: 156 },
    m0: { product: 22, row: 26.01, group: 0.04, pass: 77.46, tail: 0, odd: 0, code: 156 },
    m3: { product: 16, row: 14, group: 0.06, pass: 46.27, tail: 0, odd: 0, code: 116 },
    m4: { product: 15, row: 14, group: -0.01, pass: 50, tail: 0, odd: 0, code: 116 },
    m7: { product: 7, row: 6.01, group: 0.02, pass: 18.26, tail: 0, odd: 0, code: 120 },
    m55: { product: 9, row: 17, group: 0, pass: 34.03, tail: 0, odd: 0, code: 116 },
  },
  rnnq_matvec_s16_s8_c: {
    m0plus: { product: 13, row: 27, group: -0.01, pass: 69, tail: 0, odd: 0, code: 124 },
    m0: { product: 14, row: 28, group: -0.01, pass: 70, tail: 0, odd: 0, code: 124 },
    m3: { product: 9, row: 13, group: 0.02, pass: 42.01, tail: 0, odd: 0, code: 84 },
    m4: { product: 8, row: 13, group: -0.02, pass: 45.34, tail: 0, odd: 0, code: 84 },
    m7: { product: 4, row: 7, group: 0, pass: 16.05, tail: 0, odd: 0, code: 84 },
    m55: { product: 3, row: 20, group: 0, pass: 30.91, tail: 0, odd: 0, code: 104 },
  },
  rnnq_matvec_s16_t2u_dsp: {
    m4: { product: 10.88, row: 7.26, group: 27.75, pass: 91.84, tail: -4.63, odd: -0.62, code: 720 },
    m7: { product: 5.26, row: 4.79, group: 11.03, pass: 68.16, tail: 6.04, odd: -0.11, code: 720 },
    m55: { product: 10.3, row: 4.47, group: -25.2, pass: 302.73, tail: 85.56, odd: -0.56, code: 756 },
  },
  rnnq_matvec_s16_q8_c: {
    m0plus: { product: 6, row: 13.26, group: 8.04, pass: 89.46, tail: 0, odd: 0, code: 276 },
    m0: { product: 6.25, row: 13.76, group: 9.04, pass: 91.46, tail: 0, odd: 0, code: 276 },
    m3: { product: 4.75, row: 9.5, group: 7.06, pass: 63.29, tail: 0, odd: 0, code: 244 },
    m4: { product: 3.75, row: 9.25, group: 6.99, pass: 66.99, tail: 0, odd: 0, code: 244 },
    m7: { product: 1.75, row: 3.76, group: 3.02, pass: 25.25, tail: 0, odd: 0, code: 244 },
    m55: { product: 2.5, row: 9, group: 2, pass: 50.03, tail: 0, odd: 0, code: 260 },
  },
  rnnq_matvec_s16_s8_dsp: {
    m4: { product: 6.36, row: 6.28, group: 13.93, pass: 26.35, tail: 16.94, odd: 1.59, code: 632 },
    m7: { product: 3.18, row: 3.75, group: 8.99, pass: 11.21, tail: 1.65, odd: 0.8, code: 632 },
    m55: { product: 5.55, row: 4.84, group: 4.36, pass: 70.46, tail: 13.07, odd: 1.76, code: 652 },
  },
  rnnq_matvec_s16_s8_mve: {
    m55: { product: 2.75, row: 3.25, group: 0.01, pass: 25.87, tail: -0.07, odd: 0, code: 204 },
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
