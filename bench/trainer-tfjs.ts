// Step times of the same cases as bench/trainer.ts with the layers of TF.js on its WebAssembly backend, ms.
//   node scripts/run.mjs bench/trainer-tfjs.ts [repeats]
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';

const CASES = {
  a: { cell: 'gru', inputs: 40, units: 64, outputs: 12, steps: 50, batch: 32, everyStep: false },
  b: { cell: 'lstm', inputs: 50, units: 128, outputs: 50, steps: 50, batch: 50, everyStep: true },
  c: { cell: 'gru', inputs: 40, units: 128, outputs: 12, steps: 50, batch: 32, everyStep: false },
};
export async function main([count = '10']: readonly string[]): Promise<void> {
  const repeats = Number(count);
  tf.env().set('PROD', true);
  await tf.setBackend('wasm');
  for (const [name, { cell, inputs, units, outputs, steps, batch, everyStep }] of Object.entries(CASES)) {
    const options = { units, returnSequences: everyStep, inputShape: [steps, inputs] };
    const recurrent = cell === 'gru' ? tf.layers.gru(options) : tf.layers.lstm(options);
    const model = tf.sequential({ layers: [recurrent, tf.layers.dense({ units: outputs, activation: 'softmax' })] });
    model.compile({ optimizer: tf.train.adam(1e-3), loss: 'categoricalCrossentropy' });
    const x = tf.randomNormal([batch, steps, inputs]);
    const rows = everyStep ? batch * steps : batch;
    const flat = tf.oneHot(tf.randomUniform([rows], 0, outputs, 'int32'), outputs);
    const y = everyStep ? flat.reshape([batch, steps, outputs]) : flat;
    const times: number[] = [];
    for (let i = 0; i < repeats + 2; i++) {
      const started = performance.now();
      await model.trainOnBatch(x, y);
      if (i >= 2) times.push(performance.now() - started);
    }
    times.sort((p, q) => p - q);
    const [median, least] = [times[Math.floor(repeats / 2)]!, times[0]!];
    process.stdout.write(`(${name}) TF.js layers, wasm: ${median.toFixed(0)} (least ${least.toFixed(0)}) ms\n`);
  }
}
