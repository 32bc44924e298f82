import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SeededRandom } from '../../src/fixed/random.js';
import { PACKAGE_ROOT } from '../../src/package-root.js';
import { boardsToTest } from '../unit/boards/tool-check.js';
import { sharedPlace } from './place.js';

// The commands of docs/regression.md, docs/detection.md and docs/anomaly.md on small tables.
const place = sharedPlace();
const { rnnq } = place;

/** Engines that wear out: a sensor rises with noise, and so many cycles are left. */
function engines(): string {
  const random = new SeededRandom(7);
  const rows = ['sequence,heat [K],load,rul [cycles]'];
  for (let engine = 0; engine < 80; engine++) {
    const [life, end] = [60 + random.integer(40), 10 + random.integer(45)];
    for (let t = Math.max(0, end - 12); t < end; t++)
      rows.push(`e${engine},${600 + 40 * (t / life) + random.gaussian()},${random.gaussian()},${life - t}`);
  }
  return `${rows.join('\n')}\n`;
}

/** Pumps that may turn hot or loud, or both, before their recording ends. */
function pumps(): string {
  const random = new SeededRandom(3);
  const rows = ['sequence,temp [C],vib [g],hot,loud'];
  for (let pump = 0; pump < 120; pump++) {
    const [hot, loud] = [3, 4].map((n) => (random.integer(n) === 0 ? 4 + random.integer(6) : 99)) as [number, number];
    for (let t = 0; t < 12; t++) {
      const [heat, noise] = [
        20 + random.gaussian() + (t >= hot ? 4 : 0),
        0.3 * random.gaussian() + (t >= loud ? 1 : 0),
      ];
      rows.push(`p${pump},${heat},${noise},${Number(t >= hot)},${Number(t >= loud)}`);
    }
  }
  return `${rows.join('\n')}\n`;
}

/** Machines whose temperature swings evenly; the last one stops to swing for a while. */
function machines(): string {
  const random = new SeededRandom(5);
  const rows = ['sequence,split,label,temperature [C]'];
  for (const [name, part] of ['train', 'train', 'validation', 'test'].map((own, i) => [`m${i}`, own] as const))
    for (let t = 0; t < 600; t++) {
      const stuck = part === 'test' && t >= 300 && t < 400;
      const value = 60 + (stuck ? 0 : 8 * Math.sin(t / 5)) + 0.3 * random.gaussian();
      rows.push(`${name},${part},${stuck ? 'fault' : 'normal'},${value}`);
    }
  return `${rows.join('\n')}\n`;
}

/** Runs the commands of a document's first list, with trainings made small; what each printed. */
async function commandsOf(document: string): Promise<string[]> {
  const doc = readFileSync(join(PACKAGE_ROOT, 'docs', document), 'utf8');
  const commands = /```\n(rnnq [\s\S]*?)```/.exec(doc)![1]!.trim().split('\n');
  const said: string[] = [];
  for (const command of commands) {
    const [, ...args] = command.split(' ');
    const small = args[0] === 'train' ? ['--units', '8', '--steps', '150', '--rate', '0.02', '--batch', '16'] : [];
    const { stdout, stderr, exitCode } = await rnnq(...args, ...small);
    expect([command, exitCode, exitCode === 0 ? '' : stderr]).toEqual([command, 0, '']);
    said.push(stdout);
  }
  return said;
}

const MISSING = 'a compiler or emulator for qemu_cortex_m0 is missing';
const isMissing = async () => (await boardsToTest()).find(({ id }) => id === 'qemu_cortex_m0')!.skipped;

