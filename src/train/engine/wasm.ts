import { readFileSync } from 'node:fs';
import { PACKAGE_ROOT } from '../../package-root.js';
import type { Kernels } from './kernels.js';

export type { Kernels };

/** How gemm begins its sums. */
export const GEMM = { fromZero: 0, fromC: 1, fromBias: 2 } as const;

let compiled: WebAssembly.Module | undefined;

/** A shared memory of at least `bytes`. */
export const makeMemory = (bytes: number): WebAssembly.Memory =>
  new WebAssembly.Memory({ initial: Math.max(16, Math.ceil(bytes / 65536)), maximum: 16384, shared: true });

/** Kernels over a memory; the module is compiled once a thread. */
export function instantiate(memory: WebAssembly.Memory): Kernels {
  compiled ??= new WebAssembly.Module(readFileSync(`${PACKAGE_ROOT}dist/train/engine/engine.wasm`));
  const instance = new WebAssembly.Instance(compiled, { env: { memory, abort: () => undefined } });
  return instance.exports as unknown as Kernels;
}
