import { describe, expect, test } from 'vitest';
import { writeModel } from '../../src/compiler/1-read/write-model.js';
import type { Layer, Matrix, Model } from '../../src/ir/model.js';
import { Draw } from '../fuzz/random-network.js';
import { cornersOf } from './corners.js';
import { mutantOf } from './mutants.js';
import { baseTexts } from './samples.js';
import { type Outcome, tryModel } from './try-model.js';

// the whole campaign is npm run fuzz:models

test('mutants of the samples are refused by diagnostics, or compile to the integers of the contract', () => {
  let compiled = 0;
  for (let seed = 0; seed < 200; seed++) {
    const draw = new Draw(seed);
    const { kind } = tryModel(mutantOf(draw, draw.pick(...baseTexts().small)), seed % 10 === 0 ? 'host' : null);
    if (kind === 'compiled') compiled++;
  }
  expect(compiled).toBeGreaterThan(10);
  expect(compiled).toBeLessThan(100);
});

// of the seeds from 0 to 60 those with an edge at which something is refused; 29 crashed remove-idle-limits
test.each([3, 29, 41])('both sides of the edge of a range rule, seed %i', (seed) => {
  for (const { what, text } of cornersOf(new Draw(seed), seed)) {
    const outcome = tryModel(text);
    if (outcome.kind === 'compiled') expect(outcome.float.first, what).toBeNull();
  }
});

/** Brings a sum of 32 bits near to 16; its rounding adds 2^14 before. */
const SHIFT = 15;

/** Rows whose magnitudes add up to `sum`, as 8-bit weights. */
function rowsOf(sum: number, rows: number, cols: number, left = 0): Matrix {
  const row = Int8Array.from({ length: cols }, (_, i) => Math.max(0, Math.min(127, sum - 127 * i)));
  expect(row.reduce((total, w) => total + w, 0)).toBe(sum);
  const codes = new Int8Array(rows * cols);
  for (let j = 0; j < rows; j++) codes.set(row, j * cols);
  const n = new Uint8Array(rows).fill(SHIFT);
  return { format: 's8', rows, cols, codes, scale: { kind: 'shift', left, n }, realScale: new Float64Array(rows) };
}

/** The real scales of the integers: what 2^(left - n) is, for inputs and outputs of some fraction bits. */
const withRealScale = (matrix: Matrix, from: number, to: number): Matrix => {
  const { left } = matrix.scale as { left: number };
  return { ...matrix, realScale: matrix.realScale.fill(2 ** (left - SHIFT + from - to)) };
};

const zeros = (rows: number, cols: number): Matrix => rowsOf(0, rows, cols);
const UNITS = 5;

/**
 * Layers before a row at its limit. What they hand on ends at -127; of a state of 8 bits itself, the caller may make it -128.
 */
const SOURCES: { readonly [name: string]: { readonly layers: readonly Layer[]; readonly lowest: -127 | -128 } } =
  (() => {
    const shared = { name: 'source', units: UNITS, scope: 'separate', activation: 'tanh' } as const;
    const cell = (gates: number) => {
      const scaled = (cols: number): Matrix => withRealScale(zeros(gates * UNITS, cols), 7, 12);
      return { input: scaled(UNITS), recurrent: scaled(UNITS), bias: new Int32Array(gates * UNITS) };
    };
    const rnn = (activation: 'tanh' | 'relu'): Layer => {
      return { type: 'rnn', ...shared, ...cell(1), activation, hiddenFraction: 7 };
    };
    const { bias, ...matrices } = cell(3);
    const gru: Layer = {
      ...{ type: 'gru', ...shared, ...matrices, reset: 'after' },
      ...{ inputBias: bias, recurrentBias: new Int32Array(UNITS), hiddenFraction: 15 },
    };
    const lstm: Layer = { type: 'lstm', ...shared, ...cell(4), cellFraction: 11 };
    const dense = (activation: 'linear' | 'relu'): Layer => {
      const weights = withRealScale(rowsOf(200, UNITS, UNITS, 12), 7, 7);
      return {
        type: 'dense',
        name: 'inner',
        units: UNITS,
        activation,
        weights,
        bias: new Int32Array(UNITS),
        outputFraction: 7,
      };
    };
    const scaleShift: Layer = {
      ...{ type: 'scaleShift', name: 'inner', units: UNITS, outputFraction: 7 },
      ...{ m: new Int16Array(UNITS).fill(2), n: new Uint8Array(UNITS), bias: new Int32Array(UNITS) },
    };
    return {
      gru: { layers: [gru], lowest: -127 },
      lstm: { layers: [lstm], lowest: -128 },
      'rnn, tanh': { layers: [rnn('tanh')], lowest: -128 },
      'rnn, relu': { layers: [rnn('relu')], lowest: -128 },
      'an inner dense layer': { layers: [gru, dense('linear')], lowest: -127 },
      'an inner dense layer with relu': { layers: [gru, dense('relu')], lowest: -127 },
      'a scaleShift layer': { layers: [gru, scaleShift], lowest: -127 },
    };
  })();

