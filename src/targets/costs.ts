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
  rnnq_matvec_s8_t2_c: 4,
  rnnq_matvec_s8_l4_c: 4,
  rnnq_matvec_s8_l5_c: 4,
  rnnq_matvec_s8_t2l_dsp: 4,
  rnnq_matvec_s8_s8_dsp: 4,
};

/** Kernel -> class of cores -> cost; generated from a bench. */
export const KERNEL_COSTS: Readonly<Record<string, Partial<Record<CycleClass, KernelCost>>>> = {
  rnnq_matvec_s8_t2_c: {
    m0plus: { product: 12.244, row: 52.423, group: 0.459, pass: 69.226, tail: 0, odd: 15.805, code: 348 },
    m0: { product: 12.493, row: 55.445, group: 0.47, pass: 69.344, tail: 0, odd: 15.225, code: 348 },
    m3: { product: 7.748, row: 24.156, group: 0.161, pass: 60.536, tail: 0, odd: 3.918, code: 274 },
    m4: { product: 6.498, row: 25.106, group: 0.104, pass: 62.72, tail: 0, odd: 4.85, code: 280 },
    m7: { product: 3, row: 13.022, group: 0.031, pass: 29.124, tail: 0, odd: 3.675, code: 280 },
    m55: { product: 3.999, row: 29.056, group: 0.065, pass: 49.447, tail: 0, odd: 4.99, code: 268 },
  },
  rnnq_matvec_s8_l4_c: {
    m0plus: { product: 5.163, row: 7.748, group: 202.998, pass: 148.854, tail: 105.89, odd: 0.704, code: 1072 },
    m0: { product: 5.186, row: 8.029, group: 204.312, pass: 157.466, tail: 106.485, odd: 0.792, code: 1072 },
    m3: { product: 13.116, row: 15.28, group: 505.799, pass: 59.488, tail: 237.452, odd: -0.79, code: 890 },
    m4: { product: 13.116, row: 15.13, group: 475.717, pass: 58.687, tail: 234.929, odd: -0.804, code: 874 },
    m7: { product: 5.711, row: 6.228, group: 264.117, pass: 38.07, tail: 57.473, odd: -0.057, code: 874 },
    m55: { product: 7.498, row: 2.728, group: 436.85, pass: 108.379, tail: 26.596, odd: 0.16, code: 948 },
  },
  rnnq_matvec_s8_l5_c: {
    m0plus: { product: 17.946, row: 21.77, group: 2403.725, pass: 168.21, tail: 101.942, odd: 0.128, code: 912 },
    m0: { product: 19.001, row: 22.646, group: 2530.959, pass: 170.084, tail: 177.942, odd: 0.15, code: 912 },
    m3: { product: 3.997, row: 8.752, group: 388.866, pass: 146.619, tail: -15.506, odd: 0.964, code: 1440 },
    m4: { product: 3.997, row: 8.75, group: 388.497, pass: 143.667, tail: -22.568, odd: 0.963, code: 1444 },
    m7: { product: 2.267, row: 4.716, group: 142.615, pass: 62.126, tail: 15.392, odd: 0.404, code: 1444 },
    m55: { product: 3.518, row: 7.339, group: 299.201, pass: 122.078, tail: -29.059, odd: 0.959, code: 1446 },
  },
  rnnq_matvec_s8_b1_c: {
    m0plus: { product: 15.993, row: 27.473, group: 8.432, pass: 55.557, tail: 0, odd: 0, code: 206 },
    m0: { product: 16.993, row: 28.508, group: 9.464, pass: 53.081, tail: 0, odd: 0, code: 206 },
    m3: { product: 14.996, row: 19.291, group: 7.28, pass: 37.134, tail: 0, odd: 0, code: 188 },
    m4: { product: 13.996, row: 19.25, group: 7.228, pass: 39.437, tail: 0, odd: 0, code: 184 },
    m7: { product: 6.999, row: 10.047, group: 3.041, pass: 21.941, tail: 0, odd: 0, code: 184 },
    m55: { product: 7.998, row: 19.115, group: 2.119, pass: 41.386, tail: 0, odd: 0, code: 192 },
  },
  rnnq_matvec_s8_e7_c: {
    m0plus: { product: 23.991, row: 34.633, group: 0.574, pass: 35.935, tail: 0, odd: 0, code: 202 },
    m0: { product: 24.991, row: 37.651, group: 0.589, pass: 35.044, tail: 0, odd: 0, code: 202 },
    m3: { product: 20.995, row: 13.346, group: 0.329, pass: 24.55, tail: 0, odd: 0, code: 148 },
    m4: { product: 20.995, row: 13.33, group: 0.299, pass: 25.138, tail: 0, odd: 0, code: 146 },
    m7: { product: 11.999, row: 6.075, group: 0.065, pass: 15.201, tail: 0, odd: 0, code: 146 },
    m55: { product: 20.996, row: 14.249, group: 0.241, pass: 17.225, tail: 0, odd: 0, code: 158 },
  },
  rnnq_matvec_s8_s4_c: {
    m0plus: { product: 18.993, row: 25.501, group: 0.455, pass: 43.865, tail: 0, odd: 0, code: 174 },
    m0: { product: 19.992, row: 26.536, group: 0.487, pass: 42.434, tail: 0, odd: 0, code: 174 },
    m3: { product: 15.996, row: 15.272, group: 0.261, pass: 31.608, tail: 0, odd: 0, code: 140 },
    m4: { product: 14.996, row: 15.263, group: 0.238, pass: 37.714, tail: 0, odd: 0, code: 154 },
    m7: { product: 7, row: 7.025, group: 0.023, pass: 22.25, tail: 0, odd: 0, code: 154 },
    m55: { product: 8.999, row: 16.099, group: 0.104, pass: 28.58, tail: 0, odd: 0, code: 138 },
  },
  rnnq_matvec_s8_s8_c: {
    m0plus: { product: 9.998, row: 16.143, group: 0.13, pass: 43.926, tail: 0, odd: 0, code: 108 },
    m0: { product: 10.998, row: 17.169, group: 0.154, pass: 43.112, tail: 0, odd: 0, code: 108 },
    m3: { product: 8.998, row: 14.116, group: 0.12, pass: 35.393, tail: 0, odd: 0, code: 106 },
    m4: { product: 7.999, row: 14.079, group: 0.072, pass: 37.414, tail: 0, odd: 0, code: 104 },
    m7: { product: 4, row: 8.01, group: 0.012, pass: 14.551, tail: 0, odd: 0, code: 104 },
    m55: { product: 3, row: 16.03, group: 0.041, pass: 26.436, tail: 0, odd: 0, code: 108 },
  },
  rnnq_matvec_s8_q8_c: {
    m0plus: { product: 5.999, row: 12.352, group: 8.094, pass: 79.656, tail: 0, odd: 0, code: 240 },
    m0: { product: 6.248, row: 12.863, group: 9.104, pass: 80.883, tail: 0, odd: 0, code: 240 },
    m3: { product: 4.749, row: 9.068, group: 7.077, pass: 55.718, tail: 0, odd: 0, code: 216 },
    m4: { product: 3.75, row: 9.032, group: 7.029, pass: 59.713, tail: 0, odd: 0, code: 214 },
    m7: { product: 2, row: 3.507, group: 3.014, pass: 25.386, tail: 0, odd: 0, code: 214 },
    m55: { product: 2.5, row: 9.032, group: 2.044, pass: 44.244, tail: 0, odd: 0, code: 232 },
  },
  rnnq_matvec_s8_t2l_dsp: {
    m4: { product: 5.668, row: 4.67, group: 22.15, pass: 205.19, tail: -31.526, odd: 0.922, code: 1196 },
    m7: { product: 2.942, row: 2.878, group: 9.083, pass: 108.481, tail: -15.355, odd: 0.433, code: 1196 },
    m55: { product: 5.075, row: 4.212, group: 10.542, pass: 176.285, tail: -19.503, odd: 0.728, code: 1220 },
  },
  rnnq_matvec_s8_s8_dsp: {
    m4: { product: 6.389, row: 5.521, group: 14.834, pass: 104.376, tail: 1.699, odd: 1.769, code: 644 },
    m7: { product: 2.944, row: 3.185, group: 8.675, pass: 39.919, tail: 0.221, odd: 0.87, code: 644 },
    m55: { product: 5.575, row: 4.503, group: 15.735, pass: 93.035, tail: 3.111, odd: 1.489, code: 644 },
  },
  rnnq_matvec_s8_s4_dsp: {
    m4: { product: 16.497, row: 7.781, group: 106.331, pass: 64.41, tail: -6.253, odd: 0, code: 466 },
    m7: { product: 8.499, row: 3.258, group: 50.112, pass: 30.016, tail: -11.556, odd: 0, code: 466 },
    m55: { product: 14.247, row: 6.274, group: 96.247, pass: 63.257, tail: -2.682, odd: 0, code: 502 },
  },
  rnnq_matvec_s8_t4r_mve: {
    m55: { product: 2.249, row: 5.505, group: 0.061, pass: 28.572, tail: -1.787, odd: 0, code: 158 },
  },
  rnnq_matvec_s8_s8_mve: {
    m55: { product: 2.499, row: 3.256, group: 0.071, pass: 27.517, tail: -1.769, odd: 0, code: 124 },
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
