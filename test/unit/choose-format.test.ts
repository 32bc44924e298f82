import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { findCompiler } from '../../src/build/toolchain.js';
import { costOf, type Fit, fitUnits, largestFitting } from '../../src/choose-format.js';
import { readModel } from '../../src/compiler/1-read/read-model.js';
import { compileModel } from '../../src/compiler/compile.js';
import type { Dataset } from '../../src/data/dataset.js';
import { loadDataset } from '../../src/data/index.js';
import { PACKAGE_ROOT } from '../../src/package-root.js';
import type { Criterion } from '../../src/tasks/task.js';
import { bestFormat, chosenFormat, shortOptions } from '../../src/train/formats.js';
import { checkTrainOptions, type TrainOptions } from '../../src/train/options.js';

describe('the largest number that fits', () => {
  test.each([1, 5, 12, 32, 1024])('from %d, for every limit', (start) => {
    for (const limit of [0, 1, 2, 3, 7, 11, 12, 31, 33, 64, 500, 1023, 1024, 2000])
      expect(
        largestFitting(start, 1024, (n) => n <= limit),
        `limit ${limit}`,
      ).toBe(Math.min(limit, 1024));
  });
  test('tries nothing far above it: large networks take long to compile', () => {
    const tried: number[] = [];
    largestFitting(4, 1024, (n) => tried.push(n) > 0 && n <= 37);
    expect(Math.max(...tried)).toBeLessThanOrEqual(2 * 37);
    expect(tried.length).toBeLessThan(12);
  });
});

test('the flash of a network is what the compiler of the core makes of it, where it is installed', async (ctx) => {
  const compiler = await findCompiler('cortex-m0plus');
  if (!compiler.available) return ctx.skip(compiler.install);
  const model = readModel(readFileSync(join(PACKAGE_ROOT, 'test/samples/gru_ternary_shift/model.json'), 'utf8'));
  const { flash, ram, cycles } = compileModel(model, { core: 'cortex-m0plus' }).plan.estimate;
  const cost = await costOf(model, 'cortex-m0plus');
  expect(cost).toMatchObject({ measured: true, ram, cycles });
  expect(cost.flash).not.toBe(flash);
  expect(Math.abs(cost.flash / flash - 1)).toBeLessThan(0.1);
});

