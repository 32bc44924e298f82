import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../src/fixed/random.js';
import { importModel } from '../../src/import-model.js';
import type { ActivationName, FloatLayer, FloatNetwork, FloatRecurrent } from '../../src/importers/float-network.js';
import { FloatRun } from '../../src/importers/float-run.js';
import { rewrite, withInput } from '../../src/importers/rewrite.js';

const random = new SeededRandom(3);
const numbers = (count: number): Float64Array => Float64Array.from({ length: count }, () => 2 * random.next() - 1);

const recurrent = (type: FloatRecurrent['type'], units: number, inputs: number, more: Partial<FloatRecurrent> = {}) => {
  const rows = { rnn: 1, gru: 3, lstm: 4 }[type] * units;
  return {
    type,
    name: type,
    units,
    inputs,
    input: numbers(rows * inputs),
    recurrent: numbers(rows * units),
    inputBias: numbers(rows),
    recurrentBias: numbers(rows),
    activation: 'tanh',
    gateActivation: 'sigmoid',
    reset: 'after',
    ...more,
  } as const satisfies FloatRecurrent;
};
const dense = (units: number, inputs: number, activation: ActivationName = 'linear', name = 'dense') =>
  ({
    type: 'dense',
    name,
    units,
    inputs,
    weights: numbers(units * inputs),
    bias: numbers(units),
    activation,
  }) as const;
const scaleShift = (units: number, name = 'norm') =>
  ({ type: 'scaleShift', name, units, inputs: units, scale: numbers(units), shift: numbers(units) }) as const;
const embedding = (symbols: number, units: number) =>
  ({ type: 'embedding', name: 'embedding', units, inputs: symbols, table: numbers(symbols * units) }) as const;
const hard = { kind: 'hard-sigmoid', slope: 0.2, offset: 0.5 } as const;

const network = (
  size: number,
  layers: readonly FloatLayer[],
  encoding: 'values' | 'symbols' = 'values',
): FloatNetwork => ({
  input: { size, encoding, window: null },
  layers,
  head: 'linear',
  everyStep: true,
});

const CASES: Readonly<Record<string, FloatNetwork>> = {
  'batch normalization of the input': network(3, [scaleShift(3), recurrent('gru', 4, 3), dense(2, 4)]),
  'two in a row between cells': network(3, [
    recurrent('gru', 4, 3, { reset: 'before' }),
    scaleShift(4),
    scaleShift(4, 'second'),
    recurrent('lstm', 5, 4),
    dense(2, 5),
  ]),
  'behind a linear dense layer': network(3, [recurrent('rnn', 4, 3), dense(5, 4), scaleShift(5), dense(2, 5)]),
  'behind a relu dense layer': network(3, [recurrent('rnn', 4, 3), dense(5, 4, 'relu'), scaleShift(5), dense(2, 5)]),
  'as the last layer': network(3, [recurrent('lstm', 4, 3), scaleShift(4)]),
  'an embedding': network(7, [embedding(7, 3), recurrent('gru', 4, 3), dense(2, 4)], 'symbols'),
  'an embedding that is normalized': network(7, [embedding(7, 3), scaleShift(3), recurrent('lstm', 4, 3)], 'symbols'),
  'hard sigmoids of a GRU': network(3, [recurrent('gru', 4, 3, { gateActivation: hard }), dense(2, 4)]),
  'hard sigmoids with relu': network(3, [recurrent('lstm', 4, 3, { gateActivation: hard, activation: 'relu' })]),
  'hard sigmoids of an LSTM': network(3, [recurrent('lstm', 4, 3, { gateActivation: { ...hard, slope: 1 / 6 } })]),
};

const run = (own: FloatNetwork, sequence: Float64Array): number[] =>
  new FloatRun(own).run(sequence).flatMap((row) => Array.from(row));

const sequenceFor = ({ input }: FloatNetwork): Float64Array =>
  input.encoding === 'symbols' ? Float64Array.from([0, 3, 6, 1, 2, 5]) : numbers(8 * input.size);

describe('what rewriting changes, it changes exactly', () => {
  test.each(Object.keys(CASES))('%s', (name) => {
    const original = CASES[name]!;
    const rewritten = rewrite('file', original).network;
    expect(
      rewritten.layers.map(({ type }) => type).filter((type) => type === 'scaleShift' || type === 'embedding'),
    ).toEqual([]);
    const sequence = sequenceFor(original);
    const [before, after] = [run(original, sequence), run(rewritten, sequence)];
    after.forEach((value, k) => {
      expect(value).toBeCloseTo(before[k]!, 11);
    });
  });

  test('another scaling of the input', () => {
    const original = network(3, [recurrent('gru', 4, 3), dense(2, 4)]);
    const [scale, shift, u] = [numbers(3), numbers(3), numbers(24)];
    const x = u.map((value, k) => value * scale[k % 3]! + shift[k % 3]!);
    const [before, after] = [run(original, x), run(withInput(original, scale, shift), u)];
    after.forEach((value, k) => {
      expect(value).toBeCloseTo(before[k]!, 11);
    });
  });
});

test('gates of another slope are those of rnnq afterwards', () => {
  const { layers } = rewrite('file', CASES['hard sigmoids of an LSTM']!).network;
  expect(layers[0]).toMatchObject({ gateActivation: { slope: 0.25, offset: 0.5 } });
});

