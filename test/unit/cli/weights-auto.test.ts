import { expect, test } from 'vitest';
import { readTrainOptions } from '../../../src/cli/train-options.js';
import { type AutoOptions, takeAuto } from '../../../src/cli/weights-auto.js';

const take = (given: Readonly<Record<string, unknown>>, own: Partial<AutoOptions> = {}, config = {}) =>
  takeAuto(readTrainOptions(given, {}, config, 'c.json'), { recipe: 'default', ...own });

test('a weight format is chosen where that is asked for, and by a thorough training that nothing fixes', () => {
  const m4 = { core: 'cortex-m4', limits: {} };
  expect(take({}).auto).toBeNull();
  expect(take({ weights: 'auto' }).auto).toEqual(m4);
  expect(take({ weights: 'auto' }).options.weights).toEqual({});
  expect(take({ weights: 'input=auto,recurrent=auto,dense=s4' }).options.weights).toEqual({ dense: 's4' });
  expect(take({ weights: 'auto,dense=s4' })).toEqual(take({ weights: 'input=auto,recurrent=auto,dense=s4' }));
  expect(take({}, {}, { weights: { input: 'auto', recurrent: 'auto' } }).auto).toEqual(m4);
  const limits = { maxFlash: 9000, maxRam: 500, maxCycles: 20000, target: 'cortex-m0plus' };
  const within = { core: 'cortex-m0plus', limits: { flash: 9000, ram: 500, cycles: 20000 } };
  expect(take({ weights: 'auto' }, limits).auto).toEqual(within);

  const thorough = { effort: 'thorough' };
  expect(take(thorough).auto).toEqual(m4);
  expect(take(thorough, limits).auto).toEqual(within);
  expect(take({ ...thorough, weights: 'dense=ternary' }).auto).toEqual(m4);
  for (const [given, own] of [
    [{ weights: 's8' }, {}],
    [{ weights: 'recurrent=s8' }, {}],
    [{ zeroThreshold: '0.5' }, {}],
    [{}, { warmStart: 'm.run' }],
    [{}, { teacher: 'm.run' }],
    [{}, { recipe: 'ott2016' }],
  ] as const)
    expect(take({ ...thorough, ...given }, own).auto, JSON.stringify([given, own])).toBeNull();
});
