import { readdirSync } from 'node:fs';
import type { Kernel } from '../../src/targets/kernel.js';
import { packagePath } from './run-program.js';

/** The C files of kernels that have one. */
export const kernelFiles = (kernels: readonly Kernel[]): string[] =>
  kernels.filter((kernel) => kernel.generate === undefined).map((kernel) => kernelFile(kernel.symbol));

/** Path of the C file of a function of runtime-c. */
export function kernelFile(symbol: string): string {
  const stem = symbol.replace(/^rnnq_/, '');
  return packagePath(`runtime-c/kernels/${stem.split('_')[0]}/${stem}.c`);
}

/** The C files of front ends and decisions. */
export const STREAM_FILES: readonly string[] = ['frontends', 'decisions'].flatMap((folder) =>
  readdirSync(packagePath(`runtime-c/${folder}`)).map((name) => packagePath(`runtime-c/${folder}/${name}`)),
);
