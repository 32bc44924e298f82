import type { Dataset, Split } from '../data/dataset.js';
import { fail } from '../diagnostics.js';
import { SeededRandom } from '../fixed/random.js';
import type { RealNetwork } from '../quantizers/build-model.js';
import { fillBatch } from './batches.js';
import { trainingDiverged } from './diagnostics.js';
import { Engine, type FakeQuantization } from './engine/engine.js';
import { type NetworkShape, pad8 } from './engine/layout.js';
import { chooseCellFraction, DEFAULT_CELL_FRACTION, exportNetwork } from './export.js';
import { clipGradients, TrainedNetwork } from './network.js';
import { type CheckedTrainOptions, checkTrainOptions, type TrainOptions } from './options.js';
import { TfOptimizer } from './tf.js';

/** What a progress bar shows. */
export interface Progress {
  readonly step: number;
  readonly steps: number;
  readonly epoch: number;
  /** Moving averages over about 50 steps: nats, and the share of right labels. */
  readonly loss: number;
  readonly accuracy: number;
}

export interface TrainResult {
  readonly network: RealNetwork;
  /** Share of right labels of the network as trained (quantized weights), on each split. */
  readonly validation: number;
  readonly test: number;
  readonly steps: number;
  readonly seconds: number;
}

const CLIP_NORM = 1;
const WARM_UP = 0.05;
const FINAL_RATE = 0.01;
/** Longest golden input a model may carry. */
const GOLDEN_STEPS = 64;

/**
 * Trains a recurrent classifier on labelled sequences: Adam, gradient norm clipped at 1, linear warm-up over 5 % and a
 * cosine to 1 % of the rate; in the last part activations are those of the chip. Seeded: the same options and data
 * give the same weights.
 */
export async function train(
  data: Dataset,
  given: TrainOptions,
  onProgress: (p: Progress) => void = () => undefined,
): Promise<TrainResult> {
  const options = checkTrainOptions(given);
  const started = performance.now();
  const random = new SeededRandom(options.seed);
  const network = new TrainedNetwork(shapeOf(options, data), options, random);
  const stepsOf = data.train.sequences[0]!.length / data.input.size;
  const engine = new Engine(network.shape, { steps: stepsOf, batch: options.batch, everyStep: false });
  await TfOptimizer.prepare();
  const optimizer = new TfOptimizer(network.groups());
  const order = Int32Array.from(data.train.sequences, (_, i) => i);
  const perEpoch = Math.max(1, Math.floor(order.length / options.batch));
  const steps = perEpoch * options.epochs;
  let chip: FakeQuantization | null = null;
  let [loss, accuracy] = [Math.log(data.labels.length), 0];
  for (let step = 0; step < steps; step++) {
    if (step % perEpoch === 0) random.shuffle(order);
    if (chip === null && options.method !== 'none' && step >= options.fakeQuantizationFrom * steps) {
      chip = {
        cellFractions:
          step === 0
            ? network.shape.layers.map(() => DEFAULT_CELL_FRACTION)
            : engine.largestCells().map(chooseCellFraction),
      };
    }
    fillBatch(engine, data.train, order, (step % perEpoch) * options.batch, data.input);
    let right = 0;
    const value = optimizer.step(rateAt(step, steps, options.rate), () => {
      const result = engine.step(network.effective(), chip);
      const gradients = network.gradients(result);
      const norm = clipGradients(gradients, CLIP_NORM);
      if (!Number.isFinite(result.loss) || !Number.isFinite(norm)) fail(trainingDiverged(step + 1, result.loss, norm));
      right = result.right;
      return { loss: result.loss, gradients };
    });
    const blend = Math.max(0.02, 1 / (step + 1));
    loss += blend * (value - loss);
    accuracy += blend * (right / options.batch - accuracy);
    onProgress({ step: step + 1, steps, epoch: Math.floor(step / perEpoch) + 1, loss, accuracy });
    if (step % 16 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  optimizer.dispose();
  return finish(data, options, network, engine, chip, steps, (performance.now() - started) / 1000);
}

function finish(
  data: Dataset,
  options: CheckedTrainOptions,
  network: TrainedNetwork,
  engine: Engine,
  chip: FakeQuantization | null,
  steps: number,
  seconds: number,
): TrainResult {
  const onTrain = evaluate(engine, network, data.train, data, chip, 2000);
  const validation = evaluate(engine, network, data.validation, data, chip);
  const test = evaluate(engine, network, data.test, data, chip);
  const cellFractions = chip?.cellFractions ?? onTrain.largestCells.map(chooseCellFraction);
  const { method, rowScale, scope, seed, epochs, batch, rate } = options;
  const training = {
    data: data.name,
    method,
    ...(method === 'none' ? {} : { rowScale, scope }),
    ...{ seed, epochs, batch, rate, steps },
    ...{ trainAccuracy: onTrain.accuracy, validationAccuracy: validation.accuracy, testAccuracy: test.accuracy },
  };
  const goldenInput = Int8Array.from(data.test.sequences[0]!.subarray(0, GOLDEN_STEPS * data.input.size));
  const largestLogit = Math.max(onTrain.largestLogit, validation.largestLogit);
  const description = {
    name: options.name ?? data.name,
    input: data.input,
    labels: data.labels,
    goldenInput,
    training,
  };
  const real = exportNetwork(network, { cellFractions, largestLogit }, description);
  return { network: real, validation: validation.accuracy, test: test.accuracy, steps, seconds };
}

const shapeOf = ({ cell, units }: CheckedTrainOptions, data: Dataset): NetworkShape => ({
  layers: units.map((u, i) => ({ cell, inputs: i === 0 ? data.input.size : units[i - 1]!, units: u })),
  outputs: data.labels.length,
});

/** Linear warm-up, then a cosine (Loshchilov & Hutter 2017). */
function rateAt(step: number, steps: number, rate: number): number {
  const progress = (step + 1) / steps;
  if (progress < WARM_UP) return (rate * progress) / WARM_UP;
  const cosine = 0.5 * (1 + Math.cos((Math.PI * (progress - WARM_UP)) / (1 - WARM_UP)));
  return rate * (FINAL_RATE + (1 - FINAL_RATE) * cosine);
}

function evaluate(
  engine: Engine,
  network: TrainedNetwork,
  split: Split,
  data: Dataset,
  chip: FakeQuantization | null,
  most = Number.POSITIVE_INFINITY,
) {
  const parameters = network.effective();
  const order = Int32Array.from({ length: Math.min(most, split.sequences.length) }, (_, i) => i);
  const stride = pad8(network.shape.outputs);
  let [right, largestLogit] = [0, 0];
  const largestCells = network.shape.layers.map(() => 0);
  for (let from = 0; from < order.length; from += engine.batch.batch) {
    const count = fillBatch(engine, split, order, from, data.input);
    const logits = engine.forward(parameters, chip);
    engine.largestCells().forEach((c, i) => {
      largestCells[i] = Math.max(largestCells[i]!, c);
    });
    for (let b = 0; b < count; b++) {
      const row = logits.subarray(b * stride, b * stride + network.shape.outputs);
      let best = 0;
      row.forEach((y, j) => {
        if (y > row[best]!) best = j;
        largestLogit = Math.max(largestLogit, Math.abs(y));
      });
      if (best === engine.labels[b]) right++;
    }
  }
  return { accuracy: right / order.length, largestLogit, largestCells };
}
