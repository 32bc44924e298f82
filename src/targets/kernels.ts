import type { OpKind } from '../ir/program.js';
import type { Isa, Kernel } from './kernel.js';
import { binary } from './kernels/binary.js';
import { pow2 } from './kernels/pow2.js';
import { s4 } from './kernels/s4.js';
import { s8 } from './kernels/s8.js';
import { swar8 } from './kernels/swar8.js';
import { ternary } from './kernels/ternary.js';
import { ternaryBase4 } from './kernels/ternary-base4.js';
import { ternaryCsr } from './kernels/ternary-csr.js';
import { ternaryLut4, ternaryLut5 } from './kernels/ternary-lut.js';
import { ternaryRowpair } from './kernels/ternary-rowpair.js';
import { ternaryU2x16 } from './kernels/ternary-u2x16.js';
import { u8x4 } from './kernels/u8x4.js';
import { WEIGHTS_AS_CODE } from './kernels/weights-as-code.js';

/** Every C function of runtime-c that multiplies, the preferred one first. A new stem is one file and one row here. */
export const KERNELS: readonly Kernel[] = [
  ...swar8,
  ...ternaryLut4,
  ...ternaryLut5,
  ...ternaryCsr,
  ...ternaryRowpair,
  ...ternaryBase4,
  ...ternaryU2x16,
  ...ternary,
  ...binary,
  ...pow2,
  ...s8,
  ...u8x4,
  ...s4,
];

/** And the one that is generated. */
export const ALL_KERNELS: readonly Kernel[] = [...KERNELS, WEIGHTS_AS_CODE];

/** The kernel of the class of a network. */
export const ARGMAX = 'rnnq_argmax_s16_c';

/** Two vectors as one, by their type. */
export const CONCATS = { s8: 'rnnq_concat_s8_c', s16: 'rnnq_concat_s16_c' } as const;

/** The score of an anomaly, by the type of the input codes. */
export const SCORES = { s8: 'rnnq_score_s8_c', s16: 'rnnq_score_s16_c' } as const;

/** What holds vectors until they are used: those of predictions and windows. */
export const DELAYS = { s8: 'rnnq_delay_s8_c', s16: 'rnnq_delay_s16_c' } as const;

/** The largest and the sum over a window, and what counts its inputs. */
export const POOLS = {
  max: { s8: 'rnnq_pool_max_s8_c', s16: 'rnnq_pool_max_s16_c' },
  sum: { s8: 'rnnq_pool_sum_s8_c', s16: 'rnnq_pool_sum_s16_c' },
} as const;

/** What a sequence has given so far. */
export const RESUMES = { s8: 'rnnq_resume_s8_c', s16: 'rnnq_resume_s16_c', s32: 'rnnq_resume_s32_c' } as const;
export const WAIT = 'rnnq_wait_s16_c';

/** What counts the inputs of a window that is given back, and holds the last vector of it. */
export const COUNT = 'rnnq_count_s16_c';
export const HOLDS = { s8: 'rnnq_hold_s8_c', s16: 'rnnq_hold_s16_c', s32: 'rnnq_hold_s32_c' } as const;

/** Every C function of runtime-c that does not multiply, with its op. */
export const OTHER_KERNELS: readonly { readonly symbol: string; readonly op: OpKind }[] = [
  { symbol: ARGMAX, op: 'argmax' },
  { symbol: WAIT, op: 'wait' },
  { symbol: COUNT, op: 'count' },
  ...Object.values(CONCATS).map((symbol) => ({ symbol, op: 'concat' as const })),
  ...Object.values(SCORES).map((symbol) => ({ symbol, op: 'score' as const })),
  ...Object.values(DELAYS).map((symbol) => ({ symbol, op: 'delay' as const })),
  ...Object.values(RESUMES).map((symbol) => ({ symbol, op: 'resume' as const })),
  ...Object.values(HOLDS).map((symbol) => ({ symbol, op: 'hold' as const })),
  ...Object.values(POOLS).flatMap((own) => Object.values(own).map((symbol) => ({ symbol, op: 'pool' as const }))),
];

/** Kernel classes a core of a class can run, the best first. */
export const RUNNABLE: { readonly [K in Isa]: readonly Isa[] } = {
  c: ['c'],
  dsp: ['dsp', 'c'],
  mve: ['mve', 'dsp', 'c'],
};
