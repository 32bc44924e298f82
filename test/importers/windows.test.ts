import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { missingTool } from '../../src/cli/commands/verify.js';
import { compileModel } from '../../src/compiler/compile.js';
import { importModel } from '../../src/import-model.js';
import type { FloatConv1d, FloatNetwork, FloatPool } from '../../src/importers/float-network.js';
import { FloatRun } from '../../src/importers/float-run.js';
import { readNetwork } from '../../src/importers/index.js';
import { rewrite } from '../../src/importers/rewrite.js';
import { poolSteps, samePadding, windowSteps } from '../../src/importers/windows.js';
import type { CoreName } from '../../src/targets/cores.js';
import { verify } from '../../src/verify.js';
import { packagePath } from '../kernels/run-program.js';

const weights = { input: 's8', recurrent: 's8', dense: 's8' } as const;
const importFixture = async (name: string) =>
  importModel(await readNetwork(packagePath(join('test/importers/fixtures', name))), {
    ...{ path: name, name: 'imported', data: [-1, 1], weights, rowScale: 'multiplier' },
  });

describe.each([
  ['conv.h5', { first: 7, stride: 4 }],
  ['causal.h5', null],
] as const)('%s', (name, rate) => {
  test('in fixed point is close to the original', async () => {
    const { fixed, quantized, rows } = await importFixture(name);
    expect(rows).toBeGreaterThan(0);
    expect(quantized.decibels).toBeGreaterThan(30);
    expect(fixed.decibels).toBeGreaterThan(30);
  });

  test.for(['host', 'cortex-m0', 'cortex-m55'] as const)(
    'is bit-exact on %s',
    { timeout: 60_000 },
    async (core: CoreName, context) => {
      const missing = await missingTool(core);
      if (missing !== null) return context.skip(missing);
      const { model } = await importFixture(name);
      const compilation = compileModel(model, { core });
      const header = compilation.files.get('include/imported.h')!;
      expect(header.includes('IMPORTED_FIRST_OUTPUT')).toBe(rate !== null);
      if (rate !== null) {
        expect(header).toContain(`IMPORTED_FIRST_OUTPUT ${rate.first} `);
        expect(header).toContain(`IMPORTED_STEPS_PER_OUTPUT ${rate.stride} `);
      }
      expect(await verify(compilation, { core })).toMatchObject({ passed: true });
    },
  );
});

test('sequences that end before the first output are refused', async () => {
  const imported = await readNetwork(packagePath('test/importers/fixtures/conv.h5'));
  const { input } = imported.network;
  const short = { ...imported, network: { ...imported.network, input: { ...input, window: 6 } } };
  const wishes = { path: 'conv.h5', name: 'imported', data: [-1, 1], weights, rowScale: 'multiplier' } as const;
  expect(() => importModel(short, wishes)).toThrow(
    /import_data_fit.*32 of 32 sequences end before .* with step 7; the shortest has 6 steps/,
  );
});

test('padding "same" as TensorFlow has it; what a device cannot see is late', () => {
  expect(samePadding(3, 1, null)).toEqual({ left: 1, right: 1 });
  expect(samePadding(2, 1, 8)).toEqual({ left: 0, right: 1 });
  expect(samePadding(12, 12, 150)).toEqual({ left: 3, right: 3 });
  expect(samePadding(12, 12, 144)).toEqual({ left: 0, right: 0 });
  expect(samePadding(12, 12, null)).toBeNull();
  expect(windowSteps('', { window: 3, stride: 1, left: 1, right: 1 }, 8)).toMatchObject({
    first: 2,
    late: 1,
    steps: 8,
  });
  expect(windowSteps('', { window: 3, stride: 2, left: 1, right: 1 }, 8)).toMatchObject({
    first: 2,
    late: 0,
    steps: 4,
  });
  expect(windowSteps('', { window: 3, stride: 1, left: 0, right: 0 }, null)).toMatchObject({ first: 3, late: 0 });
  expect(windowSteps('', { window: 9, stride: 1, left: 0, right: 0 }, 8)).toMatchObject({ code: 'import_value' });
  expect(windowSteps('', { window: 3, stride: 1, left: 3, right: 0 }, 8)).toMatchObject({ code: 'import_attribute' });
  expect(poolSteps('', { window: 3, stride: 3, left: 0, right: 1 }, 8)).toMatchObject({ code: 'import_padding' });
  expect(poolSteps('', { window: 3, stride: 3, left: 1, right: 0 }, 8)).toMatchObject({ code: 'import_attribute' });
});

test('a normalization goes through windows only where that is exact', () => {
  const numbers = (length: number) => Float64Array.from({ length }, (_, k) => Math.sin(k + length));
  const norm = {
    type: 'scaleShift',
    name: 'norm',
    units: 2,
    inputs: 2,
    scale: numbers(2),
    shift: numbers(3).slice(1),
  } as const;
  const conv = (first: number): FloatConv1d => ({
    ...{ type: 'conv1d', name: 'conv', units: 3, inputs: 2, window: 3, first, stride: 1, activation: 'relu' },
    ...{ weights: numbers(18), bias: numbers(3) },
  });
  const pool = (first: number, f: 'max' | 'mean', units: number): FloatPool => ({
    ...{ type: 'pool', name: 'pool', units, inputs: units, window: 2, first, stride: 2, function: f },
  });
  const dense = (inputs: number) =>
    ({
      type: 'dense',
      name: 'out',
      units: 1,
      inputs,
      weights: numbers(inputs),
      bias: numbers(1),
      activation: 'linear',
    }) as const;
  const networks = ([1, 3] as const).flatMap((first) => [
    [norm, conv(first), pool(2, 'max', 3), dense(3)],
    ...([1, 2] as const).flatMap((own) => [
      [norm, pool(own, 'max', 2), conv(first), dense(3)],
      [norm, pool(own, 'mean', 2), conv(first), dense(3)],
    ]),
  ]);
  const x = numbers(24);
  for (const layers of networks) {
    const input = { size: 2, encoding: 'values', window: null } as const;
    const network: FloatNetwork = { input, layers, head: 'linear', everyStep: true };
    const { network: rewritten, problems } = rewrite('net', network);
    expect(problems).toEqual([]);
    expect(rewritten.layers.some(({ type }) => type === 'scaleShift')).toBe(false);
    const [wanted, found] = [network, rewritten].map((own) => new FloatRun(own).run(x).map(([y]) => y!));
    found!.forEach((y, t) => {
      expect(y).toBeCloseTo(wanted![t]!, 12);
    });
  }
});
