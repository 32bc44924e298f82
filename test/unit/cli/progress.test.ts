import { describe, expect, test } from 'vitest';
import { progressLine } from '../../../src/cli/progress.js';

const state = { done: 0.456, note: 'loss 0.1234, accuracy 91.2 %', rate: 412.3, left: 75 };
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
    expect(progressLine('x', { ...state, left: Number.NaN, rate: Number.NaN }, 80)).toContain('-:-- left');
    expect(progressLine('x', { ...state, left: 3725 }, 80)).toContain('1:02:05 left');
  });
});