describe('networks of every format within limits', () => {
  let data: Dataset;
  const { PATH } = process.env;
  // flash by the plan's estimate: a compiler takes a second for each network
  const fitWithin = async (options: TrainOptions, limits: Fit['limits']): Promise<Fit> => {
    process.env.PATH = '';
    try {
      return await fitUnits(data, checkTrainOptions(options), { core: 'cortex-m0plus', limits });
    } finally {
      process.env.PATH = PATH;
    }
  };
  const sizes = ({ formats }: Fit) => Object.fromEntries(formats.map(({ format, units }) => [format, units]));
  beforeAll(async () => {
    data = await loadDataset('gestures');
  });

  test('without a limit: no more flash than the ternary network, which has the units that were asked for', async () => {
    const all = await fitWithin({ units: [24] }, {});
    expect(all.measured).toBe(false);
    expect(Object.keys(sizes(all))).toEqual(['ternary', 'planes-2', 's4', 's8']);
    expect(sizes(all).ternary).toEqual([24]);
    for (const { format, cost } of all.formats) expect(cost.flash, format).toBeLessThanOrEqual(all.limits.flash!);
    expect(all.formats[0]!.cost.flash).toBe(all.limits.flash);
    // 8 bits for a weight against 1.6: fewer units
    expect(sizes(all).s8![0]).toBeLessThan(24);
  });

  test('every limit counts, and layers keep their proportions', async () => {
    const limits = { flash: 7000, ram: 800, cycles: 30000 };
    const { formats } = await fitWithin({ units: [16, 8] }, limits);
    expect(formats.length).toBeGreaterThan(0);
    for (const { format, units, cost } of formats) {
      for (const key of ['flash', 'ram', 'cycles'] as const)
        expect(cost[key], `${format} ${key}`).toBeLessThanOrEqual(limits[key]);
      expect(Math.abs(units[1]! - units[0]! / 2), format).toBeLessThanOrEqual(0.5);
    }
    const wider = await fitWithin({ units: [16, 8] }, { ...limits, ram: 2500 });
    expect(sizes(wider).ternary![0]).toBeGreaterThan(sizes({ formats } as Fit).ternary?.[0] ?? 0);
  });

  test('limits_not_met: not one unit fits', async () => {
    await expect(fitWithin({ units: [16] }, { flash: 900 })).rejects.toThrow(
      /limits_not_met at --max-flash: no network of one unit on cortex-m0plus .*, 2 % of the flash kept free; the nearest, (ternary|planes-2|s4|s8), takes \d+ bytes of flash against a limit of 900/,
    );
  });

  test('the short training has a fifth of the updates, whatever says their number', () => {
    const sized = { format: 's4', units: [3] } as const;
    const steps = (options: TrainOptions) => shortOptions(data, options, sized).steps;
    expect(steps({})).toBe(400);
    expect(steps({ effort: 'thorough' })).toBe(1600);
    expect(steps({ steps: 3 })).toBe(1);
    const perEpoch = Math.floor(data.train.sequences.length / 64);
    const epochs = shortOptions(data, { epochs: 10, weights: { dense: 's4' } }, sized);
    expect(epochs).toMatchObject({ steps: 2 * perEpoch, units: [3] });
    expect(epochs).not.toHaveProperty('epochs');
    expect(epochs.weights).toEqual({ input: 's4', recurrent: 's4', dense: 's4' });
  });

  describe('scores of the short trainings', () => {
    const scored = (scores: readonly (readonly [number, number])[], metric = 'accuracy', better = 'higher') =>
      (['ternary', 'planes-2', 's4', 's8'] as const).flatMap((format, i) =>
        scores[i] === undefined
          ? []
          : [
              {
                ...{ format, units: [8], steps: 1, selectedBy: { metric, better } as Criterion },
                validation: { [metric]: scores[i][0], loss: scores[i][1] },
              },
            ],
      );
    /** As data with so many validation sequences. */
    const having = (count: number): Dataset => ({
      ...data,
      validation: { ...data.validation, sequences: Array.from({ length: count }, () => data.validation.sequences[0]!) },
    });

    test('the best on the validation part; of equal ones that of the smaller loss, then the first', () => {
      const best = (options: TrainOptions, ...scores: (readonly [number, number])[]) =>
        bestFormat(data, options, scored(scores)).format;
      expect(best({}, [0.8, 1], [0.9, 2], [0.7, 0.1])).toBe('planes-2');
      expect(best({}, [0.8, 1], [0.9, 2], [0.9, 1], [0.9, 1])).toBe('s4');
      expect(best({ select: 'loss' }, [0.8, 1], [0.9, 2], [0.7, 0.1])).toBe('s4');
    });

    test('chosen is the one with the fewest bits that is indistinguishable from the best', () => {
      const chosen = (count: number, ...shares: number[]) => {
        const all = scored(shares.map((share) => [share, 1 - share]));
        return chosenFormat(having(count), all, bestFormat(data, {}, all)).format;
      };
      // of 16 sequences one more or less says nothing, two do: 1/16 < 0.092, 2/16 > 0.103
      expect(chosen(16, 15 / 16, 15 / 16, 15 / 16, 1)).toBe('ternary');
      expect(chosen(16, 14 / 16, 15 / 16, 15 / 16, 1)).toBe('planes-2');
      expect(chosen(16, 14 / 16, 14 / 16, 14 / 16, 1)).toBe('s8');
      expect(chosen(1600, 15 / 16, 15 / 16, 15 / 16, 1)).toBe('s8');
      expect(chosen(1600, 0.975, 0.98, 0.97, 0.97)).toBe('ternary'); // 0.005 < 0.0053
      expect(chosen(1600, 0.974, 0.98, 0.97, 0.97)).toBe('planes-2');
    });

    test('of metrics that are no shares the best is chosen', () => {
      const errors = scored(
        [1.01, 1.02, 1].map((error) => [error, error]),
        'rmse',
        'lower',
      );
      expect(chosenFormat(having(4), errors, errors[2]!).format).toBe('s4');
    });
  });
});
