import type { Compilation } from '../../src/compiler/compile.js';
import type { Mutant } from './mutants.js';

/** Kernel, mistake, and the text it changes: one each for what only this kernel does. */
const MISTAKES: readonly (readonly [kernel: string, mistake: string, from: string, to: string])[] = [
  ['gather_ternary', 'gather of the symbol before', '&w[k * (', '&w[(k > 0 ? k - 1 : k) * ('],
  ['gather_ternary', 'gather that does not know the last symbol', '0, cols - 1)', '0, cols - 2)'],
  ['gather_ternary', 'gather that does not know the first symbol', '0, cols - 1)', '1, cols - 1)'],
  ['gather_ternary', 'gather of a smaller one', '<< fraction', '<< (fraction - 1)'],
  ['matvec_s8_pow2', 'power of two of another exponent', '{ 0, 1, 2, 4, 8, 16', '{ 0, 2, 4, 8, 16, 32'],
  ['matvec_s8_pow2', 'power of two without its sign', 'nibble & 15u', 'nibble & 7u'],
  ['matvec_s8_swar8', 'code instead of its weight', '(word & mask) - offset', '(word & mask)'],
  ['matvec_s8_swar8', 'weight of the row before', 'word >> 16', 'word >> 15'],
];

/** The mistakes of the kernels that a network uses. */
export const kernelMutants = ({ files }: Compilation): Mutant[] =>
  MISTAKES.flatMap(([kernel, kind, from, to]) => {
    const path = `src/rnnq_${kernel}_c.c`;
    const text = files.get(path);
    if (text === undefined) return [];
    if (!text.includes(from)) throw new Error(`${path} has no "${from}"`);
    return [{ kind, what: `${kernel}: ${from} -> ${to}`, path, text: text.replace(from, to) }];
  });
