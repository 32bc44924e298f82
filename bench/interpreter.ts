// Speed of the interpreter and of the quantized network in float64: GRU 64, 40 inputs, 12 outputs.
//   node scripts/run.mjs bench/interpreter.ts
import { lower } from '../src/compiler/2-lower/lower.js';
import { SeededRandom } from '../src/fixed/random.js';
import { fixedOutputs } from '../src/interpreter/fixed-outputs.js';
import { quantizedFloatOutputs } from '../src/interpreter/quantized-float.js';
import { network } from './random-network.js';

const [UNITS, INPUTS, STEPS, SEQUENCES] = [64, 40, 50, 100] as const;

export function main(): void {
  const random = new SeededRandom(1);
  const model = network(random, 'gru', INPUTS, UNITS);
  const program = lower(model);
  const sequences = Array.from({ length: SEQUENCES }, () =>
    Int8Array.from({ length: STEPS * INPUTS }, () => random.integer(255) - 127),
  );
  const weightSteps = 3 * UNITS * (INPUTS + UNITS) * STEPS * SEQUENCES;
  const ways = {
    'fixed point': (s: Int8Array) => void fixedOutputs(model, program, s, false),
    'quantized float': (s: Int8Array) => void quantizedFloatOutputs(model, s, false),
  };
  for (const [name, run] of Object.entries(ways)) {
    let best = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 10; i++) {
      const start = performance.now();
      sequences.forEach(run);
      best = Math.min(best, performance.now() - start);
    }
    const speed = weightSteps / best / 1000;
    console.log(
      `${name.padEnd(16)} ${speed.toFixed(0)} million weight-steps/s, ${((best * 1000) / SEQUENCES / STEPS).toFixed(1)} us a step`,
    );
  }
}
