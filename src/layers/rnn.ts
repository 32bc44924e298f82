import { PREACTIVATION_FRACTION } from '../fixed/fixed.js';
import { Gates } from './gates.js';
import type { LayerDef } from './layer.js';

/** Vanilla recurrent cell, h as s8 (N8). */
export const rnn: LayerDef<'rnn'> = {
  recurrent: true,
  gates: ['h'],
  lower(layer, x, builder) {
    const { units: length, activation, hiddenFraction } = layer;
    const min = activation === 'relu' ? 0 : -127;
    const h = builder.declare('h', 'state', { dtype: 's8', fraction: hiddenFraction, length, min, max: 127 });
    const gates = new Gates(builder, layer, x, h);
    const p = gates.preactivation(0, 'h', layer.bias);
    if (activation === 'relu') {
      const shift = PREACTIVATION_FRACTION - hiddenFraction;
      builder.add('narrow', [p], { shift, min, max: 127, to: 's8' }, { into: h });
    } else {
      const y = gates.activate(p, 'tanh', 'gate');
      builder.add('narrow', [y], { shift: 8, min, max: 127, to: 's8' }, { into: h });
    }
    return {
      hidden: () => h,
      output: () => builder.add('narrow', [h], { shift: 0, min, max: 127, to: 's16' }, { name: 'y', role: 'output' }),
    };
  },
};
