import { ACTIVATION_FORMATS } from '../../ir/model.js';
import { mapEnds } from '../intervals.js';
import { Cell, recurrentMatrices } from './cell.js';
import type { FloatStep } from './float-step.js';

/** Vanilla recurrent cell (N8). */
export const rnn: FloatStep<'rnn'> = {
  states: ({ hiddenFraction }) => ({ h: hiddenFraction }),
  matrices: recurrentMatrices,
  step(layer, x, before, { bits }, arithmetic) {
    const { activation, bias, hiddenFraction: f } = layer;
    const cell = new Cell(layer, x, bits, arithmetic);
    const p = cell.gate(cell.input(bias), cell.recurrent(before.h, null), 0);
    if (activation !== 'relu') return { ...before, h: arithmetic.round(arithmetic.tanh(p, activation), f) };
    const largest = ACTIVATION_FORMATS[bits].largest * 2 ** -f;
    const positive = mapEnds(p, (v) => Math.max(v, 0));
    return { ...before, h: arithmetic.limit(arithmetic.round(positive, f), 0, largest) };
  },
};
