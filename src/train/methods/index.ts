import type { Method } from './method.js';
import { none } from './none.js';
import { binary, exponential, pow2Ternary, ternaryConnect } from './ott2016.js';
import { absmean, planes2, planes3, pow2, s4, s8, twn } from './scaled.js';
import { ternary } from './ternary.js';

export type MethodName =
  | 'none'
  | 'ternary'
  | 'twn'
  | 'absmean'
  | 'binary'
  | 'ternary-connect'
  | 'pow2-ternary'
  | 'exponential'
  | 'pow2'
  | 'planes-2'
  | 'planes-3'
  | 's4'
  | 's8';

/** Every weight method of the trainer; docs/methods.md says what each computes. */
export const METHODS: { readonly [K in MethodName]: Method } = {
  none,
  ternary,
  twn,
  absmean,
  binary,
  'ternary-connect': ternaryConnect,
  'pow2-ternary': pow2Ternary,
  exponential,
  pow2,
  'planes-2': planes2,
  'planes-3': planes3,
  s4,
  s8,
};
