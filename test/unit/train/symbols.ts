import type { Dataset, Split } from '../../../src/data/dataset.js';
import { SeededRandom } from '../../../src/fixed/random.js';

/** Streams of 6 symbols: each follows from the one before by a rule, but every fourth is drawn. */
export function symbols(): Dataset {
  const random = new SeededRandom(5);
  const stream = (length: number): Split => {
    const codes = new Int16Array(length);
    for (let i = 1; i < length; i++) codes[i] = random.next() < 0.25 ? random.integer(6) : (5 * codes[i - 1]! + 1) % 6;
    return { sequences: [codes.subarray(0, length - 1)], targets: [Int32Array.from(codes.subarray(1))] };
  };
  return {
    name: 'symbols',
    input: { size: 6, encoding: 'one-hot', fraction: 7, offset: [0], scale: [1] },
    task: { name: 'symbols', labels: ['a', 'b', 'c', 'd', 'e', 'f'], everyStep: true },
    stream: true,
    train: stream(6000),
    validation: stream(1500),
    test: stream(2500),
  };
}
