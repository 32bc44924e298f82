// AssemblyScript. WASM SIMD kernels of the training engine: raw pointers in bytes, sizes in elements, f32 throughout.
// Row lengths (units, gates x units, outputs) are multiples of 8: the caller pads (src/train/engine/layout.ts).
export { gemm, packPanels } from './gemm';
export { gruForward, gruBackward, gruForwardQuantized } from './gru';
export { lstmForward, lstmBackward, lstmForwardQuantized } from './lstm';
export { addInto, columnSums, fill, softmaxCrossEntropy, sumOfSquares, adam } from './vectors';
