import type { Kernel } from '../../src/targets/kernel.js';
import { KERNELS } from '../../src/targets/kernels.js';
import { WEIGHTS_AS_CODE } from '../../src/targets/sparse-kernels.js';
import { packagePath } from './run-program.js';

/** The kernels that a test calls: those of runtime-c, and the generated one. */
export const ALL_KERNELS: readonly Kernel[] = [...KERNELS, WEIGHTS_AS_CODE];

/** The C files of kernels that have one. */
export const kernelFiles = (kernels: readonly Kernel[]): string[] =>
  kernels.filter((kernel) => kernel.generate === undefined).map((kernel) => kernelFile(kernel.symbol));

/** Path of the C file of a function of runtime-c. */
export function kernelFile(symbol: string): string {
  const stem = symbol.replace(/^rnnq_/, '');
  return packagePath(`runtime-c/kernels/${stem.split('_')[0]}/${stem}.c`);
}
