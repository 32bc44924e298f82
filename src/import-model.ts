import { checkModel } from './compiler/1-read/check-model.js';
import { lower } from './compiler/2-lower/lower.js';
import { badValue, fail, rangeOverflow, scaleOutOfRange, throwIfAny } from './diagnostics.js';
import { type RowScaleKind, ScaleRangeError } from './fixed/formats.js';
import { calibrate, inputRange, type LayerRange, syntheticSequences } from './importers/calibrate.js';
import { type Closeness, Comparison, decide, type Outputs } from './importers/compare.js';
import { importDataFit } from './importers/diagnostics.js';
import { type FloatNetwork, parameterCount } from './importers/float-network.js';
import { FloatRun } from './importers/float-run.js';
import type { Imported } from './importers/importer.js';
import { quantizeLayers, type WeightFormats } from './importers/quantize.js';
import type { Recorded, RecordedInput } from './importers/recorded-input.js';
import { rewrite, withInput } from './importers/rewrite.js';
import { fixedOutputs } from './interpreter/fixed-outputs.js';
import { quantizedFloatOutputs } from './interpreter/quantized-float.js';
import { inputCodes } from './ir/input-codes.js';
import { ACTIVATION_FORMATS, type ActivationBits, type Codes, type InputScaling, type Model } from './ir/model.js';
import { verifyProgram } from './ops/verify.js';
import { buildModel, type RealNetwork } from './quantizers/build-model.js';

/** How an imported network is quantized, and from what. */
export interface ImportWishes {
  /** The file, for complaints and the model's facts. */
  readonly path: string;
  readonly name: string;
  /** Recorded input, or the range of random input. */
  readonly data: RecordedInput | readonly [low: number, high: number];
  readonly weights: WeightFormats;
  readonly rowScale: RowScaleKind;
  /** Default: 16 where the outputs themselves are used (a linear head), 8 where a decision is made of them. */
  readonly activationBits?: ActivationBits | undefined;
  /** The network reads (v - offset) * scale of the data's values v: one number, or one for each feature. */
  readonly inputOffset?: readonly number[] | undefined;
  readonly inputScale?: readonly number[] | undefined;
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
}

/**
 * The network of another tool as a model of rnnq: rewritten exactly, its formats chosen from data, measured beside the
 * original, which runs as its own tool computes it.
 * @throws DiagnosticError with all that rnnq cannot do
 */
export function importModel(imported: Imported, wishes: ImportWishes): ImportResult {
  const { network: original } = imported;
  const rewritten = rewrite(wishes.path, original);
  throwIfAny([...imported.problems, ...(imported.problems.length > 0 ? [] : rewritten.problems)]);
  const { network } = rewritten;
  const activationBits = wishes.activationBits ?? (original.head === 'linear' ? 16 : 8);
  const input = new ImportedInput(network, wishes);
  const { calibration, test, labels } = input.recorded();
  const ranges = calibrate(
    network,
    calibration.map(({ values }) => input.toNetwork(values)),
  );
  const scaling = input.scaling(calibration, activationBits);
  const { layers, notes } = quantizeLayers(input.readBy(network, scaling), {
    weights: wishes.weights,
    rowScale: wishes.rowScale,
    activationBits,
    input: scaling,
    ranges,
  });
  const codes = (recorded: Recorded): Codes => input.codes(recorded.values, scaling, activationBits);
  const model = built({
    name: wishes.name,
    activationBits,
    input: scaling,
    layers,
    labels: labels.length === layers.at(-1)!.units ? labels : [],
    goldenInput: codes(test[0]!).slice(0, MAX_GOLDEN_STEPS * input.width),
    training: factsOf(imported, wishes),
  });
  const measured = measure(
    original,
    model,
    test.map((recorded) => ({ recorded, codes: codes(recorded), x: input.toNetwork(recorded.values) })),
    labels,
  );
  const training =
    measured.accuracy === null ? model.training : { ...model.training, floatTestAccuracy: measured.accuracy.float };
  return {
    model: { ...model, training },
    notes: [...imported.notes, ...rewritten.notes, ...clipNotes(network, ranges), ...notes, ...input.notes],
    weights: parameterCount(network),
    ...measured,
  };
}

/** Longest recorded sequence in a model. */
const MAX_GOLDEN_STEPS = 64;
/** Room above the largest input of the calibration data. */
const INPUT_MARGIN = 1.1;

/** Values of the data, values of the network and codes of the model. */
class ImportedInput {
  readonly notes: string[] = [];
  readonly width: number;
  readonly #offset: Float64Array;
  readonly #scale: Float64Array;

