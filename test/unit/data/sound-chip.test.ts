import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadDataset } from '../../../src/data/index.js';
import { SeededRandom } from '../../../src/fixed/random.js';
import type { LogMelFeatures } from '../../../src/ir/model.js';
import { wavFile } from './wav-file.js';

const path = mkdtempSync(join(tmpdir(), 'rnnq-sound-'));
afterAll(() => rmSync(path, { recursive: true }));

const FEATURES: LogMelFeatures = {
  ...{ kind: 'log-mel', sampleRate: 8000, window: 256, hop: 128, bands: 24, lowest: 80, highest: 3900, floor: 1e-7 },
};

test('a model of before, with features in float, is read as it was; the codes of the chip are nearly those', async () => {
  const random = new SeededRandom(3);
  for (let i = 0; i < 40; i++) {
    const loudness = 0.5 ** (i % 12);
    const samples = Array.from(
      { length: 1500 },
      (_, n) => loudness * (0.3 * Math.sin(n * 0.4) + 0.2 * random.gaussian()),
    );
    const clipped = samples.map((x) => Math.max(-1, Math.min(32767 / 32768, x)));
    mkdirSync(join(path, i % 2 ? 'a' : 'b'), { recursive: true });
    writeFileSync(join(path, i % 2 ? 'a' : 'b', `${i}.wav`), wavFile(clipped));
  }
  const { input, task } = await loadDataset(path);
  const { frontEnd, ...scaling } = input;
  const read = (own: typeof input) => loadDataset(path, { split: 'all', like: { input: own, labels: task.labels } });
  const [chip, float] = [await read(input), await read({ ...scaling, features: FEATURES })];
  expect([frontEnd === undefined, chip.input.features, float.input.frontEnd]).toEqual([false, undefined, undefined]);
  // one scale that is far too small for the values of bands
  await expect(loadDataset(path, { normalize: 'scale=1e30' })).rejects.toThrow(
    /data_scale_range at .*: the scaling of the input has no integers/,
  );
  const distances = chip.test.sequences.flatMap((codes, i) =>
    Array.from(codes, (code, k) => Math.abs(code - float.test.sequences[i]![k]!)),
  );
  expect(Math.max(...distances)).toBeLessThanOrEqual(1);
  expect(distances.filter((distance) => distance === 0).length / distances.length).toBeGreaterThan(0.98);
});
