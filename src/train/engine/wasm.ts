import { readFileSync } from 'node:fs';
import { fail } from '../../diagnostics.js';
import { PACKAGE_ROOT } from '../../package-root.js';
import { trainingMemory } from '../diagnostics.js';
import type { Kernels } from './kernels.js';

/** How gemm begins its sums. */
export const GEMM = { fromZero: 0, fromC: 1, fromBias: 2 } as const;

let compiled: WebAssembly.Module | undefined;

const PAGE_BYTES = 65536;
/** Most pages of a memory: the module is built for them (scripts/build.mjs). */
const MAX_PAGES = 16384;

/** A shared memory of at least `bytes`; a diagnostic where no memory holds them. */
export function makeMemory(bytes: number): WebAssembly.Memory {
  const initial = Math.max(16, Math.ceil(bytes / PAGE_BYTES));
  if (initial > MAX_PAGES) fail(trainingMemory(bytes, MAX_PAGES * PAGE_BYTES));
  return new WebAssembly.Memory({ initial, maximum: MAX_PAGES, shared: true });
}

/** Kernels over a memory; the module is compiled once a thread. */
export function instantiate(memory: WebAssembly.Memory): Kernels {
  compiled ??= new WebAssembly.Module(readFileSync(`${PACKAGE_ROOT}dist/train/engine/engine.wasm`));
  const instance = new WebAssembly.Instance(compiled, { env: { memory, abort: () => undefined } });
  return instance.exports as unknown as Kernels;
}
