import { SeededRandom } from '../fixed/random.js';
import { type FloatNetwork, stepWidth } from './float-network.js';
import { FloatRun } from './float-run.js';

/** Largest magnitudes that a layer reached. */
export interface LayerRange {
  readonly output: number;
  readonly cell: number;
  readonly candidate: number;
  readonly reset: number;
}

/** Largest magnitudes of every layer over sequences of the network's own input. */
export function calibrate(network: FloatNetwork, sequences: readonly Float64Array[]): LayerRange[] {
  const ranges = network.layers.map(() => ({ output: 0, cell: 0, candidate: 0, reset: 0 }));
  const run = new FloatRun(network, (layer, kind, values) => {
    const range = ranges[layer]!;
    for (const value of values) range[kind] = Math.max(range[kind], Math.abs(value));
  });
  for (const sequence of sequences) run.run(sequence);
  return ranges;
}

/** Lowest and highest value of each of `size` features. */
export function inputRange(
  sequences: readonly Float64Array[],
  size: number,
): { low: Float64Array; high: Float64Array } {
  const low = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(size).fill(Number.NEGATIVE_INFINITY);
  for (const sequence of sequences)
    sequence.forEach((value, k) => {
      const i = k % size;
      if (value < low[i]!) low[i] = value;
      if (value > high[i]!) high[i] = value;
    });
  return { low, high };
}

const SYNTHETIC_SEQUENCES = 32;
const SYNTHETIC_STEPS = 64;

/** Random input between two values: half of the sequences noise, half of them slow waves. A guess, not data. */
export function syntheticSequences({ input }: FloatNetwork, [low, high]: readonly [number, number]): Float64Array[] {
  const random = new SeededRandom(1);
  const steps = Math.min(input.window ?? SYNTHETIC_STEPS, 1024);
  const width = stepWidth(input);
  return Array.from({ length: SYNTHETIC_SEQUENCES }, (_, s) => {
    if (input.encoding === 'symbols')
      return Float64Array.from({ length: steps }, () => Math.floor(random.next() * input.size));
    const phases = Float64Array.from({ length: width }, () => random.next());
    const rates = phases.map(() => 0.2 * random.next());
    return Float64Array.from({ length: steps * width }, (_value, k) => {
      const wave = (1 + Math.sin(2 * Math.PI * (phases[k % width]! + rates[k % width]! * Math.floor(k / width)))) / 2;
      return low + (high - low) * (s % 2 === 0 ? random.next() : wave);
    });
  });
}
