import { hiddenFraction } from '../../ir/model.js';
import { add, mul } from '../intervals.js';
import { Cell, recurrentMatrices } from './cell.js';
import { type FloatStep, fractionOfSums } from './float-step.js';

const [I, F, G, O] = [0, 1, 2, 3];

/** LSTM, gates i, f, g, o (N8). */
export const lstm: FloatStep<'lstm'> = {
  states: (layer, bits) => ({ c: layer.cellFraction, h: hiddenFraction(layer, bits) }),
  matrices: (layer, inputFraction, bits) =>
    recurrentMatrices(layer, inputFraction, bits, fractionOfSums(layer.activation, layer.cellFraction)),
  step(layer, x, before, { bits }, arithmetic) {
    const { activation, bias, cellFraction: f } = layer;
    const isRelu = activation === 'relu';
    const cell = new Cell(layer, x, bits, arithmetic, fractionOfSums(activation, f));
    const [input, recurrent] = [cell.input(bias), cell.recurrent(before.h, null)];
    const i = cell.opening(cell.gate(input, recurrent, I));
    const keep = cell.opening(cell.gate(input, recurrent, F));
    const g = cell.candidate(cell.gate(input, recurrent, G), f);
    const o = cell.opening(cell.gate(input, recurrent, O));
    const wide = add(mul(keep, before.c), arithmetic.round(mul(i, g), 15 + f));
    const rounded = arithmetic.round(wide, f);
    const c = isRelu ? cell.unbounded(rounded, f) : arithmetic.limit(rounded, -32767 * 2 ** -f, 32767 * 2 ** -f);
    const shown = isRelu ? c : arithmetic.tanh(c, activation, f);
    const h = arithmetic.round(mul(o, shown), hiddenFraction(layer, bits));
    return { h, c };
  },
};
