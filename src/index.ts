/** The public interface of rnnq; docs/library.md shows how it is used. */
export { type Accuracy, measureAccuracy, type Score } from './accuracy.js';
export { withAnomalyThreshold } from './anomaly-threshold.js';
export type { Optimization } from './build/toolchain.js';
export { readModel } from './compiler/1-read/read-model.js';
export { writeModel } from './compiler/1-read/write-model.js';
export type { Files } from './compiler/5-emit/emit.js';
export type { PackageKind } from './compiler/5-emit/packages.js';
export { type Compilation, compile, compileModel } from './compiler/compile.js';
export type { CompileRequest } from './compiler/request.js';
export { type CycleReport, type MeasureOptions, measureCycles, type Spread, type StepCycles } from './cycles.js';
export type { Dataset, Split } from './data/dataset.js';
export { type DataDescription, describeDataset, type PartDescription } from './data/describe.js';
export { loadDataset } from './data/index.js';
export type { DataOptions } from './data/options.js';
export { BugError, type Diagnostic, DiagnosticError } from './diagnostics.js';
export { type FootprintReport, footprint, type SeveralModels } from './footprint.js';
export { compareWithFloat, type Deviation, type FloatComparison } from './interpreter/beside-float.js';
export { fixedOutputs } from './interpreter/fixed-outputs.js';
export { Interpreter, runSequences } from './interpreter/interpret.js';
export { quantizedFloatOutputs } from './interpreter/quantized-float.js';
export type {
  Codes,
  DenseLayer,
  GruLayer,
  InputScaling,
  Layer,
  LstmLayer,
  Matrix,
  Model,
  RnnLayer,
  ScaleShiftLayer,
} from './ir/model.js';
export type { Limits, Objective, Plan } from './ir/plan.js';
export type { Program } from './ir/program.js';
export { type Prediction, predict, type SequencePrediction } from './predict.js';
export { type Proof, type ProveOptions, prove } from './prove.js';
export { buildModel } from './quantizers/build-model.js';
export type { RealLayer, RealMatrix, RealNetwork } from './quantizers/real-network.js';
export { CORES, type Core, type CoreName } from './targets/cores.js';
export type { Metric } from './train/checkpoint.js';
export type { TrainedNetwork } from './train/network.js';
export type { BackendChoice } from './train/optimizer.js';
export type { TrainOptions } from './train/options.js';
export type { RunFolder } from './train/run-folder.js';
export type { Progress, TrainResult, TrainSurroundings } from './train/train.js';
export { type Difference, type Verification, type VerifyOptions, verify } from './verify.js';
export { VERSION } from './version.js';

import type { RunFolder } from './train/run-folder.js';
import type { train as trainNetwork } from './train/train.js';

/** Trains a network on a data set; TF.js is loaded only when this is called. See src/train/train.ts. */
export const train: typeof trainNetwork = async (...args) => (await import('./train/train.js')).train(...args);

/** The folder of a training run, for the `run` of train(); it is made when the training begins. */
export const openRunFolder = async (path: string): Promise<RunFolder> =>
  new (await import('./train/run-folder.js')).RunFolder(path);
