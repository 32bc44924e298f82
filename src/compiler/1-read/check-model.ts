import { decisionMisfit, decisionWithoutStream } from '../../decisions/diagnostics.js';
import { decisionDef } from '../../decisions/index.js';
import {
  badName,
  type Diagnostic,
  duplicateLayerName,
  goldenLength,
  jointScaleMismatch,
  labelsMismatch,
  noRecurrentLayer,
  scalingLength,
  tooManySymbols,
} from '../../diagnostics.js';
import { MAX_SCORE, scoreThreshold } from '../../fixed/anomaly-score.js';
import type { RowScale } from '../../fixed/formats.js';
import { chooseOutputScale, thresholdCode } from '../../fixed/output-scale.js';
import { chainMisfit, outputOf } from '../../frontends/chain.js';
import { frontEndMisfit, frontEndWidth } from '../../frontends/diagnostics.js';
import { hiddenFraction, type Layer, type Model, outputFraction, outputSize, stepLength } from '../../ir/model.js';
import { isName } from '../../ir/name.js';
import { isEveryStep, outputRate } from '../../ir/rate.js';
import { repeatIndex } from '../../ir/reconstruction.js';
import { scoreFormat } from '../../ir/score-format.js';
import type { Say } from '../../layers/fields.js';
import { fieldsOf, layerDef } from '../../layers/index.js';
import type { LayerSizes } from '../../layers/layer.js';
import {
  anomalyMismatch,
  anomalyMissing,
  anomalyRate,
  anomalyThreshold,
  outputRange,
  outputRateRange,
  outputsMismatch,
  outputsNotDense,
  repeatMisfit,
  thresholdRange,
  thresholdsMismatch,
} from './diagnostics.js';
import { MAX_GOLDEN_STEPS } from './schema.js';

export { isName };

/** Time steps up to the first output, and from one to the next. */
const MAX_RATE = 65535;
/** A symbol is an s16. */
const MAX_SYMBOLS = 32767;

/** Everything that must agree between the fields of a model; all complaints at once. */
export function checkModel(model: Model): Diagnostic[] {
  const complaints: Diagnostic[] = [];
  const say: Say = (complaint) => complaint && complaints.push(complaint);
  const { name, activationBits: bits, input, layers, labels, goldenInput } = model;
  const oneHot = input.encoding === 'one-hot';
  say(!isName(name) && badName('/name', name));
  for (const field of ['offset', 'scale'] as const) {
    const found = input[field].length;
    say(found !== 1 && found !== input.size && scalingLength(`/input/${field}`, input.size, found));
  }
  say(checkFrontEnd(input));
  say(checkDecision(model));
  let inputs = input.size;
  let fraction = input.fraction;
  const seen = new Set<string>();
  layers.forEach((layer, index) => {
    const at = `/layers/${index}`;
    say(!isName(layer.name) && badName(`${at}/name`, layer.name));
    say(seen.has(layer.name.toLowerCase()) && duplicateLayerName(`${at}/name`, layer.name));
    seen.add(layer.name.toLowerCase());
    const place = { oneHot: oneHot && index === 0, last: index === layers.length - 1 };
    checkLayer(layer, at, { inputs, ...place, fraction, bits }, say);
    inputs = layer.units;
    fraction = outputFraction(layer, bits);
  });
  say(!layers.some((layer) => layerDef(layer).stateful) && noRecurrentLayer());
  const rate = outputRate(layers);
  say(Math.max(rate.first, rate.stride) > MAX_RATE && outputRateRange(rate, MAX_RATE));
  say(labels.length !== 0 && labels.length !== outputSize(model) && labelsMismatch(outputSize(model), labels.length));
  checkOutputs(model, fraction, say);
  checkThresholds(model, fraction, say);
  checkRepeat(model, say);
  checkAnomaly(model, say);
  say(oneHot && input.size > MAX_SYMBOLS && tooManySymbols('/input/size', MAX_SYMBOLS, input.size));
  const width = stepLength(input);
  const steps = goldenInput.length / width;
  const { BYTES_PER_ELEMENT: bytes } = goldenInput;
  const whole = Number.isInteger(steps) && steps >= 1 && steps <= MAX_GOLDEN_STEPS;
  say(!whole && goldenLength(width * bytes, goldenInput.length * bytes));
  return complaints;
}

/** A chain whose blocks fit each other, and give what the network takes. */
function checkFrontEnd({ frontEnd, size }: Model['input']): Diagnostic | false {
  if (frontEnd === undefined) return false;
  const misfit = chainMisfit(frontEnd);
  const at = '/input/frontEnd/blocks';
  if (misfit !== null) {
    const { block, field, expected } = misfit;
    const value = (frontEnd.blocks[block] as unknown as Readonly<Record<string, unknown>>)[field];
    return frontEndMisfit(`${at}/${block}/${field}`, value, expected);
  }
  const { width } = outputOf(frontEnd);
  return width !== size && frontEndWidth(at, width, size);
}

/** A decision is made of the logits of a stream, which only a front end gives. */
function checkDecision(model: Model): Diagnostic | false {
  const { decision, input } = model;
  if (decision === undefined) return false;
  if (input.frontEnd === undefined) return decisionWithoutStream('/decision');
  const def = decisionDef(decision);
  const task = model.task ?? 'classify';
  if (def.task !== task) return decisionMisfit('/decision/kind', decision.kind, `possible for the task ${task}`);
  const misfit = def.misfit(decision, model);
  if (misfit === null) return false;
  const value = (decision as unknown as Readonly<Record<string, unknown>>)[misfit.field];
  return decisionMisfit(`/decision/${misfit.field}`, value, misfit.expected);
}

