import { afterAll, describe, expect, test } from 'vitest';
import { Engine } from '../../../../src/train/engine/engine.js';
import { referenceStep, toReference } from '../../../../src/train/reference.js';
import { Draw } from '../../../fuzz/random-network.js';
import { arraysOf, CASES, type Case, setUp } from './cases.js';

/** First states of every sequence, as an engine and the reference reach them by a pass over the same batch. */
function withCarriedStates(c: Case, seed: number) {
  const own = setUp(c, seed);
  if (!c.carried) return { ...own, first: own.sequences };
  const before = referenceStep(own.shape, toReference(own.parameters), own.sequences, own.reference);
  return { ...own, first: own.sequences.map((sequence, s) => ({ ...sequence, states: before.states[s]! })) };
}

const worst = new Map<string, number>();

describe.each(CASES)('gradients: $name', (c) => {
  test('the float64 reference agrees with central differences', () => {
    const { shape, parameters, first, reference } = withCarriedStates(c, 3);
    const p = toReference(parameters);
    const { gradient } = referenceStep(shape, p, first, reference);
    const draw = new Draw(9);
    const gradients = arraysOf(gradient);
    arraysOf(p).forEach(([name, array], a) => {
      if (array.length === 0 || array.every((v) => v === 0)) return;
      for (let k = 0; k < 3; k++) {
        const i = draw.integer(0, array.length - 1);
        const kept = array[i]!;
        const lossAt = (v: number) => {
          array[i] = v;
          const { loss } = referenceStep(shape, p, first, reference);
          array[i] = kept;
          return loss;
        };
        const slope = (lossAt(kept + 1e-5) - lossAt(kept - 1e-5)) / 2e-5;
        expect(Math.abs(slope - gradients[a]![1]![i]!), `${name}[${i}]`).toBeLessThan(1e-8 + 1e-6 * Math.abs(slope));
      }
    });
  });

  test('the WASM engine agrees with the reference, with the same bits in one and two threads', () => {
    const { shape, parameters, first, reference, run, fill } = withCarriedStates(c, 4);
    const batch = { steps: c.steps, batch: c.batch, everyStep: c.everyStep ?? false, ...(c.loss && { loss: c.loss }) };
    const expected = referenceStep(shape, toReference(parameters), first, reference);
    const found = ([1, 2] as const).map((threads) => {
      const engine = new Engine(shape, batch, { threads });
      fill(engine);
      // what comes before leaves states alone
      if (c.carried) engine.forward(parameters, run);
      else engine.step(parameters, run);
      const { loss, gradient } = engine.step(parameters, { ...run, carryState: c.carried ?? false });
      const arrays = arraysOf(gradient).map(([name, array]) => [name, array.slice()] as const);
      engine.dispose();
      return { loss, arrays };
    });
    expect(found[1]).toEqual(found[0]);
    const { loss, arrays } = found[0]!;
    expect(Math.abs(loss - expected.loss)).toBeLessThan(1e-5);
    const wanted = new Map(arraysOf(expected.gradient));
    for (const [name, array] of arrays) {
      const other = wanted.get(name)!;
      let [error, norm] = [0, 0];
      for (let i = 0; i < array.length; i++) {
        error += (array[i]! - other[i]!) ** 2;
        norm += other[i]! ** 2;
      }
      expect(Math.sqrt(error), name).toBeLessThanOrEqual(1e-5 * Math.sqrt(norm) + 1e-8);
      if (norm > 1e-12) worst.set(c.name, Math.max(worst.get(c.name) ?? 0, Math.sqrt(error / norm)));
    }
  });
});

afterAll(() => {
  if (process.env.RNNQ_PRINT !== undefined)
    for (const [name, error] of worst) process.stdout.write(`${name}: ${error.toExponential(1)}\n`);
});
