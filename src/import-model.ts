import { withAnomalyThreshold } from './anomaly-threshold.js';
import { checkModel } from './compiler/1-read/check-model.js';
import { lower } from './compiler/2-lower/lower.js';
import { fail, rangeOverflow, scaleOutOfRange, throwIfAny } from './diagnostics.js';
import { type RowScaleKind, ScaleRangeError } from './fixed/formats.js';
import { calibrate, type LayerRange } from './importers/calibrate.js';
import { type Closeness, Comparison, decide, type Outputs } from './importers/compare.js';
import {
  importDataFit,
  importNeedsRealData,
  importReversed,
  importSaturation,
  inFile,
} from './importers/diagnostics.js';
import { type FloatNetwork, parameterCount } from './importers/float-network.js';
import { FloatRun } from './importers/float-run.js';
import { ImportedInput, type InputWishes } from './importers/imported-input.js';
import type { Imported } from './importers/importer.js';
import { namesOfOutputs, quantitiesOf, withLabels } from './importers/outputs.js';
import { quantizeLayers, type WeightFormats } from './importers/quantize.js';
import {
  type Affine,
  inCodes,
  inValues,
  normalSteps,
  type Reconstruction,
  ReconstructionErrors,
  repeatOf,
  wholeWindows,
} from './importers/reconstruction.js';
import type { Recorded } from './importers/recorded-input.js';
import { countSaturated, isUnbounded, MAX_SATURATED, saturationNote } from './importers/relu.js';
import { rewrite, withOutputs } from './importers/rewrite.js';
import { fixedOutputs } from './interpreter/fixed-outputs.js';
import { quantizedFloatOutputs } from './interpreter/quantized-float.js';
import type { ActivationBits, Codes, Model } from './ir/model.js';
import { comesAt, outputRate } from './ir/rate.js';
import { givenBack } from './ir/reconstruction.js';
import { verifyProgram } from './ops/verify.js';
import { buildModel } from './quantizers/build-model.js';
import type { RealNetwork } from './quantizers/real-network.js';

/** How an imported network is quantized, and from what. */
export interface ImportWishes extends InputWishes {
  /** The file, for complaints and the model's facts. */
  readonly path: string;
  readonly name: string;
  readonly weights: WeightFormats;
  readonly rowScale: RowScaleKind;
  /** Default: 16 where the outputs themselves are used (a linear head), 8 where a decision is made of them. */
  readonly activationBits?: ActivationBits | undefined;
}

/** The model, and how close it is to the float64 original on the data. */
export interface ImportResult {
  readonly model: Model;
  readonly notes: readonly string[];
  readonly weights: number;
  readonly sequences: number;
  /** Output rows compared. */
  readonly rows: number;
  readonly quantized: Closeness;
  readonly fixed: Closeness;
  /** Shares of right decisions; null where the data have no labels, or the network decides nothing. */
  readonly accuracy: { readonly float: number; readonly quantized: number; readonly fixed: number } | null;
  /** Mean squared errors of what is given back of the data, in the values of the file; null where windows are not given back. */
  readonly reconstruction: Reconstruction | null;
}

/**
 * The network of another tool as a model of rnnq: rewritten exactly, its formats chosen from data, measured beside the
 * original, which runs as its own tool computes it.
 * @throws DiagnosticError with all that rnnq cannot do
 */
