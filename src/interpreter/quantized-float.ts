import {
  ACTIVATION_FORMATS,
  type ActivationBits,
  type Codes,
  type Layer,
  type Model,
  outputFraction,
  stepLength,
} from '../ir/model.js';
import { beginsWindow } from '../ir/reconstruction.js';
import { Arithmetic } from './arithmetic.js';
import type { LayerInput, LayerState } from './float-steps/float-step.js';
import { floatStep } from './float-steps/index.js';
import { zeroWindow } from './float-steps/windowed.js';
import { points, pointsOf, type Values } from './intervals.js';

export const zeroState = (layer: Layer): LayerState => {
  const zeros = (length: number) => points(new Float64Array(length));
  const own = 'window' in layer && zeroWindow(layer);
  return { h: zeros(layer.units), c: zeros(layer.units), ...own };
};

/** Input codes of one time step as the network reads them. */
export function inputOf({ input, activationBits }: Model, codes: Codes): LayerInput {
  const { fraction, encoding } = input;
  if (encoding === 'one-hot') return { values: codes[0]!, fraction };
  const { largest } = ACTIVATION_FORMATS[activationBits];
  return {
    values: pointsOf(
      codes.map((code) => Math.max(code, -largest)),
      fraction,
    ),
    fraction,
  };
}

/** What a layer hands to the next one: codes of the activation bits. The state of a GRU has more. */
export const handedOn = (layer: Layer, h: Values, bits: ActivationBits, arithmetic: Arithmetic): LayerInput => {
  const fraction = outputFraction(layer, bits);
  return { values: arithmetic.round(h, fraction), fraction };
};

/**
 * One time step of layer `index` of a model with its quantized weights, in real numbers, straight from the Model: neither lowering nor
 * any op takes part. `step`: the steps since the reset before this one, with some of which layers begin from zeros (N17).
 */
export const stepLayer = (
  { layers, activationBits: bits }: Model,
  index: number,
  x: LayerInput,
  before: LayerState,
  step: number,
  arithmetic: Arithmetic,
): LayerState => {
  const layer = layers[index]!;
  const begins = 'recurrent' in layer && beginsWindow(layers, index, step);
  const place = { bits, last: index === layers.length - 1, step };
  return floatStep(layer).step(layer, x, begins ? zeroState(layer) : before, place, arithmetic);
};

/**
 * One time step of all layers from the states before it. Where a layer waits for further inputs, the states behind it stay
 * what they were; layers without a state give what they gave.
 */
export function stepLayers(
  model: Model,
  x: LayerInput,
  before: readonly LayerState[],
  step: number,
  arithmetic: Arithmetic,
): LayerState[] {
  const { layers, activationBits: bits } = model;
  let input = x;
  let waits = false;
  return layers.map((layer, i) => {
    const held = waits && isStateful(layer, bits);
    const after = held ? before[i]! : stepLayer(model, i, input, before[i]!, step, arithmetic);
    waits ||= after.waits ?? false;
    input = handedOn(layer, after.h, bits, arithmetic);
    return after;
  });
}

/** Whether a layer has state, which does not change in a step in which a layer in front of it waits. */
export const isStateful = (layer: Layer, bits: ActivationBits): boolean =>
  Object.keys(floatStep(layer).states(layer, bits, 0)).length > 0;

/**
 * Real outputs of one sequence from reset, after every step or after the last one alone: quantized weights in float64, exact
 * nonlinearities, no rounding and no limit of activations.
 */
export function quantizedFloatOutputs(model: Model, codes: Codes, everyStep: boolean): Float64Array[] {
  const { layers } = model;
  let states = layers.map(zeroState);
  const width = stepLength(model.input);
  const rows: Float64Array[] = [];
  for (let t = 0; t < codes.length; t += width) {
    states = stepLayers(model, inputOf(model, codes.subarray(t, t + width)), states, t / width, Arithmetic.REAL);
    if (everyStep || t + width >= codes.length) rows.push(states.at(-1)!.h.low.slice());
  }
  return rows;
}
