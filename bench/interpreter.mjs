// Speed of the interpreter and of the quantized network in float64: GRU 64, 40 inputs, 12 outputs. Needs `npm run build`.
import { lower } from '../dist/compiler/2-lower/lower.js';
import { SeededRandom } from '../dist/fixed/random.js';
import { fixedOutputs } from '../dist/interpreter/fixed-outputs.js';
import { quantizedFloatOutputs } from '../dist/interpreter/quantized-float.js';
import { buildModel } from '../dist/quantizers/build-model.js';

const [UNITS, INPUTS, CLASSES, STEPS, SEQUENCES] = [64, 40, 12, 50, 100];
const random = new SeededRandom(1);
const ternary = (rows, cols) => ({
  format: 'ternary',
  rows,
  cols,
  codes: Int8Array.from({ length: rows * cols }, () => random.integer(3) - 1),
  scales: new Float64Array(rows).fill(1 / 8),
  rowScale: 'shift',
});
const model = buildModel({
  name: 'bench',
  input: { size: INPUTS, fraction: 7, offset: [0], scale: [1] },
  layers: [
    {
      type: 'gru',
      name: 'gru',
      units: UNITS,
      scope: 'joint',
      activation: 'tanh',
      reset: 'after',
      input: ternary(3 * UNITS, INPUTS),
      recurrent: ternary(3 * UNITS, UNITS),
      inputBias: new Float64Array(3 * UNITS),
      recurrentBias: new Float64Array(3 * UNITS),
    },
    {
      type: 'dense',
      name: 'dense',
      units: CLASSES,
      activation: 'linear',
      weights: ternary(CLASSES, UNITS),
      bias: new Float64Array(CLASSES),
      largestOutput: 8,
    },
  ],
  labels: [],
  goldenInput: new Int8Array(INPUTS),
  training: {},
});
const program = lower(model);
const sequences = Array.from({ length: SEQUENCES }, () =>
  Int8Array.from({ length: STEPS * INPUTS }, () => random.integer(255) - 127),
);
const weightSteps = 3 * UNITS * (INPUTS + UNITS) * STEPS * SEQUENCES;

for (const [name, classify] of [
  ['fixed point', () => sequences.forEach((s) => void fixedOutputs(model, program, s, false))],
  ['quantized float', () => sequences.forEach((s) => void quantizedFloatOutputs(model, s, false))],
]) {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 10; i++) {
    const start = performance.now();
    classify();
    best = Math.min(best, performance.now() - start);
  }
  const speed = weightSteps / best / 1000;
  console.log(
    `${name.padEnd(16)} ${speed.toFixed(0)} million weight-steps/s, ${((best * 1000) / SEQUENCES / STEPS).toFixed(1)} us a step`,
  );
}
