import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findTool } from '../../src/boards/tools.js';
import { runEva } from '../../src/build/eva.js';
import { missingTool } from '../../src/cli/commands/verify.js';
import { compileModel } from '../../src/compiler/compile.js';
import { LogMel } from '../../src/data/sound/log-mel.js';
import { readWav, toInt16 } from '../../src/data/sound/wav.js';
import { FrontEndTwin, valuesOf } from '../../src/frontends/chain.js';
import type { LogMelBlock } from '../../src/ir/front-end.js';
import type { Model } from '../../src/ir/model.js';
import { formatTable } from '../../src/report/table.js';
import { CORES, type CoreName } from '../../src/targets/cores.js';
import { verify } from '../../src/verify.js';
import { MARGIN, soundOf, streamModel } from './stream-models.js';

/** A chain for each size of the transform, window of it and part of it. */
const CHAINS: readonly Partial<LogMelBlock>[] = [
  { window: 64, hop: 32, bands: 6 },
  { window: 100, hop: 50, bands: 8 },
  { window: 256, hop: 128, bands: 24 },
  { window: 480, hop: 160, bands: 32 },
  { window: 1024, hop: 256, bands: 32 },
  { window: 1536, hop: 768, bands: 40 },
];
const modelOf = (chain: Partial<LogMelBlock>): Model => streamModel(soundOf(chain), { decision: MARGIN });

/** What is done to the recordings in the table of codes beside float features. */
const LEVELS: Readonly<Record<string, { readonly decibels: number; readonly offset?: number }>> = {
  'as recorded': { decibels: 0 },
  '-20 dB': { decibels: -20 },
  '-40 dB': { decibels: -40 },
  '-60 dB': { decibels: -60 },
  '+24 dB, clipped': { decibels: 24 },
  'offset of 4000': { decibels: 0, offset: 4000 },
};

/** A code of the spoken digits, in units of log2: a code of a band is 0.14 to 0.19. */
const CODE = 0.16;

/**
 * npm run campaign:streams -- --recordings <folder> [--count 500] [--cores host,cortex-m4] [--sanitize] [--eva] [--levels]: twin
 * against C, from samples to reports, for six sizes of the transform: every recording and hostile signal, pushed a few samples
 * at a time, always another number of them. --sanitize: on the host again, with the address and undefined behaviour sanitizers.
 * --eva: Frama-C on a chain of each size that is named. --levels: values of the twin beside the float features.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const { values: options } = parseArgs({
    args: [...argv],
    options: {
      recordings: { type: 'string' },
      count: { type: 'string', default: '500' },
      cores: { type: 'string', default: 'host' },
      sanitize: { type: 'boolean', default: false },
      levels: { type: 'boolean', default: false },
      eva: { type: 'string', default: '' },
    },
  });
  const recordings = options.recordings === undefined ? [] : readAll(options.recordings, Number(options.count));
  if (options.levels) process.stdout.write(`${compareLevels(recordings)}\n`);
  let failed = 0;
  for (const core of coresOf(options.cores)) {
    const missing = await missingTool(core);
    if (missing !== null) throw new Error(`${core}: ${missing}`);
    for (const chain of CHAINS) failed += await compare(chain, core, recordings, false);
    if (core === 'host' && options.sanitize)
      for (const chain of CHAINS) failed += await compare(chain, core, recordings, true);
  }
  for (const window of options.eva.split(',').filter((text) => text !== '')) failed += await prove(Number(window));
  process.stdout.write(`${failed} chains failed\n`);
  return failed === 0 ? 0 : 1;
}

const coresOf = (text: string): CoreName[] =>
  text === 'all' ? (Object.keys(CORES) as CoreName[]) : (text.split(',').filter((name) => name !== '') as CoreName[]);

/** Recordings spread evenly over a folder. */
function readAll(folder: string, count: number): Int16Array[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.wav'));
  const step = Math.max(1, Math.floor(files.length / count));
  return files
    .filter((_, i) => i % step === 0)
    .slice(0, count)
    .map((name) => toInt16(readWav(join(folder, name)).samples));
}

async function compare(
  chain: Partial<LogMelBlock>,
  core: CoreName,
  recordings: readonly Int16Array[],
  sanitize: boolean,
): Promise<number> {
  const started = performance.now();
  const flags = sanitize ? ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'] : [];
  const compilation = compileModel(modelOf(chain), { core });
  const result = await verify(compilation, { core, recordings, extraFlags: flags }).catch((error: Error) => {
    if (/too little RAM/.test(error.message)) return null;
    throw error;
  });
  if (result === null) {
    process.stdout.write(`${core}, window ${chain.window}: does not fit the RAM of its emulated board\n`);
    return 0;
  }
  const { stream, passed, failure } = result;
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  process.stdout.write(
    `${core}${sanitize ? ' with sanitizers' : ''}, window ${chain.window}: ${recordings.length} recordings and hostile signals, ` +
      `${stream!.frames} frames, ${stream!.values} values, ${stream!.differences} differences${failure === null ? '' : `, ${failure}`} (${seconds} s)\n`,
  );
  return passed ? 0 : 1;
}

async function prove(window: number): Promise<number> {
  const tool = await findTool('frama-c');
  if (!tool.available) throw new Error(tool.install);
  const chain = CHAINS.find((own) => own.window === window) ?? { window, hop: window / 2, bands: 24 };
  const { name, files } = compileModel(modelOf(chain), { core: 'cortex-m0' });
  const { alarms, proven, seconds } = await runEva(name, files);
  process.stdout.write(
    `Frama-C Eva, window ${window}: ${alarms} alarms, ${proven ? 'proven' : 'NOT PROVEN'}, ${seconds.toFixed(0)} s\n`,
  );
  return proven ? 0 : 1;
}

/** Codes of the twin beside those of the float features, at the levels of LEVELS. */
function compareLevels(recordings: readonly Int16Array[]): string {
  const frontEnd = valuesOf(soundOf());
  const block = frontEnd.blocks[0] as LogMelBlock;
  const twin = new FrontEndTwin(frontEnd, 127);
  const float = new LogMel({ ...block, kind: 'log-mel', sampleRate: frontEnd.sampleRate });
  const rows = Object.entries(LEVELS).map(([name, { decibels, offset = 0 }]) => {
    const gain = 10 ** (decibels / 20);
    const counts = { equal: 0, one: 0, more: 0, total: 0 };
    for (const samples of recordings) {
      const scaled = samples.map((x) => Math.max(-32768, Math.min(32767, Math.round(x * gain) + offset)));
      const values = twin.run(scaled);
      const expected = float.compute(Float64Array.from(scaled, (x) => x / 32768));
      for (let i = 0; i < values.length; i++) {
        const distance = Math.abs(Math.round(values[i]! / 1024 / CODE) - Math.round(expected[i]! / CODE));
        counts[distance === 0 ? 'equal' : distance === 1 ? 'one' : 'more']++;
        counts.total++;
      }
    }
    const share = (n: number) => `${((100 * n) / counts.total).toFixed(2)} %`;
    return [name, share(counts.equal), share(counts.one), share(counts.more), String(counts.total)];
  });
  return formatTable(['level', 'codes equal', 'off by one', 'more', 'codes'], rows);
}
