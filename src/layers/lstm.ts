import { bias, choice, integer, recurrentMatrices } from './fields.js';
import { Gates, hardGate, lookUp } from './gates.js';
import type { LayerDef } from './layer.js';

const GATES = ['i', 'f', 'g', 'o'];

/** LSTM, state c s16 with `cellFraction` fraction bits, and h (N8). */
export const lstm: LayerDef<'lstm'> = {
  recurrent: true,
  gates: GATES,
  fields: {
    ...recurrentMatrices(GATES),
    activation: choice('tanh', 'hard'),
    bias: bias(({ layer }) => GATES.length * layer.units),
    cellFraction: integer(4, 15),
  },
  lower(layer, x, builder) {
    const { units: length, cellFraction } = layer;
    const c = builder.declare('c', 'state', { dtype: 's16', fraction: cellFraction, length, min: -32767, max: 32767 });
    const { dtype, largest: max, unitFraction } = builder.activation;
    const h = builder.declare('h', 'state', { dtype, fraction: unitFraction, length, min: -max, max });
    const gates = new Gates(builder, layer, x, h);
    const gate = (index: number, name: string, table: 'sigmoid' | 'tanh') =>
      gates.activate(gates.preactivation(index, name, gates.biasOf(layer.bias, index)), table, name);

    const i = gate(0, 'i', 'sigmoid');
    const g = gate(2, 'g', 'tanh');
    const added = builder.add('mul', [i, g], { shift: 15 - cellFraction, to: 's32' }, { name: 'added' });
    const f = gate(1, 'f', 'sigmoid');
    const kept = builder.add('mul', [f, c], { shift: 0, to: 's32' }, { name: 'kept' });
    const o = gate(3, 'o', 'sigmoid');
    const sum = builder.add('add', [kept, added], {}, { name: 'c_wide' });
    builder.add('narrow', [sum], { shift: 15, min: -32767, max: 32767, to: 's16' }, { into: c });

    const t =
      layer.activation === 'hard'
        ? builder.add('hard', [c], hardGate('tanh', cellFraction), { name: 't' })
        : lookUp(builder, c, 'tanh', cellFraction, 't');
    builder.add('mul', [o, t], { shift: 30 - unitFraction, to: dtype }, { into: h });
    return {
      hidden: () => h,
      output: () => builder.add('narrow', [h], { shift: 0, min: -max, max, to: 's16' }, { name: 'y', role: 'output' }),
    };
  },
};
