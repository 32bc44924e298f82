import type { Compilation } from '../../src/compiler/compile.js';
import type { Mutant } from './mutants.js';

/** Kernel, mistake, and the text it changes: one each for what only this kernel does. */
const MISTAKES: readonly (readonly [kernel: string, mistake: string, from: string, to: string])[] = [
  ['gather_t2', 'gather of the symbol before', '&w[k * stride]', '&w[(k > 0 ? k - 1 : k) * stride]'],
  ['gather_t2', 'gather that does not know the last symbol', 'k >= cols', 'k >= cols - 1'],
  ['gather_t2', 'gather that does not know the first symbol', 'k < 0', 'k <= 0'],
  ['gather_t2', 'gather of a smaller one', '<< fraction', '<< (fraction - 1)'],
  ['matvec_s8_e7', 'power of two shifted too far', '1u << (place - 1u)', '1u << place'],
  ['matvec_s8_e7', 'power of two without its sign', '? -product : product', '? product : product'],
  ['matvec_s8_b1', 'binary sum without the sum of all', '2 * positive - all', '2 * positive'],
  ['matvec_s8_s4', 'nibble without its sign', '^ 8u) - 8', '^ 0u)'],
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
