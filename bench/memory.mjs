// Memory over a long training: tensors alive in TF.js and resident set, every 1,000 updates.
//   node bench/memory.mjs [updates]
import { loadDataset } from '../dist/data/index.js';
import { checkTrainOptions } from '../dist/train/options.js';
import { prepareBackend, tensorCount } from '../dist/train/tf.js';
import { Trainer } from '../dist/train/trainer.js';

const updates = Number(process.argv[2] ?? 10000);
await prepareBackend();
const data = await loadDataset('gestures');
const options = checkTrainOptions({ units: [16], batch: 32, steps: updates, dropout: 0.1, augment: { noise: 0.05 } });
const trainer = new Trainer(data, options);
for (let update = 1; update <= updates; update++) {
  trainer.step();
  if (update % 1000 !== 0) continue;
  trainer.evaluate(data.validation);
  await trainer.state();
  const { rss, heapUsed } = process.memoryUsage();
  const mebibytes = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  process.stdout.write(
    `update ${update}: ${tensorCount()} tensors, resident ${mebibytes(rss)}, heap ${mebibytes(heapUsed)}\n`,
  );
  await new Promise((resolve) => setImmediate(resolve));
}
trainer.dispose();
