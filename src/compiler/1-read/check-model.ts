import {
  affineOneHot,
  affineUnits,
  badName,
  biasLength,
  type Diagnostic,
  duplicateLayerName,
  goldenLength,
  jointScaleMismatch,
  labelsMismatch,
  noRecurrentLayer,
  scaleLength,
  scalingLength,
  tooManySymbols,
  weightsShapeMismatch,
} from '../../diagnostics.js';
import type { RowScale } from '../../fixed/formats.js';
import {
  type ActivationBits,
  hiddenFraction,
  type Layer,
  type Matrix,
  type Model,
  outputFraction,
  outputSize,
  stepLength,
} from '../../ir/model.js';
import { isName } from '../../ir/name.js';
import { LAYERS } from '../../layers/index.js';
import { MAX_GOLDEN_STEPS } from './schema.js';

export { isName };

/** A symbol is an s16. */
const MAX_SYMBOLS = 32767;

/** Everything that must agree between the fields of a model; all complaints at once. */
export function checkModel(model: Model): Diagnostic[] {
  const complaints: Diagnostic[] = [];
  const say = (d: Diagnostic | false) => d && complaints.push(d);
  const { name, activationBits: bits, input, layers, labels, goldenInput } = model;
  say(!isName(name) && badName('/name', name));
  for (const field of ['offset', 'scale'] as const) {
    const found = input[field].length;
    say(found !== 1 && found !== input.size && scalingLength(`/input/${field}`, input.size, found));
  }
  let inputs = input.size;
  let fraction = input.fraction;
  const seen = new Set<string>();
  layers.forEach((layer, index) => {
    const at = `/layers/${index}`;
    say(!isName(layer.name) && badName(`${at}/name`, layer.name));
    say(seen.has(layer.name.toLowerCase()) && duplicateLayerName(`${at}/name`, layer.name));
    seen.add(layer.name.toLowerCase());
    checkLayer(layer, at, { inputs, fraction, bits }, say);
    inputs = layer.units;
    fraction = outputFraction(layer, bits);
  });
  say(!layers.some((layer) => LAYERS[layer.type].recurrent) && noRecurrentLayer());
  say(labels.length !== 0 && labels.length !== outputSize(model) && labelsMismatch(outputSize(model), labels.length));
  const oneHot = input.encoding === 'one-hot';
  say(oneHot && layers[0]!.type === 'affine' && affineOneHot('/layers/0'));
  say(oneHot && input.size > MAX_SYMBOLS && tooManySymbols('/input/size', MAX_SYMBOLS, input.size));
  const width = stepLength(input);
  const steps = goldenInput.length / width;
  const { BYTES_PER_ELEMENT: bytes } = goldenInput;
  const whole = Number.isInteger(steps) && steps >= 1 && steps <= MAX_GOLDEN_STEPS;
  say(!whole && goldenLength(width * bytes, goldenInput.length * bytes));
  return complaints;
}

type Say = (d: Diagnostic | false) => void;

interface LayerInput {
  readonly inputs: number;
  readonly fraction: number;
  readonly bits: ActivationBits;
}

function checkLayer(layer: Layer, at: string, { inputs, fraction, bits }: LayerInput, say: Say): void {
  if (layer.type === 'dense') {
    checkMatrix(layer.weights, `${at}/weights`, layer.units, inputs, say);
    say(layer.bias.length !== layer.units && biasLength(`${at}/bias`, layer.units, layer.bias.length));
    return;
  }
  if (layer.type === 'affine') {
    say(layer.units !== inputs && affineUnits(`${at}/units`, inputs, layer.units));
    for (const field of ['m', 'n', 'bias'] as const)
      say(layer[field].length !== layer.units && biasLength(`${at}/${field}`, layer.units, layer[field].length));
    return;
  }
  const rows = LAYERS[layer.type].gates.length * layer.units;
  checkMatrix(layer.input, `${at}/input`, rows, inputs, say);
  checkMatrix(layer.recurrent, `${at}/recurrent`, rows, layer.units, say);
  if (layer.type === 'gru') {
    say(layer.inputBias.length !== rows && biasLength(`${at}/inputBias`, rows, layer.inputBias.length));
    const { recurrentBias, reset } = layer;
    const length = reset === 'before' ? 0 : layer.units;
    say(recurrentBias.length !== length && biasLength(`${at}/recurrentBias`, length, recurrentBias.length));
  } else say(layer.bias.length !== rows && biasLength(`${at}/bias`, rows, layer.bias.length));
  if (layer.scope === 'joint') {
    const needed = hiddenFraction(layer, bits);
    const equal = fraction === needed && equalScales(layer.input.scale, layer.recurrent.scale);
    say(!equal && jointScaleMismatch(at, needed, fraction));
  }
}

function checkMatrix(matrix: Matrix, at: string, rows: number, cols: number, say: Say): void {
  say(matrix.rows !== rows && weightsShapeMismatch(at, 'rows', rows, matrix.rows));
  say(matrix.cols !== cols && weightsShapeMismatch(at, 'columns', cols, matrix.cols));
  const { scale } = matrix;
  say(scale.n.length !== matrix.rows && scaleLength(`${at}/scale/n`, matrix.rows, scale.n.length));
  if (scale.kind === 'multiplier')
    say(scale.m.length !== matrix.rows && scaleLength(`${at}/scale/m`, matrix.rows, scale.m.length));
  say(matrix.realScale.length !== matrix.rows && scaleLength(`${at}/realScale`, matrix.rows, matrix.realScale.length));
}

/** A joint scale stands in both matrices and must be the same in both. */
function equalScales(a: RowScale, b: RowScale): boolean {
  const equal = (x: ArrayLike<number>, y: ArrayLike<number>) =>
    x.length === y.length && Array.from(x).every((v, i) => v === y[i]);
  if (a.kind === 'shift') return b.kind === 'shift' && a.left === b.left && equal(a.n, b.n);
  return b.kind === 'multiplier' && a.pre === b.pre && equal(a.m, b.m) && equal(a.n, b.n);
}
