import { PREACTIVATION_FRACTION } from '../fixed/fixed.js';
import { Gates } from './gates.js';
import type { LayerDef } from './layer.js';

/** Vanilla recurrent cell (N8). */
export const rnn: LayerDef<'rnn'> = {
  recurrent: true,
  gates: ['h'],
  lower(layer, x, builder) {
    const { units: length, activation, hiddenFraction } = layer;
    const { dtype, largest: max, unitFraction } = builder.activation;
    const min = activation === 'relu' ? 0 : -max;
    const h = builder.declare('h', 'state', { dtype, fraction: hiddenFraction, length, min, max });
    const gates = new Gates(builder, layer, x, h);
    const p = gates.preactivation(0, 'h', layer.bias);
    if (activation === 'relu') {
      const shift = PREACTIVATION_FRACTION - hiddenFraction;
      builder.add('narrow', [p], { shift, min, max, to: dtype }, { into: h });
    } else {
      const y = gates.activate(p, 'tanh', 'gate');
      builder.add('narrow', [y], { shift: 15 - unitFraction, min, max, to: dtype }, { into: h });
    }
    return {
      hidden: () => h,
      output: () => builder.add('narrow', [h], { shift: 0, min, max, to: 's16' }, { name: 'y', role: 'output' }),
    };
  },
};
