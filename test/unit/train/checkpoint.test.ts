import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Checkpoint, readCheckpoint, weightsHash, writeCheckpoint } from '../../../src/train/checkpoint.js';

const ranges = [{ cell: 1.5, hidden: 0, scaleShift: 0 }];
const network = new Map([
  ['a', Float32Array.of(1, -0.1, Number.MIN_VALUE)],
  ['b', Float32Array.of(3e38)],
]);
const checkpoint: Checkpoint = {
  trainer: {
    update: 7,
    network,
    optimizer: [Float32Array.of(0.9), new Float32Array(0)],
    carried: Float32Array.of(0.25),
    ranges,
    chosen: null,
  },
  best: { update: 5, score: { loss: 0.1, accuracy: 0.9 }, network, ranges },
  waited: 2,
  loss: 1.25,
  accuracy: 0.5,
  metrics: [{ update: 5, epoch: 1, rate: 0.1, loss: 1, accuracy: 0.4, validation: { loss: 0.1, accuracy: 0.9 } }],
  finished: false,
  seconds: 3.5,
};

test('a checkpoint comes back bit for bit', () => {
  expect(readCheckpoint(writeCheckpoint(checkpoint, 'abc'))).toEqual({ checkpoint, config: 'abc' });
  expect(readCheckpoint(writeCheckpoint({ ...checkpoint, best: null }, 'abc')).checkpoint.best).toBeNull();
  const best = { ...checkpoint.best!, score: { loss: 1, averagePrecision: Number.NaN } };
  expect(readCheckpoint(writeCheckpoint({ ...checkpoint, best }, 'abc')).checkpoint.best!.score).toEqual(best.score);
});

test('a checkpoint of version 1 is read', () => {
  const old = readFileSync(join(import.meta.dirname, 'version-1', 'checkpoint.json'), 'utf8');
  const before = [{ cell: 1.5, hidden: 0, scaleShift: 0.5 }];
  const { trainer, best } = checkpoint;
  expect(readCheckpoint(old)).toEqual({
    checkpoint: {
      ...{ ...checkpoint, trainer: { ...trainer, ranges: before }, best: { ...best!, ranges: before } },
      metrics: checkpoint.metrics.map((metric) => ({ ...metric, validation: { loss: 0.1 } })),
    },
    config: 'abc',
  });
});

test('one changed character is noticed, wherever it stands', () => {
  const text = writeCheckpoint(checkpoint, 'abc');
  for (let at = 0; at < text.length - 1; at += 7) {
    const changed = `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
    const read = () => {
      // the run folder compares the hash of the configuration
      if (readCheckpoint(changed).config !== 'abc') throw new Error('of another configuration');
    };
    expect(read, `at ${at}`).toThrow();
  }
  for (const cut of [0, 10, 100, text.length - 5]) expect(() => readCheckpoint(text.slice(0, cut))).toThrow();
});

test('the hash tells weights apart', () => {
  const other = new Map(network).set('b', Float32Array.of(2.9e38));
  expect(weightsHash(other)).not.toBe(weightsHash(network));
  expect(weightsHash(new Map(network))).toBe(weightsHash(network));
});
