import { PREACTIVATION_FRACTION } from '../fixed/fixed.js';
import { ACTIVATION_FORMATS } from '../ir/model.js';
import { bias, choice, fraction, recurrentMatrices } from './fields.js';
import { Gates } from './gates.js';
import type { LayerDef } from './layer.js';

const GATES = ['h'];

/** Vanilla recurrent cell (N8). */
export const rnn: LayerDef<'rnn'> = {
  stateful: true,
  gates: GATES,
  fields: {
    ...recurrentMatrices(GATES),
    activation: choice('tanh', 'hard', 'relu'),
    bias: bias(({ layer }) => layer.units),
    hiddenFraction: fraction(({ activation }, bits) => {
      const { unitFraction } = ACTIVATION_FORMATS[bits];
      return activation === 'relu' ? [0, Math.min(PREACTIVATION_FRACTION, unitFraction)] : [unitFraction, unitFraction];
    }),
  },
  lower(layer, x, builder) {
    const { units: length, activation, hiddenFraction } = layer;
    const { dtype, largest: max, unitFraction } = builder.activation;
    const min = activation === 'relu' ? 0 : -max;
    const h = builder.declare('h', 'state', { dtype, fraction: hiddenFraction, length, min, max });
    const gates = new Gates(builder, layer, x, builder.past(h));
    const p = gates.preactivation(0, 'h', layer.bias);
    if (activation === 'relu') {
      const shift = PREACTIVATION_FRACTION - hiddenFraction;
      builder.add('narrow', [p], { shift, min, max, to: dtype }, { into: h });
    } else {
      const y = gates.candidate(p, 15, 'gate');
      builder.add('narrow', [y], { shift: 15 - unitFraction, min, max, to: dtype }, { into: h });
    }
    return {
      hidden: () => h,
      output: () => builder.add('narrow', [h], { shift: 0, min, max, to: 's16' }, { name: 'y', role: 'output' }),
    };
  },
};
