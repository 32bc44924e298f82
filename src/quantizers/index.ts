import type { FormatName } from '../ir/model.js';
import { binary } from './binary.js';
import { planes2, planes3, s4 } from './integers.js';
import { pow2e2, pow2e3, pow2e7 } from './pow2.js';
import type { Quantizer } from './quantizer.js';
import { s8 } from './s8.js';
import { ternary } from './ternary.js';

/** Every weight format; an omission is a compile error. */
export const QUANTIZERS: { readonly [K in FormatName]: Quantizer } = {
  ternary,
  binary,
  'pow2-2': pow2e2,
  'pow2-3': pow2e3,
  'pow2-7': pow2e7,
  'planes-2': planes2,
  'planes-3': planes3,
  s4,
  s8,
};
