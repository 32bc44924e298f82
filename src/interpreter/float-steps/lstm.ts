import { ACTIVATION_FORMATS } from '../../ir/model.js';
import { add, mul } from '../intervals.js';
import { Cell, recurrentMatrices } from './cell.js';
import type { FloatStep } from './float-step.js';

const [I, F, G, O] = [0, 1, 2, 3];

/** LSTM, gates i, f, g, o (N8). */
export const lstm: FloatStep<'lstm'> = {
  states: ({ cellFraction }, bits) => ({ c: cellFraction, h: ACTIVATION_FORMATS[bits].unitFraction }),
  matrices: recurrentMatrices,
  step(layer, x, before, { bits }, arithmetic) {
    const { activation, bias, cellFraction: f } = layer;
    const cell = new Cell(layer, x, bits, arithmetic);
    const [input, recurrent] = [cell.input(bias), cell.recurrent(before.h, null)];
    const i = arithmetic.sigmoid(cell.gate(input, recurrent, I), activation);
    const keep = arithmetic.sigmoid(cell.gate(input, recurrent, F), activation);
    const g = arithmetic.tanh(cell.gate(input, recurrent, G), activation);
    const o = arithmetic.sigmoid(cell.gate(input, recurrent, O), activation);
    const wide = add(mul(keep, before.c), arithmetic.round(mul(i, g), 15 + f));
    const c = arithmetic.limit(arithmetic.round(wide, f), -32767 * 2 ** -f, 32767 * 2 ** -f);
    const h = arithmetic.round(mul(o, arithmetic.tanh(c, activation, f)), ACTIVATION_FORMATS[bits].unitFraction);
    return { h, c };
  },
};
