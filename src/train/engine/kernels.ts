// Written by node scripts/run.mjs scripts/engine-kernels.ts from the signatures in assembly/, which documents them.

/** A byte offset into the engine's memory. */
type Pointer = number;
type Integer = number;
type Real = number;

// biome-ignore format: one kernel a line
export interface Kernels {
  addInto(n: Integer, a: Pointer, b: Pointer): void;
  binaryCrossEntropy(m: Integer, outputs: Integer, ld: Integer, y: Pointer, targets: Pointer, weights: Pointer, scale: Real): Real;
  blendTargets(n: Integer, targets: Pointer, teacher: Pointer, share: Real): void;
  candidateBackward(batch: Integer, units: Integer, gates: Pointer, h: Pointer, dh: Pointer, dPre: Pointer, mask: Pointer, hard: Integer): void;
  candidateForward(batch: Integer, units: Integer, pre: Pointer, h: Pointer, gates: Pointer, next: Pointer, hard: Integer): void;
  candidateForwardChip(batch: Integer, units: Integer, pre: Pointer, h: Pointer, gates: Pointer, next: Pointer, next8: Pointer, mask: Pointer, tanh: Pointer, scale: Real, hard: Integer): void;
  columnMoments(m: Integer, n: Integer, a: Pointer, sums: Pointer, squares: Pointer): void;
  columnSums(m: Integer, n: Integer, a: Pointer, out: Pointer): void;
  denseBackward(n: Integer, y: Pointer, d: Pointer, mask: Pointer, kind: Integer): void;
  denseForward(n: Integer, sums: Pointer, out: Pointer, kind: Integer): void;
  denseForwardChip(n: Integer, sums: Pointer, out: Pointer, mask: Pointer, table: Pointer, scale: Real, largest: Real, reading: Integer, kind: Integer): void;
  distillation(m: Integer, classes: Integer, ld: Integer, logits: Pointer, teacher: Pointer, labels: Pointer, weights: Pointer, scale: Real, temperature: Real, room: Pointer, gradient: Pointer): Real;
  dropOut(n: Integer, seed: Integer, rate: Real, a: Pointer, out: Pointer): void;
  fill(n: Integer, a: Pointer, value: Real): void;
  gatherRows(m: Integer, n: Integer, size: Integer, symbols: Pointer, table: Pointer, bias: Pointer, out: Pointer): void;
  gatherWindows(steps: Integer, batch: Integer, n: Integer, ld: Integer, window: Integer, skipped: Integer, stride: Integer, x: Pointer, outLd: Integer, out: Pointer): void;
  gemm(m: Integer, n: Integer, k: Integer, a: Pointer, aRow: Integer, aColumn: Integer, panels: Pointer, c: Pointer, ldc: Integer, mode: Integer, bias: Pointer): void;
  gruBackward(batch: Integer, units: Integer, gates: Pointer, hPart: Pointer, h: Pointer, dh: Pointer, dxPart: Pointer, dhPart: Pointer, mask: Pointer, hard: Integer): void;
  gruForward(batch: Integer, units: Integer, xPart: Pointer, hPart: Pointer, h: Pointer, gates: Pointer, next: Pointer, hard: Integer): void;
  gruForwardChip(batch: Integer, units: Integer, xPart: Pointer, hPart: Pointer, h: Pointer, gates: Pointer, next: Pointer, next8: Pointer, mask: Pointer, sigmoid: Pointer, tanh: Pointer, scale: Real, hard: Integer): void;
  largest(n: Integer, a: Pointer): Real;
  lstmBackward(batch: Integer, units: Integer, gates: Pointer, c: Pointer, tanhC: Pointer, dh: Pointer, dc: Pointer, dGates: Pointer, mask: Pointer, maskC: Pointer, hard: Integer): void;
  lstmForward(batch: Integer, units: Integer, gates: Pointer, c: Pointer, cNext: Pointer, next: Pointer, tanhC: Pointer, hard: Integer): void;
  lstmForwardChip(batch: Integer, units: Integer, gates: Pointer, c: Pointer, cNext: Pointer, next: Pointer, tanhC: Pointer, mask: Pointer, maskC: Pointer, sigmoid: Pointer, tanh: Pointer, cScale: Real, hScale: Real, hard: Integer): void;
  maxBackward(steps: Integer, batch: Integer, n: Integer, skipped: Integer, stride: Integer, d: Pointer, which: Pointer, dx: Pointer): void;
  maxForward(steps: Integer, batch: Integer, n: Integer, window: Integer, skipped: Integer, stride: Integer, x: Pointer, out: Pointer, which: Pointer): void;
  meanBackward(steps: Integer, batch: Integer, n: Integer, window: Integer, skipped: Integer, stride: Integer, d: Pointer, dx: Pointer): void;
  meanForward(steps: Integer, batch: Integer, n: Integer, window: Integer, skipped: Integer, stride: Integer, x: Pointer, out: Pointer, scale: Real, pre: Integer, m: Integer, bits: Integer): void;
  packPanels(b: Pointer, k: Integer, n: Integer, rowStride: Integer, columnStride: Integer, panels: Pointer): void;
  probabilities(n: Integer, logits: Pointer): void;
  resetBackward(batch: Integer, units: Integer, gates: Pointer, h: Pointer, drh: Pointer, dh: Pointer, dPre: Pointer, mask: Pointer, hard: Integer): void;
  resetForward(batch: Integer, units: Integer, pre: Pointer, h: Pointer, gates: Pointer, rh: Pointer, hard: Integer): void;
  resetForwardChip(batch: Integer, units: Integer, pre: Pointer, h: Pointer, gates: Pointer, rh: Pointer, mask: Pointer, sigmoid: Pointer, scale: Real, hard: Integer): void;
  rnnBackward(batch: Integer, units: Integer, gates: Pointer, dh: Pointer, dPre: Pointer, mask: Pointer, kind: Integer): void;
  rnnForward(batch: Integer, units: Integer, gates: Pointer, next: Pointer, kind: Integer): void;
  rnnForwardChip(batch: Integer, units: Integer, gates: Pointer, next: Pointer, mask: Pointer, tanh: Pointer, hScale: Real, largest: Real, kind: Integer): void;
  scaleShiftBackward(m: Integer, n: Integer, x: Pointer, scale: Pointer, shift: Pointer, chip: Real, most: Real, du: Pointer, dScale: Pointer, dShift: Pointer): void;
  scaleShiftForward(m: Integer, n: Integer, x: Pointer, scale: Pointer, shift: Pointer, chip: Real, most: Real, u: Pointer): void;
  scatterRows(m: Integer, n: Integer, size: Integer, symbols: Pointer, d: Pointer, table: Pointer): void;
  scatterWindows(steps: Integer, batch: Integer, n: Integer, ld: Integer, window: Integer, skipped: Integer, stride: Integer, d: Pointer, dLd: Integer, dx: Pointer): void;
  softmaxCrossEntropy(m: Integer, classes: Integer, ld: Integer, logits: Pointer, labels: Pointer, weights: Pointer, scale: Real, correct: Pointer): Real;
  valueLoss(m: Integer, outputs: Integer, ld: Integer, form: Integer, y: Pointer, targets: Pointer, weights: Pointer, scale: Real): Real;
}
