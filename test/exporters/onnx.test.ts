import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readModel } from '../../src/compiler/1-read/read-model.js';
import { compareOnnx, graphOutputs, inputValues, toOnnx } from '../../src/export-model.js';
import { type Matrix, type Model, outputSize } from '../../src/ir/model.js';
import { packagePath } from '../kernels/run-program.js';

const folder = mkdtempSync(join(tmpdir(), 'rnnq-onnx-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sample = (name: string): Model => readModel(readFileSync(packagePath(`test/samples/${name}/model.json`), 'utf8'));

/** A copy of a sample with other fields in its first layer. */
const changed = (name: string, layer: object, more: object = {}): Model => {
  const model = sample(name);
  return { ...model, ...more, layers: [{ ...model.layers[0]!, ...layer } as never, ...model.layers.slice(1)] };
};

/** The model with all codes of the last layer's first row one step towards or away from zero. */
function withOtherRow(model: Model): Model {
  const last = model.layers.at(-1)!;
  const layer = Object.fromEntries(
    Object.entries(last).map(([key, value]) => {
      if (!(typeof value === 'object' && 'codes' in value)) return [key, value];
      const matrix = value as Matrix;
      return [
        key,
        { ...matrix, codes: matrix.codes.map((code, k) => (k < matrix.cols ? code + (code > 0 ? -1 : 1) : code)) },
      ];
    }),
  );
  return { ...model, layers: [...model.layers.slice(0, -1), layer as never] };
}

const QUANTITIES = {
  input: { ...sample('lstm_16_bits').input, offset: [0.5], scale: [0.25] },
  task: 'regress',
  outputs: Array.from({ length: outputSize(sample('lstm_16_bits')) }, (_, j) => ({
    name: `q${j}`,
    scale: j + 1,
    offset: 10 * j,
  })),
};

/** Strides, pooling, a convolution with full windows and one with zeros in front; 20 steps. */
const windows = (first: number): Model => {
  const model = sample('conv_pool_gru');
  const layers = model.layers.map((layer) => {
    if (layer.type === 'gru') return { ...layer, activation: 'tanh', gateActivation: 'hard' } as const;
    return layer.type === 'conv1d' ? { ...layer, first } : layer;
  });
  const goldenInput = Int8Array.from({ length: 20 * model.input.size }, (_, k) => ((k * 37) % 255) - 127);
  return { ...model, layers, goldenInput };
};

/** A dense layer, the largest and the mean of all steps; outputs after 34, 64 and 94 steps. */
function partial(): Model {
  const model = sample('steps_pooled');
  const goldenInput = Int8Array.from({ length: 100 * model.input.size }, (_, k) => ((k * 37) % 255) - 127);
  return { ...model, goldenInput };
}

// every cell, activation and kind of layer that ONNX has, an offset, a scale, units
const MODELS: Readonly<Record<string, Model>> = {
  'gru, 16 bits': sample('gru_16_bits'),
  'gru, dense with tables': sample('gru_dense_tables'),
  'gru, reset before': changed('gru_before_hard', { activation: 'tanh', gateActivation: 'hard' }),
  'gru, joint scales': sample('gru_joint_multiplier'),
  'lstm, 16 bits, quantities': changed('lstm_16_bits', {}, QUANTITIES),
  'lstm, one-hot, hard gates': changed('lstm_one_hot', { activation: 'tanh', gateActivation: 'hard' }),
  'lstm on gru': sample('lstm_on_gru'),
  'relu, scaleShift': sample('relu_stack'),
  'rnn, relu': sample('rnn_relu_binary'),
  'conv1d, pool, gru': windows(3),
  'conv1d with zeros in front': windows(1),
  'partial results of windows': partial(),
};

/** A Python with onnx, which may have a runtime too; Debian's is python3-onnx, whose version has the checker alone. */
const python = ['python3', '/usr/bin/python3', process.env.RNNQ_PYTHON ?? '']
  .flatMap((program) => {
    try {
      const found: string[] = JSON.parse(
        execFileSync(program, [packagePath('test/exporters/run-onnx.py')], {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'ignore'],
        }),
      );
      return found.includes('onnx') ? [{ program, found }] : [];
    } catch {
      return [];
    }
  })
  .sort((a, b) => b.found.length - a.found.length)[0];
if (python === undefined) console.warn('SKIPPED: exported graphs in onnx.checker (apt-get install -y python3-onnx)');
else if (python.found.length === 1)
  console.warn(
    'SKIPPED: outputs of exported graphs: this onnx has no reference evaluator and there is no onnxruntime (RNNQ_PYTHON names a Python that has one)',
  );

test('what ONNX cannot say is refused, all of it', () => {
  const { layers, anomaly } = { ...sample('gru_before_hard'), anomaly: sample('gru_anomaly').anomaly! };
  expect(() => toOnnx({ ...sample('gru_before_hard'), layers, anomaly })).toThrow(
    /export_onnx at \/anomaly: [\s\S]*export_onnx at \/layers\/0\/activation: /,
  );
});

describe.each(Object.entries(MODELS))('%s', (_, model) => {
  test.each([false, true])('is read back as the quantized float network, int4 %s', async (int4) => {
    const { rows, worst } = await compareOnnx(toOnnx(model, int4), model);
    expect(rows).toBeGreaterThan(2);
    expect(worst).toBeLessThan(1e-5 * scaleOf(model));
  });

  test('one row of other weights is seen', async () => {
    const { worst } = await compareOnnx(toOnnx(withOtherRow(model)), model);
    expect(worst).toBeGreaterThan(1e-4);
  });

  test('passes the checker, and runtimes compute the same', { timeout: 60_000 }, (ctx) => {
    if (python === undefined) return ctx.skip('no Python with onnx');
    const wanted = graphOutputs(model, model.goldenInput, true);
    // operator set 21 is younger than Debian's onnx
    for (const int4 of python.found.length > 1 ? [false, true] : [false]) {
      const found = runInPython(python.program, toOnnx(model, int4), model);
      for (const [runtime, { shape, values }] of Object.entries(found)) {
        expect(shape, runtime).toEqual([1, wanted.length, wanted[0]!.length]);
        const errors = wanted.flatMap((row, t) => Array.from(row, (y, j) => Math.abs(y - values[t * row.length + j]!)));
        expect(Math.max(...errors), runtime).toBeLessThan(1e-5 * scaleOf(model));
      }
    }
  });
});

/** What the runtimes of a Python compute of the golden input. */
function runInPython(
  program: string,
  bytes: Uint8Array,
  model: Model,
): Record<string, { shape: number[]; values: number[] }> {
  const [path, data] = [join(folder, 'model.onnx'), join(folder, 'input.json')];
  writeFileSync(path, bytes);
  const x = inputValues(model, model.goldenInput);
  const { size } = model.input;
  writeFileSync(data, JSON.stringify({ shape: [1, x.length / size, size], values: Array.from(x) }));
  return JSON.parse(
    execFileSync(program, [packagePath('test/exporters/run-onnx.py'), path, data], { encoding: 'utf8' }),
  );
}

const scaleOf = (model: Model): number =>
  Math.max(1, ...graphOutputs(model, model.goldenInput, true).flatMap((row) => Array.from(row, Math.abs)));
