import { gateFunction, hiddenFraction, preactivationFraction, RELU_FRACTIONS } from '../ir/model.js';
import type { TensorId } from '../ir/program.js';
import { reluBits } from './diagnostics.js';
import { bias, choice, integer, optional, recurrentMatrices } from './fields.js';
import { Gates, hardGate, lookUp, RELU_RANGE } from './gates.js';
import type { LayerDef } from './layer.js';

const GATES = ['i', 'f', 'g', 'o'];

/** LSTM, state c s16 with `cellFraction` fraction bits, and h (N8, of relu N13). */
export const lstm: LayerDef<'lstm'> = {
  stateful: true,
  gates: GATES,
  fields: {
    ...recurrentMatrices(GATES),
    activation: choice('tanh', 'hard', 'relu'),
    gateActivation: optional(choice('sigmoid', 'hard')),
    bias: bias(({ layer }) => GATES.length * layer.units),
    cellFraction: integer(RELU_FRACTIONS[0], 15, ({ activation }) =>
      activation === 'relu' ? RELU_FRACTIONS : [4, 15],
    ),
  },
  check({ activation }, { bits }, at, say) {
    say(activation === 'relu' && bits !== 16 && reluBits(at));
  },
  lower(layer, x, builder) {
    const { units: length, activation, cellFraction } = layer;
    const { dtype, largest } = builder.activation;
    const isRelu = activation === 'relu';
    const ofCell = isRelu ? RELU_RANGE : { min: -32767, max: 32767 };
    const c = builder.declare('c', 'state', { dtype: 's16', fraction: cellFraction, length, ...ofCell });
    const { min, max } = isRelu ? RELU_RANGE : { min: -largest, max: largest };
    const fraction = hiddenFraction(layer, builder.activationBits);
    const h = builder.declare('h', 'state', { dtype, fraction, length, min, max });
    const gates = new Gates(builder, layer, x, builder.past(h), preactivationFraction(activation, fraction));
    const preactivation = (index: number, name: string) =>
      gates.preactivation(index, name, gates.biasOf(layer.bias, index));
    const gate = (index: number, name: string) => gates.gate(preactivation(index, name), gateFunction(layer), name);

    const i = gate(0, 'i');
    const g = gates.candidate(preactivation(2, 'g'), cellFraction, 'g');
    const candidateFraction = builder.typeOf(g).fraction;
    const added = builder.add('mul', [i, g], { shift: candidateFraction - cellFraction, to: 's32' }, { name: 'added' });
    const f = gate(1, 'f');
    const kept = builder.add('mul', [f, builder.past(c)], { shift: 0, to: 's32' }, { name: 'kept' });
    const o = gate(3, 'o');
    const sum = builder.add('add', [kept, added], {}, { name: 'c_wide' });
    builder.add('narrow', [sum], { shift: 15, ...ofCell, to: 's16' }, { into: c });

    const shown = (): TensorId => {
      if (isRelu) return c;
      if (activation === 'hard') return builder.add('hard', [c], hardGate('tanh', cellFraction), { name: 't' });
      return lookUp(builder, c, 'tanh', cellFraction, 't');
    };
    const t = shown();
    builder.add('mul', [o, t], { shift: 15 + builder.typeOf(t).fraction - fraction, to: dtype }, { into: h });
    return {
      hidden: () => h,
      output: () => builder.add('narrow', [h], { shift: 0, min, max, to: 's16' }, { name: 'y', role: 'output' }),
    };
  },
};
