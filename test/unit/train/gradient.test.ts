import { describe, expect, test } from 'vitest';
import { Engine } from '../../../src/train/engine/engine.js';
import {
  type Cell,
  makeParameters,
  type NetworkParameters,
  type NetworkShape,
} from '../../../src/train/engine/layout.js';
import { type ReferenceParameters, referenceStep, toReference } from '../../../src/train/reference.js';
import { Draw } from '../../fuzz/random-network.js';

const CASES: {
  name: string;
  cells: Cell[];
  inputs: number;
  units: number[];
  outputs: number;
  steps: number;
  batch: number;
  everyStep: boolean;
}[] = [
  { name: 'gru, last step', cells: ['gru'], inputs: 5, units: [8], outputs: 4, steps: 6, batch: 4, everyStep: false },
  {
    name: 'gru, odd sizes, every step',
    cells: ['gru'],
    inputs: 3,
    units: [7],
    outputs: 5,
    steps: 5,
    batch: 3,
    everyStep: true,
  },
  { name: 'lstm, last step', cells: ['lstm'], inputs: 4, units: [9], outputs: 3, steps: 6, batch: 5, everyStep: false },
  { name: 'lstm, every step', cells: ['lstm'], inputs: 1, units: [1], outputs: 2, steps: 4, batch: 1, everyStep: true },
  {
    name: 'gru on lstm',
    cells: ['lstm', 'gru'],
    inputs: 6,
    units: [5, 11],
    outputs: 3,
    steps: 5,
    batch: 2,
    everyStep: false,
  },
  {
    name: 'lstm on gru, every step',
    cells: ['gru', 'lstm'],
    inputs: 2,
    units: [13, 3],
    outputs: 9,
    steps: 4,
    batch: 6,
    everyStep: true,
  },
];

type Case = (typeof CASES)[number];

const shapeOf = ({ cells, inputs, units, outputs }: Case): NetworkShape => ({
  layers: cells.map((cell, i) => ({ cell, inputs: i === 0 ? inputs : units[i - 1]!, units: units[i]! })),
  outputs,
});

const arraysOf = (p: NetworkParameters | ReferenceParameters): (Float32Array | Float64Array)[] => [
  ...p.layers.flatMap((l) => [l.input, l.recurrent, l.inputBias, l.recurrentBias]),
  p.head.weights,
  p.head.bias,
];

function setUp(c: Case, seed: number) {
  const draw = new Draw(seed);
  const shape = shapeOf(c);
  const parameters = makeParameters(shape);
  for (const array of arraysOf(parameters)) for (let i = 0; i < array.length; i++) array[i] = draw.real(-0.7, 0.7);
  shape.layers.forEach((l, i) => void (l.cell === 'lstm' && parameters.layers[i]!.recurrentBias.fill(0)));
  const sequences = Array.from({ length: c.batch }, () =>
    Array.from({ length: c.steps }, () => Float64Array.from({ length: c.inputs }, () => Math.fround(draw.real(-1, 1)))),
  );
  const labels = sequences.map(() =>
    Array.from({ length: c.everyStep ? c.steps : 1 }, () => draw.integer(0, c.outputs - 1)),
  );
  return { shape, parameters, sequences, labels };
}

describe.each(CASES)('gradients: $name', (c) => {
  test('the float64 reference agrees with central differences', () => {
    const { shape, parameters, sequences, labels } = setUp(c, 3);
    const p = toReference(parameters);
    const { gradient } = referenceStep(shape, p, sequences, labels);
    const draw = new Draw(9);
    const gradients = arraysOf(gradient);
    arraysOf(p).forEach((array, a) => {
      if (array.every((v) => v === 0)) return;
      for (let k = 0; k < 3; k++) {
        const i = draw.integer(0, array.length - 1);
        const kept = array[i]!;
        const lossAt = (v: number) => {
          array[i] = v;
          const { loss } = referenceStep(shape, p, sequences, labels);
          array[i] = kept;
          return loss;
        };
        const slope = (lossAt(kept + 1e-5) - lossAt(kept - 1e-5)) / 2e-5;
        expect(Math.abs(slope - gradients[a]![i]!)).toBeLessThan(1e-8 + 1e-6 * Math.abs(slope));
      }
    });
  });

  test('the WASM engine agrees with the reference', () => {
    const { shape, parameters, sequences, labels } = setUp(c, 4);
    const engine = new Engine(shape, { steps: c.steps, batch: c.batch, everyStep: c.everyStep });
    for (const [b, sequence] of sequences.entries())
      for (const [t, x] of sequence.entries()) engine.x.set(x, (t * c.batch + b) * c.inputs);
    for (const [b, own] of labels.entries())
      for (const [t, label] of own.entries()) engine.labels[t * c.batch + b] = label;
    const expected = referenceStep(shape, toReference(parameters), sequences, labels);
    const found = engine.step(parameters, null);
    expect(Math.abs(found.loss - expected.loss)).toBeLessThan(1e-5);
    const wanted = arraysOf(expected.gradient);
    arraysOf(found.gradient).forEach((array, a) => {
      let [error, norm] = [0, 0];
      for (let i = 0; i < array.length; i++) {
        error += (array[i]! - wanted[a]![i]!) ** 2;
        norm += wanted[a]![i]! ** 2;
      }
      expect(Math.sqrt(error)).toBeLessThanOrEqual(1e-5 * Math.sqrt(norm) + 1e-9);
    });
  });
});
