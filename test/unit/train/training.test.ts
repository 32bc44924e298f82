import { describe, expect, test } from 'vitest';
import { writeModel } from '../../../src/compiler/1-read/write-model.js';
import { compile } from '../../../src/compiler/compile.js';
import { loadDataset } from '../../../src/data/index.js';
import { classifyFixed } from '../../../src/interpreter/classify.js';
import { Interpreter } from '../../../src/interpreter/interpret.js';
import { fillBatch } from '../../../src/train/batches.js';
import { Engine } from '../../../src/train/engine/engine.js';
import { makeParameters, pad8 } from '../../../src/train/engine/layout.js';
import type { TrainOptions } from '../../../src/train/options.js';
import { TfOptimizer } from '../../../src/train/tf.js';
import { train } from '../../../src/train/train.js';
import { trainedModel } from '../../../src/train/trained-model.js';

const OPTIONS: TrainOptions = { cell: 'gru', units: [12], epochs: 30, batch: 32, rate: 1e-2 };

describe('training', () => {
  test.each([
    { ...OPTIONS },
    { ...OPTIONS, method: 'none' },
    { ...OPTIONS, cell: 'lstm', units: [24], rowScale: 'multiplier' },
    { ...OPTIONS, units: [12, 8], scope: 'joint' },
  ] as TrainOptions[])('learns the generated gestures: %o', async (options) => {
    const data = await loadDataset('gestures');
    const result = await train(data, options);
    expect(result.test).toBeGreaterThan(0.9);
    const model = trainedModel(result.network);
    const { program } = compile(writeModel(model), { core: 'host' });
    const fixed = classifyFixed(program, data.test.sequences);
    const right = fixed.reduce((n, c, i) => n + (c === data.test.targets[i]![0] ? 1 : 0), 0) / fixed.length;
    // the chip's accuracy is the training's, within two of the test sequences
    expect(Math.abs(right - result.test)).toBeLessThanOrEqual(2.5 / fixed.length);
  });

  test('the same seed gives the same model, another seed another; no tensors are left', async () => {
    const data = await loadDataset('gestures');
    const text = async (seed: number) =>
      writeModel(trainedModel((await train(data, { ...OPTIONS, epochs: 1, seed })).network));
    const first = await text(5);
    const tensors = TfOptimizer.tensorCount();
    expect(await text(5)).toBe(first);
    expect(TfOptimizer.tensorCount()).toBe(tensors);
    expect(await text(6)).not.toBe(first);
  });

  test('a rate far too high ends with a diagnostic or a finite loss, never with NaN weights', async () => {
    const data = await loadDataset('gestures');
    const outcome = await train(data, { ...OPTIONS, method: 'none', epochs: 1, rate: 10 }).then(
      ({ network }) => trainedModel(network).layers.length,
      (error: Error) => error.message,
    );
    expect(outcome === 2 || /training_diverged|scale_out_of_range/.test(String(outcome))).toBe(true);
  });

  test('fake-quantized activations follow the integer program', async () => {
    const data = await loadDataset('gestures');
    for (const cell of ['gru', 'lstm'] as const) {
      const result = await train(data, { ...OPTIONS, cell, epochs: 2, rowScale: 'shift' });
      const model = trainedModel(result.network);
      const { program } = compile(writeModel(model), { core: 'host' });
      const layer = model.layers[0]!;
      const dense = model.layers[1]!;
      if (layer.type === 'dense' || dense.type !== 'dense') throw new Error('unexpected layers');
      const shape = { layers: [{ cell, inputs: data.input.size, units: 12 }], outputs: data.labels.length };
      const parameters = makeParameters(shape);
      const own = parameters.layers[0]!;
      const real = (m: typeof layer.input) =>
        Float32Array.from(m.codes, (code, i) => code * m.realScale[Math.floor(i / m.cols)]!);
      own.input.set(real(layer.input));
      own.recurrent.set(real(layer.recurrent));
      const bias = layer.type === 'gru' ? layer.inputBias : layer.bias;
      own.inputBias.set(Float32Array.from(bias, (b, j) => b * layer.input.realScale[j]! * 2 ** -data.input.fraction));
      if (layer.type === 'gru')
        own.recurrentBias.set(
          Float32Array.from(layer.recurrentBias, (b, j) => (b * layer.recurrent.realScale[24 + j]!) / 128),
          24,
        );
      parameters.head.weights.set(real(dense.weights));
      parameters.head.bias.set(Float32Array.from(dense.bias, (b, j) => (b * dense.weights.realScale[j]!) / 128));
      const steps = data.test.sequences[0]!.length / data.input.size;
      const engine = new Engine(shape, { steps, batch: 16, everyStep: false });
      fillBatch(
        engine,
        data.test,
        Int32Array.from({ length: 16 }, (_, i) => i),
        0,
        data.input,
      );
      const cellFractions = [layer.type === 'lstm' ? layer.cellFraction : 11];
      const logits = engine.forward(parameters, { cellFractions });
      const interpreter = new Interpreter(program);
      for (let b = 0; b < 16; b++) {
        const sequence = data.test.sequences[b]!;
        interpreter.reset();
        for (let t = 0; t < sequence.length; t += data.input.size)
          interpreter.advance(sequence.subarray(t, t + data.input.size));
        const y = interpreter.output();
        // only float32 rounding before a table index, and the logits' own rounding, may differ
        y.forEach((code, j) => {
          expect(Math.abs(code * 2 ** -dense.outputFraction - logits[b * pad8(shape.outputs) + j]!)).toBeLessThan(0.1);
        });
      }
    }
  });
});