/** Whether the outputs of the last layer are wide enough for more than a decision. */
function givesQuantities({ layers }: Model): boolean {
  const last = layers.at(-1)!;
  return layerDef(last).quantities?.(last) ?? false;
}

/** A network that predicts quantities says which; each has integers (N11). `fraction`: that of the output codes. */
function checkOutputs(model: Model, fraction: number, say: Say): void {
  const { task, outputs = [] } = model;
  const expected = task === 'regress' ? outputSize(model) : 0;
  const dense = givesQuantities(model);
  say(outputs.length !== expected && outputsMismatch(expected, outputs.length));
  say(expected > 0 && !dense && outputsNotDense(model.layers.length - 1));
  outputs.forEach((quantity, j) => {
    const fits = !dense || chooseOutputScale(quantity, fraction, quantity.decimals) !== null;
    say(!fits && outputRange(`/outputs/${j}`, quantity, fraction));
  });
}

/** A network that detects names its outputs; each threshold is an s16 code (N12). */
function checkThresholds(model: Model, fraction: number, say: Say): void {
  const { task, labels, thresholds } = model;
  const outputs = outputSize(model);
  const expected = task === 'detect' ? outputs : 0;
  say(task === 'detect' && labels.length !== outputs && labelsMismatch(outputs, labels.length));
  say(task === 'detect' && !givesQuantities(model) && outputsNotDense(model.layers.length - 1));
  say(thresholds !== undefined && thresholds.length !== expected && thresholdsMismatch(expected, thresholds.length));
  thresholds?.forEach((threshold, j) => {
    const fits = Math.abs(thresholdCode(threshold, fraction)) <= 32767;
    say(!fits && thresholdRange(`/thresholds/${j}`, threshold, fraction));
  });
}

/** Values of the inputs that wait for what is given back of them. */
const MAX_WAITING = 2 ** 20;

/** A network gives windows back to find anomalies in them, with layers that begin each window with zeros, and no others with a state (N17). */
function checkRepeat({ layers, anomaly, input }: Model, say: Say): void {
  const index = repeatIndex(layers);
  const repeat = layers[index];
  if (repeat === undefined || !('steps' in repeat)) {
    say(anomaly?.ahead === 0 && repeatMisfit('/anomaly/ahead', 'is 0 in a network without a repeat layer'));
    return;
  }
  const at = `/layers/${index}`;
  const recurrent = (some: readonly Layer[]): boolean => some.some((layer) => 'recurrent' in layer);
  say(anomaly === undefined && repeatMisfit(at, 'a repeat layer in a model with another task than "anomaly"'));
  for (const key of ['ahead', 'smoothing'] as const)
    say(
      anomaly !== undefined &&
        anomaly[key] !== 0 &&
        repeatMisfit(`/anomaly/${key}`, `is ${anomaly[key]} in a network with a repeat layer`),
    );
  say(!recurrent(layers.slice(0, index)) && repeatMisfit(at, 'no recurrent layer in front of it reads the window'));
  say(!recurrent(layers.slice(index)) && repeatMisfit(at, 'no recurrent layer behind it gives the window back'));
  layers.forEach((layer, i) => {
    say('steps' in layer && i !== index && repeatMisfit(`/layers/${i}`, 'a second repeat layer'));
    say('window' in layer && repeatMisfit(`/layers/${i}`, `a ${layer.type} layer beside a repeat layer`));
  });
  const waiting = (repeat.steps - 1) * input.size;
  say(
    waiting > MAX_WAITING &&
      repeatMisfit(`${at}/steps`, `${waiting} inputs would wait, at most ${MAX_WAITING} are possible`),
  );
}

/** A network that finds anomalies has an output for each value of a time step; its threshold is a score that int32 holds (N14). */
function checkAnomaly(model: Model, say: Say): void {
  const { task, anomaly, input } = model;
  say((task === 'anomaly') !== (anomaly !== undefined) && anomalyMissing(task));
  if (task !== 'anomaly' || anomaly === undefined) return;
  if (!isEveryStep(outputRate(model.layers))) return void say(anomalyRate());
  if (input.encoding === 'one-hot' || outputSize(model) !== input.size) return void say(anomalyMismatch(model));
  if (!layerDef(model.layers.at(-1)!).quantities) return void say(outputsNotDense(model.layers.length - 1));
  const { scoreFraction } = scoreFormat(model);
  const code = scoreThreshold(anomaly.threshold, scoreFraction);
  say(code > MAX_SCORE && anomalyThreshold(anomaly.threshold, MAX_SCORE * 2 ** -scoreFraction));
}

function checkLayer(layer: Layer, at: string, sizes: LayerSizes, say: Say): void {
  const { inputs, fraction, bits } = sizes;
  layerDef(layer).check?.(layer, sizes, at, say);
  for (const [key, field] of fieldsOf(layer.type))
    field.check(layer[key as keyof Layer], { layer, inputs }, `${at}/${key}`, say);
  if (!('scope' in layer) || layer.scope === 'separate') return;
  const needed = hiddenFraction(layer, bits);
  const equal = fraction === needed && equalScales(layer.input.scale, layer.recurrent.scale);
  say(!equal && jointScaleMismatch(at, needed, fraction));
}

/** A joint scale must be identical in both matrices. */
function equalScales(a: RowScale, b: RowScale): boolean {
  const equal = (x: ArrayLike<number>, y: ArrayLike<number>) =>
    x.length === y.length && Array.from(x).every((v, i) => v === y[i]);
  if (a.kind === 'shift') return b.kind === 'shift' && a.left === b.left && equal(a.n, b.n);
  return b.kind === 'multiplier' && a.pre === b.pre && equal(a.m, b.m) && equal(a.n, b.n);
}
