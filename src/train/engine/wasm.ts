import { readFileSync } from 'node:fs';
import { PACKAGE_ROOT } from '../../package-root.js';

/** A kernel of src/train/engine/assembly, which documents the arguments: byte offsets into the memory, counts, numbers. */
type Kernel = (...numbers: number[]) => void;
type Measure = (...numbers: number[]) => number;

export interface Kernels {
  /** b, k, n, rowStride, columnStride, panels */
  readonly packPanels: Kernel;
  /** m, n, k, a, aRow, aColumn, panels, c, ldc, mode, bias */
  readonly gemm: Kernel;
  readonly rnnForward: Kernel;
  readonly rnnForwardChip: Kernel;
  readonly rnnBackward: Kernel;
  readonly gruForward: Kernel;
  readonly gruForwardChip: Kernel;
  readonly gruBackward: Kernel;
  readonly resetForward: Kernel;
  readonly resetForwardChip: Kernel;
  readonly resetBackward: Kernel;
  readonly candidateForward: Kernel;
  readonly candidateForwardChip: Kernel;
  readonly candidateBackward: Kernel;
  readonly lstmForward: Kernel;
  readonly lstmForwardChip: Kernel;
  readonly lstmBackward: Kernel;
  readonly gatherRows: Kernel;
  readonly scatterRows: Kernel;
  readonly scaleShiftForward: Kernel;
  readonly scaleShiftBackward: Kernel;
  readonly dropOut: Kernel;
  /** n, a, value */
  readonly fill: Kernel;
  /** n, a, b */
  readonly addInto: Kernel;
  /** m, n, a, out */
  readonly columnSums: Kernel;
  readonly columnMoments: Kernel;
  readonly largest: Measure;
  readonly softmaxCrossEntropy: Measure;
  /** n, targets, teacher, share */
  readonly blendTargets: Kernel;
  /** m, outputs, ld, form, y, targets, weights, scale */
  readonly valueLoss: Measure;
  readonly distillation: Measure;
}

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
