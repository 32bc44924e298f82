import type { CycleClass } from './cores.js';

/**
 * Modelled cycles of a matvec kernel of R rows (padded) and G groups of inputs in P passes:
 * product R G + row R P + group G + pass P + tail (where the last group is not whole) + odd R (groups of every pass that do
 * not fill its unrolled loop). Fitted by least squares to `npm run bench`, which checks them; zero wait states.
 */
export interface KernelCost {
  readonly product: number;
  readonly row: number;
  readonly group: number;
  readonly pass: number;
  readonly tail: number;
  readonly odd: number;
  /** Bytes of code, gcc 12 -O2. */
  readonly code: number;
}

/** Groups that the inner loop of a kernel does between two tests for its end. */
export const UNROLLED: Readonly<Record<string, number>> = {
  rnnq_matvec_s8_l4_c: 4,
  rnnq_matvec_s8_l5_c: 4,
  rnnq_matvec_s8_q8_c: 4,
  rnnq_matvec_s8_t2l_dsp: 4,
  rnnq_matvec_s8_s8_dsp: 4,
  rnnq_matvec_s8_s4_dsp: 4,
};

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
