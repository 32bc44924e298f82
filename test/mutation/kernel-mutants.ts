import type { Compilation } from '../../src/compiler/compile.js';
import type { Mutant } from './mutants.js';

/** Kernel, mistake, and the text it changes: one each for what only this kernel does. */
const MISTAKES: readonly (readonly [kernel: string, mistake: string, from: string, to: string])[] = [
  ['gather_ternary', 'gather of the symbol before', '&w[one.k * (', '&w[(one.k > 0 ? one.k - 1 : 0) * ('],
  ['gather_ternary', 'gather that does not know the last symbol', '0, cols - 1)', '0, cols - 2)'],
  ['gather_ternary', 'gather that does not know the first symbol', '0, cols - 1)', '1, cols - 1)'],
  ['gather_ternary', 'gather of a smaller one', '<< fraction', '<< (fraction - 1)'],
  ['matvec_s8_pow2', 'power of two of another exponent', '{ 0, 1, 2, 4, 8, 16', '{ 0, 2, 4, 8, 16, 32'],
  ['matvec_s8_pow2', 'power of two without its sign', 'nibble & 15u', 'nibble & 7u'],
  ['matvec_s8_swar8', 'code instead of its weight', '(word & mask) - offset', '(word & mask)'],
  ['matvec_s8_swar8', 'weight of the row before', 'word >> 16', 'word >> 15'],
];

/** Helpers that kernels of matrices share. */
const HEADER = 'src/rnnq_matrix.h';

/** The mistakes of the kernels that a network uses, in the kernel's file or in the header. */
export const kernelMutants = ({ files }: Compilation): Mutant[] =>
  MISTAKES.flatMap(([kernel, kind, from, to]) => {
    const own = `src/rnnq_${kernel}_c.c`;
    if (!files.has(own)) return [];
    const path = [own, HEADER].find((file) => files.get(file)?.includes(from));
    if (path === undefined) throw new Error(`${own} has no "${from}"`);
    return [{ kind, what: `${kernel}: ${from} -> ${to}`, path, text: files.get(path)!.replace(from, to) }];
  });
