import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readModel } from '../../src/compiler/1-read/read-model.js';
import { parseNpy } from '../../src/data/arrays/npy.js';
import { toNpz } from '../../src/export-model.js';
import { openZip } from '../../src/importers/zip.js';
import type { Matrix } from '../../src/ir/model.js';
import { packagePath } from '../kernels/run-program.js';

const sample = (name: string) => readModel(readFileSync(packagePath(`test/samples/${name}/model.json`), 'utf8'));

test.each(['gru_before_hard', 'lstm_s8_multiplier', 'relu_stack', 'gru_anomaly'])(
  '%s: all arrays are read back',
  (name) => {
    const model = sample(name);
    const archive = openZip('model.npz', toNpz(model));
    const array = (key: string) => parseNpy(key, Buffer.from(archive.entry(`${key}.npy`)!));
    const facts = JSON.parse(Buffer.from(Uint8Array.from(array('facts').values)).toString('utf8'));
    expect(facts).toMatchObject({ format: 'rnnq-npz', name: model.name, activationBits: model.activationBits });
    expect(facts.layers.map((layer: { name: string }) => layer.name)).toEqual(model.layers.map((layer) => layer.name));
    expect([...array('golden_input').values]).toEqual([...model.goldenInput]);
    let matrices = 0;
    for (const layer of model.layers)
      for (const [field, value] of Object.entries(layer)) {
        if (!(typeof value === 'object' && 'realScale' in value)) continue;
        const { rows, cols, codes, realScale, format } = value as Matrix;
        const key = `${layer.name}.${field}`;
        matrices++;
        expect(array(`${key}.codes`)).toEqual({ shape: [rows, cols], values: Float64Array.from(codes) });
        expect(array(`${key}.scale`).values).toEqual(realScale);
        const last = rows * cols - 1;
        expect(array(key).values[last]).toBe(codes[last]! * realScale[rows - 1]!);
        const own = facts.layers.find((one: { name: string }) => one.name === layer.name);
        expect(own.matrices[field]).toMatchObject({ format, rows, cols });
      }
    expect(matrices).toBeGreaterThan(2);
    for (const key of archive.names.filter((own) => /ias\.npy$/.test(own)).map((own) => own.slice(0, -4))) {
      const [codes, scale, real] = [`${key}.codes`, `${key}.scale`, key].map((own) => array(own).values);
      expect(real).toEqual(codes!.map((code, j) => code * scale![j]!));
    }
  },
);
