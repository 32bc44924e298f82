import { describe, expect, test } from 'vitest';
import { lower } from '../../../src/compiler/2-lower/lower.js';
import { Interpreter } from '../../../src/interpreter/interpret.js';
import type { Layer, Matrix, Model } from '../../../src/ir/model.js';

/** Every weight 1.0: accumulators of fraction 7 become pre-activations of fraction 12 by a shift of 5. */
const ones = (rows: number): Matrix => ({
  format: 'ternary',
  rows,
  cols: 1,
  codes: new Int8Array(rows).fill(1),
  scale: { kind: 'shift', left: 5, n: new Uint8Array(rows) },
  realScale: new Float64Array(rows).fill(1),
});
const modelOf = (layer: Layer): Model => ({
  name: 'tiny',
  activationBits: 8,
  input: { size: 1, fraction: 7, offset: [0], scale: [1] },
  layers: [layer],
  labels: [],
  goldenInput: Int8Array.of(64),
  training: {},
});
const statesOf = (interpreter: Interpreter) =>
  interpreter.program.states.map((id) => Array.from(interpreter.read(id), BigInt));

describe('one step from reset by hand: one unit, all weights 1.0, input 0.5', () => {
  const shared = { name: 'cell', units: 1, scope: 'joint' } as const;

  /** Two steps of a vanilla cell of one unit. */
  function vanilla(activation: 'tanh' | 'hard' | 'relu'): bigint[] {
    const matrices = { input: ones(1), recurrent: ones(1), bias: new Int32Array(1), hiddenFraction: 7 };
    const interpreter = new Interpreter(lower(modelOf({ ...shared, type: 'rnn', activation, ...matrices })));
    return [64, 64].flatMap((x) => {
      interpreter.advance([x]);
      return statesOf(interpreter).flat();
    });
  }

  test('vanilla cells', () => {
    // tanh(0.5) * 128 = 59.15; then p = (64 + 59) * 32, index round(3936 / 128) = 31, tanh(31 / 32) * 128 = 95.7
    expect(vanilla('tanh')).toEqual([59n, 96n]);
    // 0.5, then 1, which Q15 entries of tanh hold as 32639: round(32639 / 256) = 127
    expect(vanilla('hard')).toEqual([64n, 127n]);
    expect(vanilla('relu')).toEqual([64n, 127n]);
  });

  test('reset-before GRU, second step', () => {
    const matrices = { input: ones(3), recurrent: ones(3) };
    const biases = { inputBias: new Int32Array(3), recurrentBias: new Int32Array(0) };
    const gru = {
      ...shared,
      type: 'gru',
      activation: 'tanh',
      reset: 'before',
      hiddenFraction: 15,
      ...matrices,
      ...biases,
    } as const;
    const interpreter = new Interpreter(lower(modelOf(gru)));
    interpreter.advance([64]);
    expect(statesOf(interpreter)).toEqual([[5717n]]); // from h = 0 the reset gate does nothing
    interpreter.advance([64]);
    // h8 = round(5717 / 256) = 22, p = (64 + 22) * 32 = 2752, r = z = S[11] = 21804; rh8 = round(21804 * 5717 / 2^23) = 15;
    // p_n = (64 + 15) * 32 = 2528, n = T[20] = 18173; 18173 + round(21804 * (5717 - 18173) / 2^15) = 18173 - 8288
    expect(statesOf(interpreter)).toEqual([[9885n]]);
  });

  test('GRU', () => {
    const matrices = { input: ones(3), recurrent: ones(3) };
    const biases = { inputBias: new Int32Array(3), recurrentBias: new Int32Array(1) };
    const gru = {
      ...shared,
      type: 'gru',
      activation: 'tanh',
      reset: 'after',
      hiddenFraction: 15,
      ...matrices,
      ...biases,
    } as const;
    const interpreter = new Interpreter(lower(modelOf(gru)));
    interpreter.advance([64]);
    // p = 64 * 32 = 2048; z = S[8] = 20397, n = T[16] = 15143; 15143 + round(20397 * -15143 / 32768) = 15143 - 9426
    expect(statesOf(interpreter)).toEqual([[5717n]]);
    expect(Array.from(interpreter.output())).toEqual([5717]);
  });

  test('LSTM', () => {
    const rest = { input: ones(4), recurrent: ones(4), bias: new Int32Array(4), cellFraction: 11 };
    const interpreter = new Interpreter(lower(modelOf({ ...shared, type: 'lstm', activation: 'tanh', ...rest })));
    interpreter.advance([64]);
    // c = round(round(20397 * 15143 / 2^4) / 2^15) = 589; t = T[round(589 / 64)] = T[9] = 8980; round(20397 * 8980 / 2^23) = 22
    expect(statesOf(interpreter)).toEqual([[589n], [22n]]);
    expect(Array.from(interpreter.output())).toEqual([22]);
  });
});
