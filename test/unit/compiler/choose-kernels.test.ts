import { describe, expect, test } from 'vitest';
import { writeModel } from '../../../src/compiler/1-read/write-model.js';
import { type Candidate, rankAssignments, score } from '../../../src/compiler/4-plan/choose-kernels.js';
import { NO_TRAFFIC } from '../../../src/compiler/4-plan/estimate-stalls.js';
import { compile } from '../../../src/compiler/compile.js';
import { OBJECTIVES } from '../../../src/ir/plan.js';
import { WEIGHTS_AS_CODE } from '../../../src/targets/kernels/weights-as-code.js';
import { KERNELS } from '../../../src/targets/kernels.js';
import { randomNetwork } from '../../fuzz/random-network.js';
import { sampleText } from '../../samples/sample-text.js';

const [written] = KERNELS;
const candidate = (fields: Partial<Candidate>): Candidate => ({
  ...{ kernel: written!, block: 1, cycles: 1000, weightBytes: 1000, readBytes: 1000, workBytes: 0, codeBytes: 0 },
  ...fields,
});
const rest = { cycles: 5000, flash: 4000, ram: 1000, traffic: NO_TRAFFIC };
const none = { objective: 'speed', rest, memory: { place: 'flash', flash: null }, allowWeightsAsCode: false } as const;

/** Bytes of weights as code by the estimate that the limit is about. */
const generatedBytes = (plan: ReturnType<typeof compile>['plan']): number =>
  plan.choices.reduce((sum, { chosen }) => sum + (chosen.symbol === WEIGHTS_AS_CODE.symbol ? chosen.codeBytes : 0), 0);

describe('the score of a plan', () => {
  const plan = { cycles: 10_000, flash: 10_000, ram: 2000 };

  test('speed: fewer cycles win, whatever they cost; bytes decide between equals', () => {
    expect(score({ ...plan, cycles: 9999, flash: 99_000 }, 'speed')).toBeLessThan(score(plan, 'speed'));
    expect(score({ ...plan, ram: 1999 }, 'speed')).toBeLessThan(score(plan, 'speed'));
  });

  test('balanced: a byte of RAM counts as two of flash', () => {
    expect(score({ ...plan, flash: 8000, ram: 3000 }, 'balanced')).toBe(score(plan, 'balanced'));
    expect(score({ ...plan, cycles: 5000, flash: 24_000 }, 'balanced')).toBe(score(plan, 'balanced'));
  });

  test('size: 8 % of flash is not worth twice the cycles and twice the RAM', () => {
    const smaller = { cycles: 2 * plan.cycles, flash: 0.92 * plan.flash, ram: 2 * plan.ram };
    expect(score(smaller, 'size')).toBeGreaterThan(score(plan, 'size'));
    expect(score({ ...plan, flash: 0.92 * plan.flash, cycles: 1.2 * plan.cycles }, 'size')).toBeLessThan(
      score(plan, 'size'),
    );
  });
});

describe('weights as code', () => {
  const code = (codeBytes: number) => candidate({ kernel: WEIGHTS_AS_CODE, cycles: 10, weightBytes: 0, codeBytes });

  test('stay below 4 KB in all, not only in each product', () => {
    const lists = [0, 1, 2].map(() => [candidate({}), code(1500)]);
    const [best] = rankAssignments(lists, none);
    expect(best!.filter(({ kernel }) => kernel.generate).length).toBe(2);
    const [allowed] = rankAssignments(lists, { ...none, allowWeightsAsCode: true });
    expect(allowed!.every(({ kernel }) => kernel.generate)).toBe(true);
  });

  test('leave an assignment where so many products are compared that each has few candidates', () => {
    const lists = Array.from({ length: 20 }, () => [code(1000), code(1010), candidate({})]);
    const [best] = rankAssignments(lists, none);
    expect(best!.filter(({ kernel }) => kernel.generate).length).toBeLessThanOrEqual(3);
  });

  test('of a sample and of random networks stay below 4 KB for every objective', () => {
    let beyond = 0;
    const texts = [sampleText('gru_digits'), ...[1, 5, 9].map((seed) => writeModel(randomNetwork(seed).model))];
    for (const text of texts)
      for (const core of ['cortex-m0plus', 'cortex-m4'])
        for (const objective of OBJECTIVES) {
          expect(generatedBytes(compile(text, { core, objective }).plan)).toBeLessThan(4096);
          const { plan } = compile(text, { core, objective, allowWeightsAsCode: true });
          if (generatedBytes(plan) > 4096) beyond++;
        }
    expect(beyond).toBeGreaterThan(0);
  });
});
