import { describe, expect, test } from 'vitest';
import { readModel } from '../../../src/compiler/1-read/read-model.js';
import { writeModel } from '../../../src/compiler/1-read/write-model.js';
import { compile } from '../../../src/compiler/compile.js';
import { randomNetwork } from '../../fuzz/random-network.js';

const SEEDS = Array.from({ length: 60 }, (_, i) => i);

describe('model.json', () => {
  test('readModel(writeModel(model)) = model', () => {
    for (const seed of SEEDS) {
      const { model } = randomNetwork(seed);
      expect(readModel(writeModel(model))).toEqual(model);
    }
  });

  test('writeModel(readModel(text)) = text', () => {
    for (const seed of SEEDS) {
      const text = writeModel(randomNetwork(seed).model);
      expect(writeModel(readModel(text))).toBe(text);
    }
  });

  test('keeps labels, training facts and scaling of each element', () => {
    const { model } = randomNetwork(3);
    const units = model.layers.at(-1)!.units;
    const rich = {
      ...model,
      labels: Array.from({ length: units }, (_, i) => `class "${i}" \\ é 漢`),
      training: { accuracy: 0.987, seed: 7, method: 'ternary, weight norm', finished: true },
      input: { ...model.input, offset: Array.from({ length: model.input.size }, (_, i) => i / 3), scale: [0.25] },
    };
    expect(readModel(writeModel(rich))).toEqual(rich);
  });
});

describe('determinism', () => {
  test('the same text gives the same bytes, file for file', () => {
    for (const core of ['host', 'cortex-m0', 'cortex-m55'])
      for (const seed of [1, 2, 3, 4, 5]) {
        const text = writeModel(randomNetwork(seed).model);
        expect([...compile(text, { core }).files]).toEqual([...compile(text, { core }).files]);
      }
  });

  test('the order of keys and the white space do not matter', () => {
    const text = writeModel(randomNetwork(6).model);
    const reverse = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reverse);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, v]) => [key, reverse(v)]),
      );
    };
    const file = JSON.parse(text);
    const training = file.training; // an open record, printed in its own order
    const other = JSON.stringify({ ...(reverse(file) as object), training });
    expect([...compile(other, { core: 'host' }).files]).toEqual([...compile(text, { core: 'host' }).files]);
  });

  test('no file holds a date, a user, or a path of this computer', () => {
    for (const [path, text] of compile(writeModel(randomNetwork(7).model), { core: 'cortex-m4' }).files) {
      expect(path).toMatch(/^[A-Za-z0-9_./]+$/);
      expect(path).not.toContain('..');
      expect(text).not.toContain(process.cwd());
      expect(text).not.toMatch(/\b20\d\d-\d\d-\d\d\b/);
    }
  });

  test('another model has another hash', () => {
    const hashes = SEEDS.map((seed) => compile(writeModel(randomNetwork(seed).model), { core: 'host' }).hash);
    expect(new Set(hashes).size).toBe(SEEDS.length);
  });
});
