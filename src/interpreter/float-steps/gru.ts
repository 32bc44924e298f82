import { ACTIVATION_FORMATS } from '../../ir/model.js';
import { add, interpolate, mul, type Values } from '../intervals.js';
import { Cell, recurrentMatrices } from './cell.js';
import { type FloatStep, fractionOfSums } from './float-step.js';

/** N7, N13: what the recurrent part of gate n is clamped to. */
const RECURRENT_LIMIT = 65535;
const [Z, R, N] = [0, 1, 2];

/** GRU, gates z, r, n (N7). */
export const gru: FloatStep<'gru'> = {
  states: ({ hiddenFraction }) => ({ h: hiddenFraction }),
  matrices: (layer, inputFraction, bits) =>
    recurrentMatrices(layer, inputFraction, bits, fractionOfSums(layer.activation, layer.hiddenFraction)),
  step(layer, x, before, { bits }, arithmetic) {
    const { units, reset, activation, inputBias, recurrentBias, hiddenFraction: f } = layer;
    const { h } = before;
    const multiplied = activation === 'relu' ? f : ACTIVATION_FORMATS[bits].unitFraction;
    const cell = new Cell(layer, x, bits, arithmetic, fractionOfSums(activation, f));
    const ofGateN = new Int32Array(3 * units);
    if (reset === 'after') ofGateN.set(recurrentBias, N * units);
    const input = cell.input(inputBias);
    const recurrent = cell.recurrent(arithmetic.round(h, multiplied), ofGateN);
    const r = cell.opening(cell.gate(input, recurrent, R));
    const z = cell.opening(cell.gate(input, recurrent, Z));
    const candidate = (): Values => {
      if (reset === 'before') {
        const resetHidden = arithmetic.round(mul(r, h), multiplied);
        return cell.gate(input, cell.recurrent(resetHidden, null), N);
      }
      const ofReset = activation === 'relu' ? f : cell.fraction;
      const limit = RECURRENT_LIMIT * 2 ** -ofReset;
      const u = arithmetic.limit(arithmetic.round(cell.scaled('recurrent', recurrent, N), ofReset), -limit, limit);
      return add(cell.scaled('input', input, N), arithmetic.round(mul(r, u), cell.fraction));
    };
    const n = cell.candidate(candidate(), f);
    return { ...before, h: arithmetic.round(interpolate(n, z, h), f) };
  },
};
