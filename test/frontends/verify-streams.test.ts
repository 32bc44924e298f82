import { describe, expect, test } from 'vitest';
import { missingTool } from '../../src/cli/commands/verify.js';
import { readModel } from '../../src/compiler/1-read/read-model.js';
import { writeModel } from '../../src/compiler/1-read/write-model.js';
import { compileModel } from '../../src/compiler/compile.js';
import type { Model } from '../../src/ir/model.js';
import { CORES, type CoreName } from '../../src/targets/cores.js';
import { verify } from '../../src/verify.js';
import { WHOLE } from '../whole.js';
import { chainOf, FLAGS, MARGIN, soundOf, streamModel } from './stream-models.js';

/** Every size of the transform, whole and part windows, every block, both widths of codes, with a decision and without. */
const CHAINS: Readonly<Record<string, { model: Model; cores: readonly CoreName[] }>> = {
  'log-mel of 64': { model: streamModel(soundOf({ window: 64, hop: 32, bands: 6 })), cores: ['host', 'cortex-m4'] },
  'log-mel of 100 in 128': {
    model: streamModel(soundOf({ window: 100, hop: 50, bands: 8 })),
    cores: ['host', 'cortex-m55'],
  },
  'log-mel of 256, decision': {
    model: streamModel(soundOf(), { decision: MARGIN }),
    cores: WHOLE ? (Object.keys(CORES) as CoreName[]) : ['host', 'cortex-m0plus', 'cortex-m7', 'cortex-m55'],
  },
  'log-mel of 480 in 512, decision, 16 bits': {
    model: streamModel(soundOf({ window: 480, hop: 320, bands: 40, highest: 7800 }, 16000), {
      ...{ decision: MARGIN, activationBits: 16 },
    }),
    cores: ['host', 'cortex-m0'],
  },
  'log-mel of 1024': {
    model: streamModel(soundOf({ window: 1024, hop: 256, bands: 32, highest: 7800 }, 16000)),
    cores: ['host', 'cortex-m3'],
  },
  'log-mel of 1536 in 2048': {
    model: streamModel(soundOf({ window: 1536, hop: 768, bands: 40, highest: 8000 }, 48000)),
    cores: ['host', 'cortex-m55'],
  },
  'bands of the mean of 4': {
    model: streamModel(
      chainOf(1, [
        { kind: 'decimate', shift: 2 },
        { kind: 'highpass', shift: 5 },
        { kind: 'bands', window: 64, hop: 16, bands: 8, lowest: 2, highest: 50, floor: 1e-7 },
      ]),
    ),
    cores: ['host', 'cortex-m0'],
  },
  'raw counts of 3 channels, outputs of every second frame, decision': {
    model: streamModel(chainOf(3, []), {
      ...{ decision: { kind: 'margin', smoothing: 1, threshold: 20, refractory: 2 }, pooled: true },
    }),
    cores: ['host', 'cortex-m4'],
  },
  'raw counts of 3 channels, decision': {
    // every class may be reported
    model: streamModel(chainOf(3, []), { decision: { kind: 'margin', smoothing: 1, threshold: 20, refractory: 2 } }),
    cores: ['host', 'cortex-m0', 'cortex-m33'],
  },
  'log-mel of 256, outputs that detect': {
    model: streamModel(soundOf(), { decision: FLAGS }),
    cores: ['host', 'cortex-m0', 'cortex-m4', 'cortex-m55'],
  },
  'the mean of 4 of 3 channels, anomalies, 16 bits': {
    model: streamModel(chainOf(3, [{ kind: 'decimate', shift: 2 }]), {
      ...{ decision: { kind: 'score', refractory: 5 }, activationBits: 16 },
    }),
    cores: ['host', 'cortex-m0', 'cortex-m4'],
  },
  'decimate, highpass, magnitude of 3 channels': {
    model: streamModel(
      chainOf(3, [
        { kind: 'decimate', shift: 3 },
        { kind: 'highpass', shift: 4 },
        { kind: 'magnitude', floor: 16 },
      ]),
    ),
    cores: ['host', 'cortex-m0'],
  },
};

describe.each(Object.entries(CHAINS))('%s', (_, { model, cores }) => {
  test('model.json holds it', () => {
    const text = writeModel(model);
    expect(readModel(text)).toEqual(model);
    expect(writeModel(readModel(text))).toBe(text);
  });

  test.for(cores)('samples, codes, logits and reports are equal on %s', async (core, context) => {
    const missing = await missingTool(core);
    if (missing !== null) return context.skip(missing);
    const result = await verify(compileModel(model, { core }), { core });
    expect(result).toMatchObject({ passed: true, failure: null, stream: { differences: 0 } });
    expect(result.stream!.frames).toBeGreaterThan(100);
  });
});

test('verify says where a twin and the C part, and the self-test fails', async (context) => {
  const missing = await missingTool('host');
  if (missing !== null) return context.skip(missing);
  const { model } = CHAINS['log-mel of 256, decision']!;
  const compilation = compileModel(model, { core: 'host' });
  const path = 'src/rnnq_bands_s32_c.c';
  const files = new Map(compilation.files);
  files.set(path, files.get(path)!.replace('powers += power;', 'powers += power + (power >> 3);'));
  const result = await verify({ ...compilation, files }, { core: 'host' });
  expect(result.passed).toBe(false);
  expect(result.failure).toContain('self-test');
  expect(result.stream!.differences).toBeGreaterThan(0);
  // the first recordings are silent: an eighth of nothing is nothing
  expect(result.stream!.first).toMatchObject({ what: 'code' });
  expect(result.stream!.first!.frame).toBeGreaterThan(1);
});