const model = (layers: readonly Layer[], activationBits: 8 | 16, size: number): Model => ({
  ...{ name: 'edge', activationBits, layers, labels: [], training: {} },
  input: { size, fraction: activationBits - 1, offset: [0], scale: [1] },
  goldenInput: activationBits === 8 ? new Int8Array(size).fill(-127) : new Int16Array(size).fill(-32767),
});

const outcomeOf = (text: string): string => {
  const outcome: Outcome = tryModel(text);
  if (outcome.kind === 'refused') return outcome.codes.join();
  return outcome.float.passed ? 'compiled' : `outside ${JSON.stringify(outcome.float.first)}`;
};

describe('a row that fits int32 with codes down to -127, but not with -128', () => {
  // sums times 2^15: 512 fits with -128, 516 with 127, 517 with neither
  test.each(Object.entries(SOURCES))('behind %s', (_, { layers, lowest }) => {
    const beyond = lowest === -127 ? 'compiled' : 'range_overflow';
    for (const [sum, expected] of [
      [512, 'compiled'],
      [513, beyond],
      [516, beyond],
      [517, 'range_overflow'],
    ] as const) {
      const weights = withRealScale(rowsOf(sum, 1, UNITS, 15), 7, 12);
      const head: Layer = {
        ...{ type: 'dense', name: 'head', units: 1, activation: 'linear', weights },
        ...{ bias: new Int32Array(1), outputFraction: 12 },
      };
      expect(outcomeOf(writeModel(model([...layers, head], 8, UNITS))), `sum ${sum}`).toBe(expected);
    }
  });

  // 16 bits: 65535 fits with -32768, 65537 with 32767, both with the rounding
  test.each([
    [8, 15, 512, 516],
    [16, 0, 65535, 65537],
  ] as const)('behind the input of %i bits', (bits, left, narrow, wide) => {
    const cols = Math.ceil((wide + 1) / 127);
    for (const [sum, expected] of [
      [narrow, 'compiled'],
      [narrow + 1, 'compiled'],
      [wide, 'compiled'],
      [wide + 1, 'range_overflow'],
    ] as const) {
      const layer: Layer = {
        ...{ type: 'rnn', name: 'cell', units: 1, scope: 'separate', activation: 'tanh', hiddenFraction: bits - 1 },
        input: withRealScale(rowsOf(sum, 1, cols, left), bits - 1, 12),
        recurrent: withRealScale(zeros(1, 1), bits - 1, 12),
        bias: new Int32Array(1),
      };
      expect(outcomeOf(writeModel(model([layer], bits, cols))), `sum ${sum}`).toBe(expected);
    }
  });
});

describe('models that name sizes they do not hold are refused before anything of that size is made', () => {
  const small = baseTexts().small.find((text) => text.includes('"ternary"'))!;
  const heap = (): number => process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
  test.each(['units', 'rows', 'cols', 'size'])('%s', (field) => {
    for (const value of [65535, 1e9, 2 ** 31, 2 ** 53, 1e308]) {
      const before = heap();
      const text = small.replace(new RegExp(`"${field}":\\d+`), `"${field}":${value}`);
      expect(text).not.toBe(small);
      expect(tryModel(text).kind).toBe('refused');
      expect(heap() - before).toBeLessThan(2 ** 26);
    }
  });
});