  constructor(
    readonly network: FloatNetwork,
    readonly wishes: ImportWishes,
  ) {
    const { size, encoding, window } = network.input;
    this.width = encoding === 'symbols' ? 1 : size;
    const spread = (option: string, given: readonly number[] | undefined, otherwise: number): Float64Array => {
      if (given !== undefined && given.length !== 1 && given.length !== this.width)
        fail(badValue(option, `has ${given.length} values, 1 or ${this.width} are needed`));
      return Float64Array.from({ length: this.width }, (_, i) => given?.[i % given.length] ?? otherwise);
    };
    this.#offset = spread('--input-offset', wishes.inputOffset, 0);
    this.#scale = spread('--input-scale', wishes.inputScale, 1);
    if (window !== null)
      this.notes.push(
        `the source has sequences of ${window} steps: reset the network before each, and take its output after ${window} steps`,
      );
  }

  recorded(): Pick<RecordedInput, 'calibration' | 'test' | 'labels'> {
    const { data } = this.wishes;
    if ('source' in data) return data;
    this.notes.push(`formats were chosen from random input between ${data[0]} and ${data[1]}, which is only a guess`);
    const random = syntheticSequences(this.network, data).map((values) => ({ values, labels: [] }));
    return { calibration: random, test: random, labels: [] };
  }

  /** What the network reads where the data have v. */
  toNetwork(values: Float64Array): Float64Array {
    if (this.network.input.encoding === 'symbols') return values;
    return values.map((v, k) => (v - this.#offset[k % this.width]!) * this.#scale[k % this.width]!);
  }

  /** Codes over the range of the calibration data. */
  scaling(calibration: readonly Recorded[], bits: ActivationBits): InputScaling {
    const { size, encoding } = this.network.input;
    const fraction = ACTIVATION_FORMATS[bits].unitFraction;
    if (encoding === 'symbols') return { size, encoding: 'one-hot', fraction, offset: [0], scale: [1] };
    const { low, high } = inputRange(
      calibration.map(({ values }) => values),
      size,
    );
    const offset = Array.from(low, (least, i) => Math.fround((least + high[i]!) / 2));
    const scale = Array.from(low, (least, i) => {
      const half = (INPUT_MARGIN * (high[i]! - least)) / 2;
      return half > 1e-30 ? Math.fround(1 / half) : 1;
    });
    return { size, fraction, offset, scale };
  }

  /** The network for u = (v - offset) * scale of the model's codes. */
  readBy(network: FloatNetwork, { offset, scale }: InputScaling): FloatNetwork {
    if (network.input.encoding === 'symbols') return network;
    const gain = this.#scale.map((s, i) => s / scale[i]!);
    return withInput(
      network,
      gain,
      this.#scale.map((s, i) => (offset[i]! - this.#offset[i]!) * s),
    );
  }

  codes(values: Float64Array, scaling: InputScaling, bits: ActivationBits): Codes {
    return scaling.encoding === 'one-hot' ? Int16Array.from(values) : inputCodes(values, scaling, bits);
  }
}

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
  original: FloatNetwork,
  model: Model,
  test: readonly Measured[],
  labels: readonly string[],
): Pick<ImportResult, 'sequences' | 'rows' | 'quantized' | 'fixed' | 'accuracy'> {
  const { head, everyStep, layers } = original;
  const outputs = layers.at(-1)!.units;
  const program = lower(model);
  throwIfAny(verifyProgram(program).map(({ origin, message }) => rangeOverflow(origin, message)));
  const run = new FloatRun(original);
  const [quantized, fixed] = [new Comparison(outputs, head), new Comparison(outputs, head)];
  const right = { float: 0, quantized: 0, fixed: 0 };
  const classes = classesOf(labels, outputs, head);
  let [rows, asked] = [0, 0];
  test.forEach(({ recorded, codes, x }, sequence) => {
    const whole = run.run(x);
    const found = {
      float: (everyStep ? whole : whole.slice(-1)) as Outputs,
      quantized: quantizedFloatOutputs(model, codes, everyStep) as Outputs,
      fixed: fixedOutputs(model, program, codes, everyStep) as Outputs,
    };
    rows += found.float.length;
    quantized.note(sequence, found.float, found.quantized);
    fixed.note(sequence, found.float, found.fixed);
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
  return { sequences: test.length, rows, quantized: quantized.result(), fixed: fixed.result(), accuracy };
}

/** The class that the network means by each label: whole numbers name theirs, others count in their order. */
function classesOf(labels: readonly string[], outputs: number, head: FloatNetwork['head']): Map<string, number> | null {
  const classes = head === 'softmax' ? outputs : 2;
  if (labels.length === 0 || head === 'linear' || (head === 'sigmoid' && outputs !== 1)) return null;
  const numbers = labels.every((label) => /^\d+$/.test(label) && Number(label) < classes);
  if (!numbers && labels.length !== classes)
    fail(importDataFit('--data', `the data have ${labels.length} classes, the network ${classes}`));
  return new Map(labels.map((label, k) => [label, numbers ? Number(label) : k]));
}
