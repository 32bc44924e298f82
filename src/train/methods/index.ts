import type { Method } from './method.js';
import { none } from './none.js';
import { ternary } from './ternary.js';

export type MethodName = 'none' | 'ternary';

/** Every weight method of the trainer. */
export const METHODS: { readonly [K in MethodName]: Method } = { none, ternary };
