import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Board } from '../../src/boards/board.js';
import { runOnEmulator } from '../../src/boards/runners/emulator.js';
import { RESTART, SampleFeed } from '../../src/boards/sample-feed.js';
import { firstDifference, StepLog } from '../../src/boards/step-log.js';
import { readElf } from '../../src/build/elf.js';
import { buildFirmware } from '../../src/build/firmware.js';
import { writePackage } from '../../src/build/replay.js';
import { type Compilation, compileModel } from '../../src/compiler/compile.js';
import { outputOf } from '../../src/frontends/chain.js';
import { goldenSamples } from '../../src/interpreter/stream.js';
import type { Decision } from '../../src/ir/decision.js';
import type { Model } from '../../src/ir/model.js';
import { runFirmware, stageOf } from '../../src/run.js';
import { streamEvents } from '../../src/stream-events.js';
import { expectStream } from '../../src/stream-run.js';
import { boards, TEST_MS, temporaryFolder, withoutCompiler, withoutEmulator } from '../boards/sample.js';
import { chainOf, FLAGS, soundOf, streamModel } from './stream-models.js';

const root = temporaryFolder();
const MODEL = streamModel(soundOf(), { decision: { kind: 'margin', smoothing: 1, threshold: 20, refractory: 2 } });
/** Not a multiple of the hop. */
const RECORDING = goldenSamples(3001, 300, 1);

async function streamedOn(
  board: Board,
  runner: string | undefined,
  { model = MODEL, recording = RECORDING, change = (compilation: Compilation) => compilation } = {},
) {
  const compilation = compileModel(model, { core: board.core });
  const { name, files } = change(compilation);
  const directory = await mkdtemp(join(root(), `${board.id}-`));
  await writePackage(files, directory);
  const firmware = await buildFirmware({ name, files, directory, board, app: 'stream' });
  const request = { board, compilation, firmware, recording, options: {}, timeoutMs: 60_000 };
  return runFirmware({ ...request, stage: stageOf(board, runner) });
}

/** Asks for a restart in place of one answer, and breaks another one off. */
class InterruptedFeed extends SampleFeed {
  begun = 0;
  #answers = 0;

  override rewind(): void {
    this.begun++;
    super.rewind();
  }

  override answer(count: number): Uint8Array {
    const answer = super.answer(count);
    this.#answers++;
    if (this.#answers === 4) return RESTART;
    return this.#answers === 9 ? answer.subarray(0, answer.length >> 1) : answer;
  }
}

const framesOf = ({ input }: Model, samples: number): number => {
  const { hop, first } = outputOf(input.frontEnd!);
  return 1 + Math.floor((Math.ceil(samples / hop) * hop - first) / hop);
};

describe.skipIf(withoutEmulator)("a recording through QEMU's models: by files, or by the serial line", () => {
  // one core with files and a small memory, and every chip whose serial port QEMU has; verify-streams.test.ts runs the other cores
  const serial = boards.filter((b) => b.runner === 'device' && b.emulator !== undefined);
  const onQemu = [...boards.filter(({ id }) => id === 'qemu_cortex_m0'), ...serial];

  test.each(onQemu)('$id: codes, logits and events equal the twin', { timeout: TEST_MS }, async (board) => {
    const report = await streamedOn(board, 'qemu');
    expect(report).toMatchObject({ stage: 'qemu', difference: null, steps: framesOf(MODEL, RECORDING.length) });
    expect(report.stream!.events.length).toBeGreaterThan(0);
    expect(report.cost!.min).toBeGreaterThan(1000);
  });

  test('a run that is restarted, and an answer that breaks off, begin again and give the same frames', {
    timeout: 2 * TEST_MS,
  }, async () => {
    const board = boards.find(({ id }) => id === 'stm32vldiscovery')!;
    const compilation = compileModel(MODEL, { core: board.core });
    const { name, files } = compilation;
    const directory = await mkdtemp(join(root(), 'interrupted-'));
    await writePackage(files, directory);
    const firmware = await buildFirmware({ name, files, directory, board, app: 'stream' });
    const { bytes, hashes, events } = expectStream(compilation, RECORDING);
    const feed = new InterruptedFeed(bytes);
    const log = new StepLog(feed);
    const { segments } = readElf(new Uint8Array(await readFile(firmware.elf)));
    await runOnEmulator(
      board,
      segments.filter((segment) => segment.bytes.length > 0),
      log,
      60_000,
    );
    expect(feed.begun).toBe(3);
    expect(firstDifference(log, hashes)).toBe(null);
    expect(log.events).toEqual(events);
  });

  test('a firmware that computes something else is found', { timeout: TEST_MS }, async () => {
    const path = 'src/rnnq_margin_s16_c.c';
    const change = (compilation: Compilation): Compilation => {
      const files = new Map(compilation.files);
      files.set(path, files.get(path)!.replace('*margin = largest - second', '*margin = largest - second + 1'));
      return { ...compilation, files };
    };
    const board = boards.find(({ id }) => id === 'stm32vldiscovery')!;
    const report = await streamedOn(board, 'qemu', { change });
    expect(report.difference).toMatch(/^step 1: hash [0-9a-f]{8}, the golden says /);
  });
});

test.skipIf(withoutCompiler)('a recording through the Pico on rp2040js', { timeout: TEST_MS }, async () => {
  const board = boards.find(({ id }) => id === 'raspberry_pi_pico')!;
  const report = await streamedOn(board, 'rp2040js');
  expect(report).toMatchObject({ stage: 'rp2040js', difference: null, steps: framesOf(MODEL, RECORDING.length) });
  expect(report.cost!.unit).toBe('cycles');
});

test.for<[string, Decision]>([
  ['outputs that detect', { ...FLAGS, thresholds: [1, 1, 1] }],
  ['anomalies', { kind: 'score', refractory: 2 }],
])('%s in samples of three channels, on this computer', { timeout: TEST_MS }, async ([, decision], context) => {
  const { findCompiler } = await import('../../src/build/toolchain.js');
  if (!(await findCompiler('host')).available) return context.skip('no compiler for the host');
  const board = boards.find(({ id }) => id === 'host')!;
  const model = streamModel(chainOf(3, []), { decision });
  const recording = goldenSamples(50, 10, 3);
  const report = await streamedOn(board, undefined, { model, recording });
  expect(report).toMatchObject({ stage: 'host', difference: null, steps: 50 });
  expect(report.stream!.answer).toBe(null);
  const { program } = compileModel(model, { core: 'host' });
  expect(report.stream!.events.length).toBeGreaterThan(0);
  expect(report.stream!.events).toEqual(streamEvents(model, program, recording));
});

test('three channels without a window or a decision, on this computer', { timeout: TEST_MS }, async (context) => {
  const board = boards.find(({ id }) => id === 'host')!;
  const { findCompiler } = await import('../../src/build/toolchain.js');
  if (!(await findCompiler('host')).available) return context.skip('no compiler for the host');
  const model = streamModel(chainOf(3, []));
  const report = await streamedOn(board, undefined, { model, recording: goldenSamples(50, 10, 3) });
  expect(report).toMatchObject({ stage: 'host', difference: null, steps: 50 });
  expect(model.labels).toContain(report.stream!.answer);
});
