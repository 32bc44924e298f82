import { expect, test } from 'vitest';
import { estimateStalls, NO_TRAFFIC } from '../../../src/compiler/4-plan/estimate-stalls.js';
import { compile } from '../../../src/compiler/compile.js';
import { FLASH_TIMINGS, type FlashPoint, type FlashTimingName } from '../../../src/targets/flash-timing.js';
import { sampleText } from '../../samples/sample-text.js';

const point = (name: FlashTimingName, waitStates: number): FlashPoint => ({
  ...{ timing: FLASH_TIMINGS[name], waitStates, accelerated: true },
});
const stalls = (traffic: Partial<typeof NO_TRAFFIC>, at: FlashPoint, place: 'flash' | 'ram' | 'ram-code' = 'flash') =>
  estimateStalls({ ...NO_TRAFFIC, ...traffic }, 10_000, place, at);

test('a shared cache keeps what it has room for; what is used in turn beyond that misses in every step', () => {
  const pico = point('rp2040', 50);
  expect(stalls({ code: 4000, weights: 12_384 }, pico)).toBe(0);
  // 1,000 bytes beyond 2 ways: 3 lines take turns in each set that has 3
  expect(stalls({ straightCode: 17_384 }, pico)).toBe((50 * 3000) / 8);
  expect(stalls({ straightCode: 60_000 }, pico)).toBe((50 * 60_000) / 8);
});

test('weights are read once, a line at a time; constants of loops one by one where nothing keeps them', () => {
  expect(stalls({ weights: 1600 }, point('stm32g0', 2))).toBe((2 * 1600) / 8);
  expect(stalls({ vectorLoads: 100, tableLoads: 10 }, point('stm32g0', 2))).toBe(2 * 110);
  expect(stalls({ vectors: 320, vectorLoads: 160 }, point('stm32f4', 5))).toBe((5 * 320) / 16);
});

test('what is in RAM does not wait, nor does a flash without wait states', () => {
  const traffic = { code: 5000, weights: 5000, vectorLoads: 100 };
  expect(stalls(traffic, point('stm32f4', 5), 'ram')).toBe(0);
  expect(stalls(traffic, point('stm32f4', 5), 'ram-code')).toBeGreaterThan(0);
  expect(stalls(traffic, point('stm32f4', 0))).toBe(0);
});

test('at the clock of a board kernels are chosen that do not wait: weights as code do not fit the cache of a Pico', async () => {
  const text = await sampleText('gru_digits');
  const fast = { board: 'raspberry_pi_pico', clock: 'fast', objective: 'speed', allowWeightsAsCode: true } as const;
  const inCode = (plan: ReturnType<typeof compile>['plan']) =>
    plan.choices.some(({ chosen }) => chosen.codeBytes > 4096);
  expect(inCode(compile(text, { core: 'cortex-m0plus', objective: 'speed', allowWeightsAsCode: true }).plan)).toBe(
    true,
  );
  const { plan } = compile(text, fast);
  expect([inCode(plan), plan.estimate.stalls]).toEqual([false, 0]);
  expect(inCode(compile(text, { ...fast, place: 'ram-code' }).plan)).toBe(true);
});
