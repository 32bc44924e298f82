import type { Method } from './method.js';
import { none } from './none.js';
import { binaryNormalized, planes2, planes3, pow2, s4, ternary } from './normalized.js';
import { binary, exponential, pow2Ternary, ternaryConnect } from './ott2016.js';
import { absmean, s8, twn } from './scaled.js';

export type MethodName =
  | 'none'
  | 'ternary'
  | 'binary-normalized'
  | 'planes-2'
  | 'planes-3'
  | 's4'
  | 'pow2'
  | 's8'
  | 'twn'
  | 'absmean'
  | 'binary'
  | 'ternary-connect'
  | 'pow2-ternary'
  | 'exponential';

/** Every weight method of the trainer; docs/methods.md says what each computes. */
export const METHODS: { readonly [K in MethodName]: Method } = {
  none,
  ternary,
  'binary-normalized': binaryNormalized,
  'planes-2': planes2,
  'planes-3': planes3,
  s4,
  pow2,
  s8,
  twn,
  absmean,
  binary,
  'ternary-connect': ternaryConnect,
  'pow2-ternary': pow2Ternary,
  exponential,
};
