// Memory over a long training: tensors alive in TF.js and resident set, every 1,000 updates.
//   node scripts/run.mjs bench/memory.ts [updates]
import { loadDataset } from '../src/data/index.js';
import { checkTrainOptions } from '../src/train/options.js';
import { prepareBackend, tensorCount } from '../src/train/tf.js';
import { Trainer } from '../src/train/trainer.js';

export async function main([updates = '10000']: readonly string[]): Promise<void> {
  await prepareBackend();
  const data = await loadDataset('gestures');
  const options = checkTrainOptions({
    units: [16],
    batch: 32,
    steps: Number(updates),
    dropout: 0.1,
    augment: { noise: 0.05 },
  });
  const trainer = new Trainer(data, options);
  for (let update = 1; update <= Number(updates); update++) {
    trainer.step();
    if (update % 1000 !== 0) continue;
    trainer.evaluate(data.validation);
    await trainer.state();
    const { rss, heapUsed } = process.memoryUsage();
    const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
    process.stdout.write(
      `update ${update}: ${tensorCount()} tensors, resident ${mebibytes(rss)}, heap ${mebibytes(heapUsed)}\n`,
    );
    await new Promise((resolve) => setImmediate(resolve));
  }
  trainer.dispose();
}