export function importModel(imported: Imported, wishes: ImportWishes): ImportResult {
  const original = withLabels(imported.network, wishes);
  const rewritten = rewrite(wishes.path, original);
  throwIfAny([...imported.problems, ...(imported.problems.length > 0 ? [] : rewritten.problems)]);
  const { network } = rewritten;
  const unbounded = network.layers.find(isUnbounded);
  if (unbounded !== undefined && !('source' in wishes.data))
    fail(importNeedsRealData(inFile(wishes.path, unbounded.name)));
  const activationBits = wishes.activationBits ?? (original.head === 'linear' || unbounded !== undefined ? 16 : 8);
  const input = new ImportedInput(network, wishes);
  const recordedInput = input.recorded();
  const { calibration, test, labels } = recordedInput;
  checkLengths(network, [...new Set([...calibration, ...test])], input.width);
  const x = calibration.map(({ values }) => input.toNetwork(values));
  const outputs = quantitiesOf(network, x);
  const scaled =
    outputs === null
      ? network
      : withOutputs(
          network,
          Float64Array.from(outputs, ({ scale }) => scale),
        )!;
  const scaling = input.scaling(calibration, activationBits);
  // what reads the codes can have one layer more in front
  const affine = input.affine(scaling);
  const read = input.readBy(repeatOf(network) === undefined ? scaled : inCodes(scaled, affine), scaling);
  const u = calibration.map(({ values }) => wholeWindows(input.toCodes(values, scaling), network));
  const ranges = calibrate(read, u);
  const saturation = countSaturated(read, ranges, u);
  throwIfAny(
    saturation.flatMap((own) =>
      own.saturated > MAX_SATURATED * own.values ? importSaturation(inFile(wishes.path, own.name), own) : [],
    ),
  );
  const { layers, notes } = quantizeLayers(read, {
    weights: wishes.weights,
    rowScale: wishes.rowScale,
    activationBits,
    input: scaling,
    ranges,
  });
  const codes = (recorded: Recorded): Codes => input.codes(recorded.values, scaling, activationBits);
  const untuned = built({
    name: wishes.name,
    activationBits,
    input: 'reading' in wishes.data ? { ...scaling, reading: wishes.data.reading } : scaling,
    layers,
    ...(outputs !== null && { task: 'regress', outputs }),
    ...(network.head === 'sigmoid' && { task: 'detect' }),
    ...(repeatOf(network) && { task: 'anomaly', anomaly: { ahead: 0, smoothing: 0, threshold: LEAST_THRESHOLD } }),
    labels: namesOfOutputs(labels, network),
    goldenInput: codes(test[0]!).slice(0, MAX_GOLDEN_STEPS * input.width),
    training: factsOf(imported, wishes),
  });
  const model =
    repeatOf(network) === undefined
      ? untuned
      : withAnomalyThreshold(untuned, normalSteps('--data', recordedInput, codes, input.width));
  const measured = measure(
    wishes.path,
    original,
    model,
    affine,
    test.map((recorded) => ({ recorded, codes: codes(recorded), x: input.toNetwork(recorded.values) })),
    labels,
  );
  const training =
    measured.accuracy === null ? model.training : { ...model.training, floatTestAccuracy: measured.accuracy.float };
  return {
    model: { ...model, training },
    notes: [
      ...imported.notes,
      ...rewritten.notes,
      ...clipNotes(read, ranges),
      ...saturation.map(saturationNote),
      ...notes,
      ...input.notes,
    ],
    weights: parameterCount(network),
    ...measured,
  };
}

/** A network of windows needs as many steps as its first output takes. */
function checkLengths({ layers, allSteps }: FloatNetwork, sequences: readonly Recorded[], width: number): void {
  const first = repeatOf({ layers })?.steps ?? outputRate(layers).first;
  const lengths = sequences.map(({ values }) => values.length / width);
  const other = lengths.find((steps) => steps !== first);
  if (allSteps && other !== undefined)
    fail(importDataFit('--data', `a sequence has ${other} steps, the network reads sequences of ${first}`));
  const short = lengths.filter((steps) => steps < first);
  if (short.length === 0) return;
  const shortest = short.reduce((a, b) => Math.min(a, b));
  const { name } = sequences[lengths.indexOf(shortest)]!;
  const which = name === undefined ? 'the shortest' : `the shortest, ${JSON.stringify(name)},`;
  const message = `${short.length} of ${lengths.length} sequences end before the network's first output, which comes with step ${first}; ${which} has ${shortest} steps`;
  fail(importDataFit('--data', message, 'leave short recordings out'));
}

/** A threshold that every score reaches, until one is chosen. */
const LEAST_THRESHOLD = 2 ** -30;
/** Longest recorded sequence in a model. */
const MAX_GOLDEN_STEPS = 64;
function built(network: RealNetwork): Model {
  try {
    const model = buildModel(network);
    throwIfAny(checkModel(model));
    return model;
  } catch (error) {
    if (error instanceof ScaleRangeError) fail(scaleOutOfRange('imported network', error.message));
    throw error;
  }
}

function factsOf({ origin, network }: Imported, { path }: ImportWishes): Model['training'] {
  const { window } = network.input;
  return {
    source: path.split(/[\\/]/).at(-1)!,
    sourceFormat: origin.format,
    sourceProducer: origin.producer,
    head: network.head,
    ...(window === null ? {} : { window }),
  };
}