describe('relu in gated cells', () => {
  const weights = { input: 's8', recurrent: 's8', dense: 's8' } as const;
  const wishes = { path: 'file', name: 'model', weights, rowScale: 'multiplier' } as const;
  const imported = (layers: readonly FloatLayer[]) => ({
    ...{ origin: { format: 'none', producer: 'none' }, table: [], notes: [], problems: [] },
    network: network(3, layers),
  });
  const quiet = (scale: number) => {
    const sequence = { values: numbers(3 * 40).map((value) => scale * value), labels: [] };
    return { source: 'data', calibration: [sequence], test: [sequence], labels: [] };
  };
  const stable = (own: ReturnType<typeof recurrent>) => ({ ...own, recurrent: own.recurrent.map((w) => w / 8) });
  const relu = { activation: 'relu', gateActivation: hard } as const;
  const cells = {
    lstm: stable(recurrent('lstm', 8, 3, relu)),
    'gru, reset after': stable(recurrent('gru', 8, 3, relu)),
    'gru, reset before': stable(recurrent('gru', 8, 3, { ...relu, reset: 'before', gateActivation: 'sigmoid' })),
  } as const;

  test.each(Object.keys(cells) as (keyof typeof cells)[])('%s: as close as its weights allow, and counted', (name) => {
    const { model, notes, fixed, quantized } = importModel(imported([cells[name], dense(2, 8)]), {
      ...{ ...wishes, data: quiet(3) },
    });
    expect(model).toMatchObject({ activationBits: 16, layers: [{ activation: 'relu' }, {}] });
    expect(notes.join()).toMatch(/relu with \d+ fraction bits, values up to \d+; 0 of \d+ values .* saturate/);
    expect(fixed.decibels).toBeGreaterThan(quantized.decibels! - 3);
    expect(fixed.decibels).toBeGreaterThan(30);
  });

  test('large values have negative fraction bits; what no format holds is refused with its number', () => {
    const { model } = importModel(imported([cells.lstm, dense(2, 8)]), { ...wishes, data: quiet(1e5) });
    expect(model.layers[0]).toMatchObject({ cellFraction: -4 });
    expect(() => importModel(imported([cells.lstm, dense(2, 8)]), { ...wishes, data: quiet(1e7) })).toThrow(
      /import_saturation.*holds 524272.*saturate/,
    );
  });

  test('random input says nothing about their range', () => {
    expect(() => importModel(imported([cells.lstm, dense(2, 8)]), { ...wishes, data: [0, 1] })).toThrow(
      'import_needs_data',
    );
  });
});

test('several sigmoids detect, each for itself; one is two classes', () => {
  const weights = { input: 's8', recurrent: 's8', dense: 's8' } as const;
  const wishes = { path: 'file', name: 'model', data: [-1, 1], weights, rowScale: 'multiplier' } as const;
  const imported = (outputs: number) => ({
    ...{ origin: { format: 'none', producer: 'none' }, table: [], notes: [], problems: [] },
    network: { ...network(3, [recurrent('gru', 8, 3), dense(outputs, 8)]), head: 'sigmoid' as const },
  });
  const { model, fixed, rows } = importModel(imported(3), wishes);
  expect(model).toMatchObject({ task: 'detect', labels: ['output0', 'output1', 'output2'] });
  expect(fixed.changed).toBeLessThan(0.02 * 3 * rows);
  const single = importModel(imported(1), wishes).model;
  expect([single.task, single.labels]).toEqual([undefined, ['0', '1']]);
});

describe('tanh and sigmoid of dense layers', () => {
  const layers = [
    dense(6, 3, 'tanh', 'front'),
    recurrent('gru', 8, 6),
    dense(6, 8, 'sigmoid', 'behind'),
    dense(2, 6, 'linear', 'last'),
  ];

  test.each([8, 16] as const)('become layers of rnnq that compute the same, %i bits', (activationBits) => {
    const origin = { format: 'none', producer: 'none' };
    const imported = { origin, network: network(3, layers), table: [], notes: [], problems: [] };
    const weights = { input: 's8', recurrent: 's8', dense: 's8' } as const;
    const wishes = { path: 'file', name: 'model', data: [-1, 1], weights, rowScale: 'multiplier' } as const;
    const { model, fixed } = importModel(imported, { ...wishes, activationBits });
    expect(model.layers.map((layer) => layer.type === 'dense' && layer.activation)).toEqual([
      'tanh',
      false,
      'sigmoid',
      'linear',
    ]);
    expect(fixed.decibels).toBeGreaterThan(activationBits === 16 ? 35 : 25);
  });

  test.each(['tanh', 'sigmoid'] as const)('are refused in the last layer: %s', (activation) => {
    const { problems } = rewrite('file', network(3, [...layers, dense(2, 2, activation, 'end')]));
    expect(problems.map(({ code, at }) => [code, at])).toEqual([['import_activation', 'file, end']]);
  });
});

describe('what would become more weights than any network has is refused', () => {
  const [units, zeros] = [6000, (count: number) => new Float64Array(count)];
  const wide = { units, inputs: units, scale: zeros(units), shift: zeros(units) };
  const table = { type: 'embedding', name: 'embedding', units: 2, inputs: units, table: zeros(2 * units) } as const;
  const behind = { units, inputs: 2, weights: zeros(2 * units), bias: zeros(units), activation: 'linear' } as const;
  test.each<[string, FloatNetwork]>([
    ['a normalization without a matrix', network(units, [{ type: 'scaleShift', name: 'norm', ...wide }])],
    ['an embedding', network(units, [table, { type: 'dense', name: 'wide', ...behind }], 'symbols')],
  ])('%s', (_, own) => {
    expect(rewrite('net', own).problems.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      expect.stringMatching(/^import_value: .*would become a matrix of more weights$/),
    ]);
  });
});
