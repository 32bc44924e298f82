import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readModel } from '../../../src/compiler/1-read/read-model.js';
import { lower } from '../../../src/compiler/2-lower/lower.js';
import { compareWithFloat, type FloatComparison } from '../../../src/interpreter/beside-float.js';
import { goldenSequences } from '../../../src/interpreter/golden.js';
import { Interpreter } from '../../../src/interpreter/interpret.js';
import { interpolate, mul, points, rowSums, type Values } from '../../../src/interpreter/intervals.js';
import { type Codes, type Model, stepLength } from '../../../src/ir/model.js';
import type { Program } from '../../../src/ir/program.js';
import { Draw, randomNetwork } from '../../fuzz/random-network.js';
import { randomSequence } from '../../fuzz/sequences.js';
import { packagePath } from '../../kernels/run-program.js';
import { FAULTS } from './planted-faults.js';

const SAMPLES = packagePath('test/samples');
const samples = readdirSync(SAMPLES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => ({ name, model: readModel(readFileSync(join(SAMPLES, name, 'model.json'), 'utf8')) }));

/** The first steps of every golden sequence. */
const fewSteps = (model: Model, steps: number): Codes[] =>
  goldenSequences(model, 1).map((codes) => codes.subarray(0, steps * stepLength(model.input)));

describe('the fixed-point network beside the float network', () => {
  test.each(samples)('$name is within its limits at every step', ({ model }) => {
    const result = compareWithFloat(model, lower(model), goldenSequences(model, 1));
    expect(result).toMatchObject({ passed: true, outside: 0, first: null });
    expect(result.decibels).toBeGreaterThan(25);
    // what is compared: every state of a layer, the output and the decision; the score of anomalies is one of integers, which
    // the BigInt reference computes a second time (test/fuzz)
    const perStep = result.tensors.reduce((sum, { values }) => sum + values, 0) / result.steps;
    const { tensors, states, output, phases } = lower(model);
    const ofLayers = states.filter((id) => model.layers.some(({ name }) => tensors[id]!.name.startsWith(`${name}_`)));
    const decisions = phases.argmax.length === 0 ? 0 : 1;
    expect(perStep).toBe([...ofLayers, output].reduce((sum, id) => sum + tensors[id]!.type.length, decisions));
  });

  test('random networks are too', () => {
    for (let seed = 0; seed < 40; seed++) {
      const { model, description } = randomNetwork(seed);
      const sequences = [...goldenSequences(model, seed), randomSequence(new Draw(seed), model, 6)];
      expect(compareWithFloat(model, lower(model), sequences), description).toMatchObject({ passed: true });
    }
  });

  test('a limit is what tables and roundings can do, not more', () => {
    const { model } = samples.find(({ name }) => name === 'gru_ternary_shift')!;
    const { tensors } = compareWithFloat(model, lower(model), goldenSequences(model, 1));
    const [h, y] = tensors;
    // n by half a step of its index and the shift of r, z by half a step at a slope of 1/4, for h and n up to 2 apart
    expect(h!.limit).toBeLessThan(1 / 64 + 2 / 128 + 2 ** -10);
    expect(h!.largest).toBeGreaterThan(h!.limit / 4);
    // one rounding, and a second before it in a row with a multiplier
    const dense = model.layers.at(-1)! as { outputFraction: number };
    expect(y!.limit).toBeLessThan(2 * 2 ** -dense.outputFraction);
  });

  test('names the layer, the unit and the step', () => {
    const { model } = samples.find(({ name }) => name === 'lstm_on_gru')!;
    const wrong = FAULTS.find(({ name }) => name === 'lstm: gates i and f swapped')!.plant(model)!;
    const { first, passed } = compareWithFloat(model, wrong, goldenSequences(model, 1));
    expect(passed).toBe(false);
    expect(first).toMatchObject({ layer: '/layers/1', tensor: expect.stringMatching(/^lstm1_c$/), sequence: 0 });
    expect(first!.found < first!.low || first!.found > first!.high).toBe(true);
  });
});

test('the float network knows the model alone: no program, layer, op, table or fixed-point arithmetic', () => {
  const steps = readdirSync(packagePath('src/interpreter/float-steps')).map((name) => `float-steps/${name}`);
  expect(steps.length).toBeGreaterThan(6);
  const own = ['quantized-float.ts', 'arithmetic.ts', 'intervals.ts', ...steps].map((name) => `interpreter/${name}`);
  const files = [...own, 'ir/reconstruction.ts'];
  for (const file of files) {
    const text = readFileSync(packagePath(`src/${file}`), 'utf8');
    const imports = [...text.matchAll(/from '(.*)\.js'/g)].map(([, from]) => posix.join(dirname(file), `${from}.ts`));
    expect(imports.filter((path) => path !== 'ir/model.ts' && !files.includes(path))).toEqual([]);
  }
});

