import { readFileSync } from 'node:fs';
import { PACKAGE_ROOT } from '../../package-root.js';

/** The kernels of src/train/engine/assembly; pointers are byte offsets into the memory, sizes count elements. */
export interface Kernels {
  packPanels(b: number, k: number, n: number, rowStride: number, columnStride: number, panels: number): void;
  gemm(
    ...[m, n, k, a, aRow, aColumn, panels, c, ldc, mode, bias]: [
      ...[m: number, n: number, k: number, a: number, aRow: number, aColumn: number],
      ...[panels: number, c: number, ldc: number, mode: GemmMode, bias: number],
    ]
  ): void;
  gruForward(batch: number, units: number, xPart: number, hPart: number, h: number, gates: number, next: number): void;
  gruForwardQuantized(...pointers: number[]): void;
  gruBackward(...pointers: number[]): void;
  lstmForward(...pointers: number[]): void;
  lstmForwardQuantized(...pointers: number[]): void;
  lstmBackward(...pointers: number[]): void;
  fill(n: number, a: number, value: number): void;
  addInto(n: number, a: number, b: number): void;
  columnSums(m: number, n: number, a: number, out: number): void;
  softmaxCrossEntropy(
    ...[m, classes, ld, logits, labels, scale, right]: [number, number, number, number, number, number, number]
  ): number;
}

/** How gemm begins its sums. */
export const GEMM = { fromZero: 0, fromC: 1, fromBias: 2 } as const;
export type GemmMode = (typeof GEMM)[keyof typeof GEMM];

let compiled: WebAssembly.Module | undefined;

/** Kernels over a memory of at least `bytes`; the module is compiled once. */
export function instantiate(bytes: number): { kernels: Kernels; memory: WebAssembly.Memory } {
  compiled ??= new WebAssembly.Module(readFileSync(`${PACKAGE_ROOT}dist/train/engine/engine.wasm`));
  const memory = new WebAssembly.Memory({
    initial: Math.max(16, Math.ceil(bytes / 65536)),
    maximum: 16384,
    shared: true,
  });
  const instance = new WebAssembly.Instance(compiled, { env: { memory, abort: () => undefined } });
  return { kernels: instance.exports as unknown as Kernels, memory };
}