/** A limit of |c| that other tools have, where rnnq has the range of its format. */
const clipNotes = ({ layers }: FloatNetwork, ranges: readonly LayerRange[]): string[] =>
  layers.flatMap((layer, i) => {
    if (!('cellClip' in layer) || layer.cellClip === undefined) return [];
    const reached = ranges[i]!.cell >= layer.cellClip;
    return `${layer.name}: the limit ${layer.cellClip} of the cell state is dropped; ${reached ? 'the data reach it, which is in the difference below' : 'the data stay below it'}`;
  });

interface Measured {
  readonly recorded: Recorded;
  readonly codes: Codes;
  readonly x: Float64Array;
}

/** The three networks side by side. */
function measure(
  path: string,
  original: FloatNetwork,
  model: Model,
  affine: Affine,
  test: readonly Measured[],
  labels: readonly string[],
): Pick<ImportResult, 'sequences' | 'rows' | 'quantized' | 'fixed' | 'accuracy' | 'reconstruction'> {
  const { everyStep, layers } = original;
  const repeat = repeatOf(original);
  const errors = repeat && new ReconstructionErrors(repeat.steps);
  // one sigmoid is two classes in rnnq, the logit of the first is 0
  const single = original.head === 'sigmoid' && layers.at(-1)!.units === 1;
  const head = single ? 'softmax' : original.head;
  const outputs = single ? 2 : layers.at(-1)!.units;
  const scales = model.outputs?.map(({ scale }) => scale);
  const real = (rows: Outputs): Outputs =>
    repeat
      ? inValues(rows, affine)
      : scales === undefined
        ? rows
        : rows.map((row) => Array.from(row, (value, j) => value * scales[j]!));
  const program = lower(model);
  throwIfAny(verifyProgram(program).map(({ origin, message }) => rangeOverflow(origin, message)));
  const run = new FloatRun(original);
  const [quantized, fixed] = [new Comparison(outputs, head), new Comparison(outputs, head)];
  const right = { float: 0, quantized: 0, fixed: 0 };
  const classes = classesOf(labels, outputs, head);
  let [rows, asked] = [0, 0];
  const rate = outputRate(original.layers);
  /** Of outputs after every step those that are new. */
  const given = (outputs: Outputs): Outputs => {
    if (repeat) return givenBack(outputs, repeat.steps);
    return everyStep ? outputs.filter((_, t) => comesAt(rate, t + 1)) : outputs;
  };
  test.forEach(({ recorded, codes: ownCodes, x: own }, sequence) => {
    const [x, codes] = [wholeWindows(own, original), wholeWindows(ownCodes, original)];
    const whole = single ? run.run(x).map(([logit]) => Float64Array.of(0, logit!)) : run.run(x);
    const found = {
      float: given(everyStep ? whole : whole.slice(-1)),
      quantized: given(real(quantizedFloatOutputs(model, codes, everyStep))),
      fixed: given(real(fixedOutputs(model, program, codes, everyStep))),
    };
    rows += found.float.length;
    quantized.note(sequence, found.float, found.quantized);
    fixed.note(sequence, found.float, found.fixed);
    errors?.note(x, found.float, found.fixed);
    if (classes === null || recorded.labels.length !== found.float.length) return;
    recorded.labels.forEach((label, t) => {
      asked++;
      for (const name of ['float', 'quantized', 'fixed'] as const)
        if (decide(found[name][t]!, head)[0] === classes.get(label)) right[name]++;
    });
  });
  const share = (count: number) => count / asked;
  const accuracy =
    asked === 0 ? null : { float: share(right.float), quantized: share(right.quantized), fixed: share(right.fixed) };
  if (errors?.isReversed) fail(importReversed(path));
  const reconstruction = errors?.result() ?? null;
  return {
    ...{ sequences: test.length, rows, quantized: quantized.result(), fixed: fixed.result() },
    ...{ accuracy, reconstruction },
  };
}

/** The class that the network means by each label: whole numbers name theirs, others count in their order. */
function classesOf(labels: readonly string[], outputs: number, head: FloatNetwork['head']): Map<string, number> | null {
  if (labels.length === 0 || head !== 'softmax') return null;
  const numbers = labels.every((label) => /^\d+$/.test(label) && Number(label) < outputs);
  if (!numbers && labels.length !== outputs)
    fail(importDataFit('--data', `labels in the data: ${labels.length}, classes of the network: ${outputs}`));
  return new Map(labels.map((label, k) => [label, numbers ? Number(label) : k]));
}
