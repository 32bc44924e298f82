import { ACTIVATION_FORMATS } from '../../ir/model.js';
import { add, interpolate, mul, type Values } from '../intervals.js';
import { Cell, recurrentMatrices } from './cell.js';
import { type FloatStep, PREACTIVATION_FRACTION } from './float-step.js';

/** N7: what the recurrent part of gate n is clamped to. */
const RECURRENT_LIMIT = 65535 * 2 ** -PREACTIVATION_FRACTION;
const STATE_FRACTION = 15;
const [Z, R, N] = [0, 1, 2];

/** GRU, gates z, r, n (N7). */
export const gru: FloatStep<'gru'> = {
  states: () => ({ h: STATE_FRACTION }),
  matrices: recurrentMatrices,
  step(layer, x, before, { bits }, arithmetic) {
    const { units, reset, activation, inputBias, recurrentBias } = layer;
    const { h } = before;
    const { unitFraction } = ACTIVATION_FORMATS[bits];
    const cell = new Cell(layer, x, bits, arithmetic);
    const ofGateN = new Int32Array(3 * units);
    if (reset === 'after') ofGateN.set(recurrentBias, N * units);
    const input = cell.input(inputBias);
    const recurrent = cell.recurrent(arithmetic.round(h, unitFraction), ofGateN);
    const r = arithmetic.sigmoid(cell.gate(input, recurrent, R), activation);
    const z = arithmetic.sigmoid(cell.gate(input, recurrent, Z), activation);
    const candidate = (): Values => {
      if (reset === 'before') {
        const resetHidden = arithmetic.round(mul(r, h), unitFraction);
        return cell.gate(input, cell.recurrent(resetHidden, null), N);
      }
      const u = arithmetic.limit(cell.scaled('recurrent', recurrent, N), -RECURRENT_LIMIT, RECURRENT_LIMIT);
      return add(cell.scaled('input', input, N), arithmetic.round(mul(r, u), PREACTIVATION_FRACTION));
    };
    const n = arithmetic.tanh(candidate(), activation);
    return { ...before, h: arithmetic.round(interpolate(n, z, h), STATE_FRACTION) };
  },
};
