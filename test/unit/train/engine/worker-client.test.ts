import { afterEach, describe, expect, test, vi } from 'vitest';
import { Engine } from '../../../../src/train/engine/engine.js';
import { CASES, setUp } from './cases.js';

afterEach(() => void vi.restoreAllMocks());

describe('the training thread', () => {
  test('a wake-up before its answer is not taken for the answer', () => {
    const [c] = CASES;
    const { shape, parameters, run, fill } = setUp(c!, 5);
    const batch = { steps: c!.steps, batch: c!.batch, everyStep: c!.everyStep ?? false };
    const losses = ([1, 2] as const).map((threads) => {
      const engine = new Engine(shape, batch, { threads });
      fill(engine);
      // the thread's late notice of its answer before this one
      const wait = vi.spyOn(Atomics, 'wait').mockReturnValueOnce('ok');
      const { loss } = engine.forward(parameters, run);
      wait.mockRestore();
      engine.dispose();
      return loss;
    });
    expect(losses[1]).toBe(losses[0]);
  });
});
