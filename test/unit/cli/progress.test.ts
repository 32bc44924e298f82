import { describe, expect, test } from 'vitest';
import { progressLine, readingLine } from '../../../src/cli/progress.js';

const state = { done: 0.456, note: 'loss 0.1234, accuracy 91.2 %', speed: '412 steps/s', left: 75 };
const line = (columns: number) => progressLine('gru 64, ternary', state, columns);

describe('the line of progress', () => {
  test('on 80 columns: percent, loss, metric and time left, with a bar', () => {
    expect(line(80)).toHaveLength(80);
    for (const part of [' 45 %', 'loss 0.1234', 'accuracy 91.2 %', '1:15 left']) expect(line(80)).toContain(part);
    expect(line(80)).toMatch(/[\u2588#]/);
  });

  test.each([20, 47, 48, 54, 60, 68, 79, 80, 120, 400])('%i columns are not exceeded', (columns) => {
    expect(line(columns).length).toBeLessThanOrEqual(columns);
    if (columns >= 48) expect(line(columns)).toContain('1:15 left');
  });

  test('time that is not known, and hours', () => {
    expect(progressLine('x', { ...state, left: Number.NaN, speed: '' }, 80)).toContain('-:-- left');
    expect(progressLine('x', { ...state, left: 3725 }, 80)).toContain('1:02:05 left');
  });
});

describe('the line of a reading', () => {
  const reading = (isTTY: boolean, seconds: readonly number[]): string[] => {
    const written: string[] = [];
    let now = 0;
    const output = { isTTY, columns: 60, write: (text: string) => written.push(text) };
    const line = readingLine('reading x.csv', output, () => now);
    for (now of seconds) line.show(now * 20e6, 200e6);
    line.stop();
    return written;
  };

  test('comes after a second, on a terminal, not for every block, and is gone at the end', () => {
    const [first, second, ...rest] = reading(true, [0.1, 0.9, 2, 2.1, 5]);
    expect(first).toMatch(/^\rreading x\.csv .* 20 % \| 20 MB\/s \| 0:08 left *$/);
    expect(second).toContain('50 %');
    expect(rest).toEqual([`\r${' '.repeat(59)}\r`]);
  });

  test('is not there for a short reading, nor in a file', () => {
    expect(reading(true, [0.1, 0.9])).toEqual([]);
    expect(reading(false, [2, 5])).toEqual([]);
  });
});
