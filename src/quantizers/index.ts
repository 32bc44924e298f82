import type { FormatName } from '../ir/model.js';
import type { Quantizer } from './quantizer.js';
import { s8 } from './s8.js';
import { ternary } from './ternary.js';

/** Every weight format; an omission is a compile error. */
export const QUANTIZERS: { readonly [K in FormatName]: Quantizer } = { ternary, s8 };
