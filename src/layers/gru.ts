import { TABLE_RANGE } from '../fixed/tables.js';
import { ACTIVATION_FORMATS, gateFunction, preactivationFraction, RELU_FRACTIONS } from '../ir/model.js';
import type { TensorId } from '../ir/program.js';
import { reluBits } from './diagnostics.js';
import { bias, choice, integer, optional, recurrentMatrices, withDefault } from './fields.js';
import { Gates, RELU_RANGE } from './gates.js';
import type { LayerDef } from './layer.js';
import type { ProgramBuilder } from './program-builder.js';

/** N7: |recurrent part of gate n| <= 65535, so that its product with r fits int32. */
const RECURRENT_LIMIT = 65535;
/** Fraction bits of a state between -1 and 1. */
const STATE_FRACTION = ACTIVATION_FORMATS[16].unitFraction;
const GATES = ['z', 'r', 'n'];
const [Z, R, N] = [0, 1, 2];

/** The matvec input of a Q15 state: h8 = roundShift(h, 8), or h itself. */
const hiddenOf = (builder: ProgramBuilder, h: TensorId, name: string): TensorId =>
  builder.activationBits === 16 ? h : builder.add('narrow', [h], { shift: 8, min: -127, max: 127, to: 's8' }, { name });

/** r h as a matvec input: rounded once, from 30 fraction bits. */
function resetHidden(builder: ProgramBuilder, r: TensorId, h: TensorId): TensorId {
  if (builder.activationBits === 16) return builder.add('mul', [r, h], { shift: 15, to: 's16' }, { name: 'rh16' });
  const rh = builder.add('mul', [r, h], { shift: 0, to: 's32' }, { name: 'rh' });
  return builder.add('narrow', [rh], { shift: 23, min: -127, max: 127, to: 's8' }, { name: 'rh8' });
}

/**
 * What r multiplies, within +-RECURRENT_LIMIT, and the shift that makes a pre-activation of the product. Of relu it has the
 * fraction bits of the state, so that the limit is twice the state's largest value (N13).
 */
function resetPart(gates: Gates, stateFraction: number, bias: Int32Array): readonly [u: TensorId, shift: number] {
  if (gates.layer.activation !== 'relu') return [gates.part('recurrent', N, 'n', bias, RECURRENT_LIMIT), 15];
  const shift = gates.fraction - stateFraction;
  const limits = { min: -RECURRENT_LIMIT, max: RECURRENT_LIMIT };
  const part = gates.part('recurrent', N, 'n', bias);
  return [gates.builder.add('narrow', [part], { shift, ...limits, to: 's32' }, { name: 'n_limited' }), 15 - shift];
}

/** GRU, state h s16: Q15 (N7), of relu with fraction bits of its own (N13). */
export const gru: LayerDef<'gru'> = {
  stateful: true,
  gates: GATES,
  fields: {
    ...recurrentMatrices(GATES),
    activation: choice('tanh', 'hard', 'relu'),
    gateActivation: optional(choice('sigmoid', 'hard')),
    reset: choice('after', 'before'),
    inputBias: bias(({ layer }) => GATES.length * layer.units),
    recurrentBias: bias(({ layer }) => (layer.reset === 'before' ? 0 : layer.units)),
    hiddenFraction: withDefault(
      integer(RELU_FRACTIONS[0], STATE_FRACTION, ({ activation }) =>
        activation === 'relu' ? RELU_FRACTIONS : [STATE_FRACTION, STATE_FRACTION],
      ),
      STATE_FRACTION,
    ),
  },
  check({ activation }, { bits }, at, say) {
    say(activation === 'relu' && bits !== 16 && reluBits(at));
  },
  lower(layer, x, builder) {
    const { units: length, hiddenFraction: fraction } = layer;
    const [least, most] = TABLE_RANGE.tanh;
    const { min, max } = layer.activation === 'relu' ? RELU_RANGE : { min: least, max: most };
    const h = builder.declare('h', 'state', { dtype: 's16', fraction, length, min, max });
    const past = builder.past(h);
    const sums = preactivationFraction(layer.activation, fraction);
    const gates = new Gates(builder, layer, x, hiddenOf(builder, past, 'h8'), sums);
    const biasOf = (gate: number) => gates.biasOf(layer.inputBias, gate);
    const form = gateFunction(layer);
    const r = gates.gate(gates.preactivation(R, 'r', biasOf(R)), form, 'r');
    const candidate = (): TensorId => {
      if (layer.reset === 'before') {
        const rh = resetHidden(builder, r, past);
        return new Gates(builder, layer, x, rh, sums).preactivation(N, 'n', biasOf(N));
      }
      const [u, shift] = resetPart(gates, fraction, layer.recurrentBias);
      const ru = builder.add('mul', [r, u], { shift, to: 's32' }, { name: 'n_reset' });
      return builder.add('add', [gates.part('input', N, 'n', biasOf(N)), ru], {}, { name: 'n_pre' });
    };
    const n = gates.candidate(candidate(), fraction, 'n');
    const z = gates.gate(gates.preactivation(Z, 'z', biasOf(Z)), form, 'z');
    builder.add('lerp', [n, z, past], { min, max }, { into: h });
    return {
      hidden: () => hiddenOf(builder, h, 'y8'),
      output: () => builder.add('narrow', [h], { shift: 0, min, max, to: 's16' }, { name: 'y', role: 'output' }),
    };
  },
};