test('the commands of docs/regression.md', { timeout: 240_000 }, async (context) => {
  if (await isMissing()) return context.skip(MISSING);
  place.write('engine.csv', engines());
  const said = await commandsOf('regression.md');
  expect(said[0]).toMatch(/rul \[cycles\] to be predicted/);
  expect(said[1]).toMatch(/validation RMSE [\d.]+ cycles, test RMSE [\d.]+ cycles/);
  const { task, labels, outputs, training } = place.readJson('engine.json');
  expect({ task, labels, outputs }).toMatchObject({
    task: 'regress',
    labels: [],
    outputs: [{ name: 'rul', unit: 'cycles' }],
  });
  // the mean alone gives the spread
  expect(training.testRmse).toBeLessThan(0.8 * outputs[0].scale);
  expect(said[2]).toMatch(/network +RMSE, cycles +MAE, cycles +R2 [\s\S]*fixed point +[\d.]+/);
  expect(place.read('engine/include/engine.h')).toMatch(
    /#define ENGINE_OUTPUT_RUL_DECIMALS \d[\s\S]*int32_t engine_value_rul\(const int16_t y\[ENGINE_OUTPUT_SIZE\]\);/,
  );
  expect(said[4]).toBe('0 differences on 1 core; 0 beside float');
  // a quantity is neither right nor wrong, and no threshold is chosen for it
  const wrong = await rnnq('predict', 'engine.json', 'engine.csv', '--wrong');
  expect([wrong.exitCode, wrong.stderr]).toEqual([1, expect.stringContaining('are quantities')]);
  const precise = ['train', '--data', 'engine.csv', '--targets', 'rul', '--precision', '0.9', '-o', 'p.json'];
  const { exitCode, stderr } = await rnnq(...precise);
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('the task regress has no thresholds')]);
});

test('the commands of docs/detection.md', { timeout: 240_000 }, async (context) => {
  if (await isMissing()) return context.skip(MISSING);
  place.write('pump.csv', pumps());
  const said = await commandsOf('detection.md');
  expect(said[0]).toMatch(/hot, loud to be detected/);
  expect(said[1]).toMatch(/validation average precision [\d.]+ %, test average precision [\d.]+ %/);
  const { task, labels, thresholds, training } = place.readJson('pump.json');
  expect({ task, labels }).toEqual({ task: 'detect', labels: ['hot', 'loud'] });
  expect(thresholds).toHaveLength(2);
  expect(training.testAveragePrecision).toBeGreaterThan(0.8);
  expect(said[2]).toMatch(/output +threshold +precision[\s\S]*hot[\s\S]*loud/);
  expect(place.read('pump/include/pump.h')).toMatch(
    /#define PUMP_OUTPUT_HOT_THRESHOLD \(-?\d+\)[\s\S]*int pump_is\(const int16_t y\[PUMP_OUTPUT_SIZE\], int k\);/,
  );
  expect(said[4]).toBe('0 differences on 1 core; 0 beside float');
});

test('the commands of docs/anomaly.md', { timeout: 240_000 }, async (context) => {
  if (await isMissing()) return context.skip(MISSING);
  place.write('machine.csv', machines());
  const said = await commandsOf('anomaly.md');
  expect(said[0]).toMatch(/temperature to be predicted 12 steps ahead/);
  expect(said[1]).toMatch(/validation prediction error [\d.]+, test prediction error [\d.]+/);
  const { task, labels, anomaly } = place.readJson('machine.json');
  expect({ task, labels, anomaly }).toMatchObject({
    ...{ task: 'anomaly', labels: [] },
    anomaly: { ahead: 12, smoothing: 4, threshold: expect.any(Number) },
  });
  // the swing that stops is far from what was predicted, in every second half of a swing at least
  const [, area] = /ROC area[^\n]*\n[-\s]*\nsteps +[\d.]+ % +[\d.]+ % +[\d.]+ % +([\d.]+)/.exec(said[2]!)!;
  expect(Number(area)).toBeGreaterThan(0.9);
  expect(place.read('machine/include/machine.h')).toMatch(
    /#define MACHINE_SCORE_THRESHOLD \d+[\s\S]*int machine_is_anomalous\(const machine_state_t \*s\);/,
  );
  expect(said[4]).toBe('0 differences on 1 core; 0 beside float');
  expect(said[5]).toMatch(/recording +from step +to step +largest score/);
});
