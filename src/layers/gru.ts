import { TABLE_RANGE } from '../fixed/tables.js';
import type { TensorId } from '../ir/program.js';
import { bias, choice, recurrentMatrices } from './fields.js';
import { Gates } from './gates.js';
import type { LayerDef } from './layer.js';
import type { ProgramBuilder } from './program-builder.js';

/** N7: |recurrent part of gate n| <= 65535, so that its product with r fits int32. */
const RECURRENT_LIMIT = 65535;
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

/** GRU, state h s16 Q15 (N7). */
export const gru: LayerDef<'gru'> = {
  recurrent: true,
  gates: GATES,
  fields: {
    ...recurrentMatrices(GATES),
    activation: choice('tanh', 'hard'),
    reset: choice('after', 'before'),
    inputBias: bias(({ layer }) => GATES.length * layer.units),
    recurrentBias: bias(({ layer }) => (layer.reset === 'before' ? 0 : layer.units)),
  },
  lower(layer, x, builder) {
    const [min, max] = TABLE_RANGE.tanh;
    const h = builder.declare('h', 'state', { dtype: 's16', fraction: 15, length: layer.units, min, max });
    const gates = new Gates(builder, layer, x, hiddenOf(builder, h, 'h8'));
    const biasOf = (gate: number) => gates.biasOf(layer.inputBias, gate);
    const r = gates.activate(gates.preactivation(R, 'r', biasOf(R)), 'sigmoid', 'r');
    const candidate = (): TensorId => {
      if (layer.reset === 'before') {
        const rh = resetHidden(builder, r, h);
        return new Gates(builder, layer, x, rh).preactivation(N, 'n', biasOf(N));
      }
      const u = gates.part('recurrent', N, 'n', layer.recurrentBias, RECURRENT_LIMIT);
      const ru = builder.add('mul', [r, u], { shift: 15, to: 's32' }, { name: 'n_reset' });
      return builder.add('add', [gates.part('input', N, 'n', biasOf(N)), ru], {}, { name: 'n_pre' });
    };
    const n = gates.activate(candidate(), 'tanh', 'n');
    const z = gates.activate(gates.preactivation(Z, 'z', biasOf(Z)), 'sigmoid', 'z');
    builder.add('lerp', [n, z, h], { min, max }, { into: h });
    return {
      hidden: () => hiddenOf(builder, h, 'y8'),
      output: () => builder.add('narrow', [h], { shift: 0, min, max, to: 's16' }, { name: 'y', role: 'output' }),
    };
  },
};
