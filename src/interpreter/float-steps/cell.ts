import { type ActivationBits, hiddenFraction, type RecurrentLayer } from '../../ir/model.js';
import type { Arithmetic } from '../arithmetic.js';
import { add, mapEnds, slice, type Values } from '../intervals.js';
import { type LayerInput, PREACTIVATION_FRACTION, product, type ScaledMatrix } from './float-step.js';

/** `sums`: fraction bits of pre-activations. */
export const recurrentMatrices = (
  layer: RecurrentLayer,
  inputFraction: number,
  bits: ActivationBits,
  sums = PREACTIVATION_FRACTION,
): readonly ScaledMatrix[] => [
  { name: 'input', matrix: layer.input, from: inputFraction, to: sums },
  { name: 'recurrent', matrix: layer.recurrent, from: hiddenFraction(layer, bits), to: sums },
];

/** Largest code of what relu leaves unbounded. */
const MAX_CODE = 32767;

/** Pre-activations of a recurrent layer, gate by gate (N5). */
export class Cell {
  constructor(
    readonly layer: RecurrentLayer,
    readonly x: LayerInput,
    readonly bits: ActivationBits,
    readonly arithmetic: Arithmetic,
    /** Fraction bits of pre-activations. */
    readonly fraction = PREACTIVATION_FRACTION,
  ) {}

  /** W x + b of all gates, before any rounding. */
  input(bias: Int32Array): Values {
    return product(this.layer.input, this.x, bias);
  }

  /** U h + b of all gates, before any rounding. */
  recurrent(h: Values, bias: Int32Array | null): Values {
    const { layer, bits } = this;
    return product(layer.recurrent, { values: h, fraction: hiddenFraction(layer, bits) }, bias);
  }

  /** One gate of one part, scaled and rounded. */
  scaled(side: 'input' | 'recurrent', part: Values, gate: number): Values {
    const { layer, x, bits } = this;
    const { units } = layer;
    const unit = 2 ** -(side === 'input' ? x.fraction : hiddenFraction(layer, bits));
    const values = slice(part, gate * units, (gate + 1) * units);
    return this.arithmetic.requantize(values, layer[side], unit, this.fraction, gate * units);
  }

  /** A gate's pre-activation: the sum is rounded where the row scale is joint, each part where it is not. */
  gate(input: Values, recurrent: Values, gate: number): Values {
    if (this.layer.scope === 'joint') return this.scaled('input', add(input, recurrent), gate);
    return add(this.scaled('input', input, gate), this.scaled('recurrent', recurrent, gate));
  }

  /** Values between 0 and 1 of a pre-activation. */
  opening(preactivation: Values): Values {
    const { layer, arithmetic, fraction } = this;
    const form = ('gateActivation' in layer && layer.gateActivation) || layer.activation;
    return arithmetic.sigmoid(preactivation, form === 'hard' ? 'hard' : 'tanh', fraction);
  }

  /** The candidate; of relu with the fraction bits of the state. */
  candidate(preactivation: Values, stateFraction: number): Values {
    const { layer, arithmetic } = this;
    if (layer.activation !== 'relu') return arithmetic.tanh(preactivation, layer.activation);
    const positive = mapEnds(preactivation, (v) => Math.max(v, 0));
    return this.unbounded(arithmetic.round(positive, stateFraction), stateFraction);
  }

  /** Limited by its format alone (N13). */
  unbounded(a: Values, fraction: number): Values {
    return this.arithmetic.limit(a, 0, MAX_CODE * 2 ** -fraction);
  }
}
