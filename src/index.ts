/** The public interface of rnnq. */
export { type Accuracy, measureAccuracy } from './accuracy.js';
export { readModel } from './compiler/1-read/read-model.js';
export { writeModel } from './compiler/1-read/write-model.js';
export { type Compilation, type CompileOptions, compile } from './compiler/compile.js';
export { type CycleReport, measureCycles } from './cycles.js';
export type { Dataset, Split } from './data/dataset.js';
export { loadDataset } from './data/index.js';
export { BugError, type Diagnostic, DiagnosticError } from './diagnostics.js';
export { type FootprintReport, footprint } from './footprint.js';
export { fixedOutputs } from './interpreter/fixed-outputs.js';
export { Interpreter, runSequences } from './interpreter/interpret.js';
export { quantizedFloatOutputs } from './interpreter/quantized-float.js';
export type {
  AffineLayer,
  Codes,
  DenseLayer,
  GruLayer,
  InputScaling,
  Layer,
  LstmLayer,
  Matrix,
  Model,
  RnnLayer,
} from './ir/model.js';
export type { Program } from './ir/program.js';
export { type Proof, type ProveOptions, prove } from './prove.js';
export { buildModel, type RealNetwork } from './quantizers/build-model.js';
export { CORES, type Core, type CoreName } from './targets/cores.js';
export type { TrainOptions } from './train/options.js';
export type { Progress, TrainResult } from './train/train.js';
export { type Difference, type Verification, type VerifyOptions, verify } from './verify.js';
export { VERSION } from './version.js';

import type { train as trainNetwork } from './train/train.js';

/** Trains a network on a data set; TF.js is loaded only when this is called. See src/train/train.ts. */
export const train: typeof trainNetwork = async (...args) => (await import('./train/train.js')).train(...args);
