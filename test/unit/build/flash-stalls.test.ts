import { expect, test } from 'vitest';
import { FlashModel, replayTrace } from '../../../src/build/cycles/flash-stalls.js';
import { FLASH_TIMINGS, type FlashCache, type FlashTiming } from '../../../src/targets/flash-timing.js';

const cache = (bytes: number, lineBytes: number, ways: FlashCache['ways'] = 'full'): FlashCache => ({
  ...{ bytes, lineBytes, ways },
});
const plain: FlashTiming = {
  ...{ lineBytes: 16, prefetch: false, instructionCache: null, dataCache: null, source: '' },
};
const model = (timing: Partial<FlashTiming>, accelerated = true, waitStates = 5): FlashModel =>
  new FlashModel({ timing: { ...plain, ...timing }, waitStates, accelerated });

test('without acceleration every line waits, and one line waits once', () => {
  const flash = model({}, false);
  expect([flash.execute(0, 32, 16), flash.execute(24, 8, 4), flash.execute(0, 4, 2)]).toEqual([10, 0, 5]);
  expect([flash.load(64), flash.load(68), flash.load(80), flash.load(64)]).toEqual([5, 0, 5, 5]);
});

test('a line that was read ahead waits for the rest of its read', () => {
  // 16 bytes in 2 cycles: the next line is there after 5
  expect(model({ prefetch: true }).execute(0, 48, 6)).toBe(5 + 3 + 3);
  expect(model({ prefetch: true }).execute(0, 48, 60)).toBe(5);
  expect(model({ prefetch: true }, false).execute(0, 48, 60)).toBe(15);
});

test('caches replace the line that was used least recently', () => {
  const flash = model({ instructionCache: cache(32, 16) });
  const run = (...lines: number[]): number[] => lines.map((line) => flash.execute(line * 16, 16, 8));
  expect(run(0, 2, 0, 4, 0, 2)).toEqual([5, 5, 0, 5, 0, 5]);
  // two ways: lines of one set push each other out
  const sets = model({ dataCache: cache(64, 16, 2) });
  expect([0, 32, 0, 64, 0, 32, 16].map((at) => sets.load(at))).toEqual([5, 5, 0, 5, 0, 5, 5]);
});

test('instructions and constants may share a cache', () => {
  const flash = model({ instructionCache: cache(32, 16), dataCache: 'shared' });
  expect([flash.execute(0, 16, 8), flash.load(4), flash.load(32), flash.execute(32, 16, 8)]).toEqual([5, 0, 5, 0]);
});

test('a trace is replayed region by region, for each point, in the flash alone', () => {
  const end = [0xffffffff, 0xffffffff];
  const trace = Uint32Array.from([...[0, 8], ...[64, 0], ...end, ...[0, 8], ...[0x20000000, 8], ...end]);
  const points = [0, 3].map((waitStates) => ({ timing: FLASH_TIMINGS.stm32f4, waitStates, accelerated: true }));
  const block = () => ({ bytes: 16, cycles: 8 });
  expect(replayTrace(trace, { low: 0, high: 1024 }, block, points)).toEqual([
    [0, 6],
    [0, 0],
  ]);
});
