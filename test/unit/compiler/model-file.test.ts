import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { goldenSeed } from '../../../src/compiler/1-read/golden-seed.js';
import { readModel } from '../../../src/compiler/1-read/read-model.js';
import { writeModel } from '../../../src/compiler/1-read/write-model.js';
import { compile } from '../../../src/compiler/compile.js';
import { DiagnosticError } from '../../../src/diagnostics.js';
import type { Layer, Model } from '../../../src/ir/model.js';
import { randomNetwork } from '../../fuzz/random-network.js';
import { sampleText } from '../../samples/sample-text.js';

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

describe('a model.json of version 1', () => {
  const old = readFileSync(join(import.meta.dirname, 'version-1', 'rnn_relu_binary.json'), 'utf8');

  test('is the same model in version 2', () => {
    expect(JSON.parse(old).version).toBe(1);
    expect(writeModel(readModel(old))).toBe(sampleText('rnn_relu_binary'));
  });

  test('is complained about at the places of its own text', () => {
    const broken = old.replace('"affine"', '"afine"');
    expect(() => readModel(broken)).toThrow(/layers\/0/);
  });

  test.each(['null', '[]', '7', '[null, 1]', '[{"type": ["affine"]}]'])('with layers %s is refused', (layers) => {
    expect(() => readModel(JSON.stringify({ ...JSON.parse(old), layers: JSON.parse(layers) }))).toThrow(
      DiagnosticError,
    );
  });

  test.each([0, 3, 1.5, '1', null])('has no version %s', (version) => {
    expect(() => readModel(JSON.stringify({ ...JSON.parse(old), version }))).toThrow('reads versions 1 to 2');
  });
});

describe('goldenSeed', () => {
  const model = readModel(sampleText('gru_16_bits'));
  const layer = model.layers[0]!;

  test('ignores what does not decide integers', () => {
    const described: Model = {
      ...{ ...model, name: 'other', labels: [], training: { seed: 7 }, goldenInput: model.goldenInput.map(() => 1) },
      input: { ...model.input, offset: [3], scale: [5] },
      layers: model.layers.map((one, i) => ({ ...one, name: `layer${i}` })),
    };
    expect(goldenSeed(described)).toBe(goldenSeed(model));
  });

  test('is that of the model read from its file, whatever the order of its fields', () => {
    const reversed = Object.fromEntries(Object.entries(model).reverse()) as unknown as Model;
    expect(goldenSeed(reversed)).toBe(goldenSeed(model));
  });

  test.each<[string, Model]>([
    ['the fraction of the input', { ...model, input: { ...model.input, fraction: model.input.fraction - 1 } }],
    ['the activation bits', { ...model, activationBits: 8 }],
    ['a layer', { ...model, layers: [...model.layers, layer] }],
    ['a bias', { ...model, layers: [{ ...layer, inputBias: new Int32Array(3) } as Layer, ...model.layers.slice(1)] }],
  ])('depends on %s', (_, other) => {
    expect(goldenSeed(other)).not.toBe(goldenSeed(model));
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
