import { describe, expect, test } from 'vitest';
import { lower } from '../../../src/compiler/2-lower/lower.js';
import { Interpreter } from '../../../src/interpreter/interpret.js';
import type { GruLayer, Layer, LstmLayer, Matrix, Model } from '../../../src/ir/model.js';
import { randomNetwork } from '../../fuzz/random-network.js';
import { gruStep, lstmStep } from './bigint-cells.js';
import { moderateNetwork } from './moderate-network.js';

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

  test('GRU', () => {
    const matrices = { input: ones(3), recurrent: ones(3) };
    const biases = { inputBias: new Int32Array(3), recurrentBias: new Int32Array(1) };
    const interpreter = new Interpreter(lower(modelOf({ ...shared, type: 'gru', ...matrices, ...biases })));
    interpreter.advance([64]);
    // p = 64 * 32 = 2048; z = S[8] = 20397, n = T[16] = 15143; 15143 + round(20397 * -15143 / 32768) = 15143 - 9426
    expect(statesOf(interpreter)).toEqual([[5717n]]);
    expect(Array.from(interpreter.output())).toEqual([5717]);
  });

  test('LSTM', () => {
    const rest = { input: ones(4), recurrent: ones(4), bias: new Int32Array(4), cellFraction: 11 };
    const interpreter = new Interpreter(lower(modelOf({ ...shared, type: 'lstm', ...rest })));
    interpreter.advance([64]);
    // c = round(round(20397 * 15143 / 2^4) / 2^15) = 589; t = T[round(589 / 64)] = T[9] = 8980; round(20397 * 8980 / 2^23) = 22
    expect(statesOf(interpreter)).toEqual([[589n], [22n]]);
    expect(Array.from(interpreter.output())).toEqual([22]);
  });
});

/** Runs a cell alone; every state of every step must be that of the BigInt formulas. */
function compare(layer: GruLayer | LstmLayer, input: Model['input'], codes: Int8Array): void {
  const interpreter = new Interpreter(lower({ ...modelOf(layer), input }));
  const zero = Array.from({ length: layer.units }, () => 0n);
  let [first, second] = [zero, zero];
  for (let t = 0; t < codes.length; t += input.size) {
    const step = codes.subarray(t, t + input.size);
    const x = Array.from(step, (v) => BigInt(Math.max(v, -127)));
    interpreter.advance(step);
    if (layer.type === 'gru') first = gruStep(layer, x, first);
    else ({ c: first, h8: second } = lstmStep(layer, x, first, second));
    expect(statesOf(interpreter)).toEqual(layer.type === 'gru' ? [first] : [first, second]);
  }
}

describe('every state of every step is that of N5 to N8 in BigInt', () => {
  test.each(['gru', 'lstm'] as const)('%s, moderate', (type) => {
    for (let seed = 0; seed < 8; seed++) {
      const { model, sequences } = moderateNetwork(seed, type);
      compare(model.layers[0] as GruLayer | LstmLayer, model.input, sequences[0]!);
    }
  });

  test('random first cells, all scopes and formats, saturated and constant inputs', () => {
    let cells = 0;
    for (let seed = 0; seed < 120; seed++) {
      const { model } = randomNetwork(seed);
      const [layer] = model.layers;
      if (layer!.type === 'dense') continue;
      cells++;
      const extremes = Int8Array.from({ length: 4 * model.input.size }, (_, i) => [-128, 127, 0, -1][(i * seed) & 3]!);
      for (const codes of [model.goldenInput, extremes]) compare(layer!, model.input, codes);
    }
    expect(cells).toBeGreaterThan(60);
  });
});