/**
 * Largest difference that a fault makes in one step from the same state, in the first layer where it makes any; with the
 * tensors of that layer.
 */
function effectOf(wrong: Program, right: Program, sequences: readonly Codes[], { tensors }: FloatComparison) {
  const [a, b] = [new Interpreter(wrong), new Interpreter(right)];
  // states of layers alone are compared; those of anomalies come first
  const first = right.states.findIndex((id) => tensors.some(({ tensor }) => tensor === right.tensors[id]!.name));
  const compared = (program: Program) => [...program.states.slice(first), program.output];
  const largest = new Float64Array(compared(right).length);
  for (const sequence of sequences) {
    a.reset();
    b.reset();
    const width = right.tensors[right.input]!.type.length;
    for (let t = 0; t < sequence.length; t += width) {
      right.states.forEach((id, i) => void b.read(id).set(a.read(wrong.states[i]!)));
      const x = sequence.subarray(t, t + width);
      a.advance(x);
      b.advance(x);
      a.output();
      b.output();
      compared(right).forEach((id, i) => {
        const other = a.read(compared(wrong)[i]!);
        const unit = 2 ** -right.tensors[id]!.type.fraction;
        b.read(id).forEach((code, j) => {
          largest[i] = Math.max(largest[i]!, Math.abs(code - other[j]!) * unit);
        });
      });
    }
  }
  const changedFirst = tensors.find((_, i) => largest[i]! > 0);
  // an output that is a copy of a state is compared with that state: its own limit is 0
  const limitOf = (name: string): number =>
    (
      tensors.find(({ tensor }) => tensor === name.replace(/_y$/, '_h')) ??
      tensors.find(({ tensor }) => tensor === name)!
    ).limit;
  return tensors.flatMap(({ layer, tensor }, i) =>
    layer === changedFirst?.layer ? [{ effect: largest[i] ?? 0, limit: limitOf(tensor) }] : [],
  );
}

describe('planted faults', () => {
  const models = [
    ...['gru_ternary_shift', 'gru_joint_multiplier', 'gru_before_hard', 'lstm_s8_multiplier', 'lstm_on_gru'],
    ...['lstm_one_hot', 'rnn_relu_binary', 'gru_dense_tables', 'relu_stack'],
    ...['conv_pool_gru', 'conv_strided_rnn', 'conv_16_bits', 'steps_max_16_bits', 'steps_pooled'],
    'window_given_back',
  ].map((sample) => samples.find(({ name }) => name === sample)!.model);
  // cells that reach their limits
  const saturated = [9, 73].map((seed) => randomNetwork(seed).model);
  const cases = [...models, ...saturated].map((model) => ({ model, sequences: fewSteps(model, 8) }));

  test.each(FAULTS)('$name', (fault) => {
    let caught = 0;
    for (const { model, sequences } of cases) {
      const wrong = fault.plant(model);
      if (wrong === null) continue;
      const result = compareWithFloat(model, wrong, sequences);
      if (!result.passed) caught++;
      else
        for (const { effect, limit } of effectOf(wrong, lower(model), sequences, result))
          expect(effect, `${model.name}: in the limits, though its effect is larger`).toBeLessThanOrEqual(2 * limit);
    }
    expect(caught).toBeGreaterThan(0);
  });
});

describe('intervals hold what is computed from any numbers in them', () => {
  const draw = new Draw(5);
  const interval = (length: number): Values => {
    const low = Float64Array.from({ length }, () => draw.real(-2, 2));
    return { low, high: low.map((x) => x + draw.real(0, 1)) };
  };
  const inside = ({ low, high }: Values): Float64Array => low.map((x, j) => x + draw.real(0, 1) * (high[j]! - x));
  const expectInside = (found: Float64Array, { low, high }: Values): void =>
    found.forEach((x, j) => {
      expect(x).toBeGreaterThanOrEqual(low[j]! - 1e-12);
      expect(x).toBeLessThanOrEqual(high[j]! + 1e-12);
    });

  test('of every operation', () => {
    for (let i = 0; i < 50; i++) checkOperations();
  });

  function checkOperations(): void {
    const [a, b, h] = [interval(6), interval(6), points(inside(interval(6)))];
    const codes = Int8Array.from({ length: 12 }, () => draw.integer(-127, 127));
    const [x, y] = [inside(a), inside(b)];
    expectInside(
      x.map((v, j) => v * y[j]!),
      mul(a, b),
    );
    expectInside(
      x.map((n, j) => n + y[j]! * (h.low[j]! - n)),
      interpolate(a, b, h),
    );
    expectInside(
      Float64Array.of(...[0, 6].map((from) => x.reduce((sum, v, i) => sum + v * codes[from + i]!, 0))),
      rowSums(codes, 2, 6, a),
    );
  }
});
