// AssemblyScript. WASM SIMD kernels of the training engine: raw pointers in bytes, sizes in elements, f32 throughout.
// Row lengths (units, gates x units, outputs) are multiples of 8: the caller pads (src/train/engine/layout.ts).
export { denseBackward, denseForward, denseForwardChip } from './dense';
export { gemm, packPanels } from './gemm';
export {
  candidateBackward, candidateForward, candidateForwardChip, gruBackward, gruForward, gruForwardChip, resetBackward,
  resetForward, resetForwardChip,
} from './gru';
export { distillation, softmaxCrossEntropy } from './losses';
export { lstmBackward, lstmForward, lstmForwardChip } from './lstm';
export { binaryCrossEntropy, blendTargets, probabilities, valueLoss } from './values';
export { rnnBackward, rnnForward, rnnForwardChip } from './rnn';
export {
  addInto, scaleShiftBackward, scaleShiftForward, columnMoments, columnSums, dropOut, fill, gatherRows, largest,
  scatterRows,
} from './vectors';
export {
  gatherWindows, maxBackward, maxForward, meanBackward, meanForward, scatterWindows,
} from './windowed';
