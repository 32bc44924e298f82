import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Board, DeviceBoard } from './boards/board.js';
import { consoleGarbage, consoleSilent, wrongFirmware } from './boards/diagnostics.js';
import { instructionsOf, runOnEmulator } from './boards/runners/emulator.js';
import { runOnPico } from './boards/runners/pico.js';
import { RESTART, SampleFeed } from './boards/sample-feed.js';
import { findPort, readLines } from './boards/serial.js';
import { firstDifference, firstWrongEvent, StepLog } from './boards/step-log.js';
import { type WriteOptions, type WritePlan, write } from './boards/write.js';
import { bootRomCrc32 } from './build/boot-checksum.js';
import { readElf } from './build/elf.js';
import type { Firmware } from './build/firmware.js';
import { readUf2 } from './build/images.js';
import type { Compilation } from './compiler/compile.js';
import { badOption, fail } from './diagnostics.js';
import { expectStream, type StreamExpectation, type StreamReport, streamReport } from './stream-run.js';

/** Where a firmware runs: on the board itself, or on a model of it. */
export type Stage = 'board' | 'qemu' | 'rp2040js' | 'host';

export interface RunReport {
  readonly board: string;
  readonly stage: Stage;
  /** Steps of the golden, or frames of a recording. */
  readonly steps: number;
  /** What a recording led to; null: the golden was played. */
  readonly stream: StreamReport | null;
  /** The first thing in which the run is not the golden, or null. */
  readonly difference: string | null;
  /** Cost of a step, or null where nothing was counted: cycles of the core; in QEMU, which has none, instructions. */
  readonly cost: {
    readonly unit: 'cycles' | 'instructions';
    readonly min: number;
    readonly median: number;
    readonly max: number;
  } | null;
  readonly counter: string;
  readonly clockHz: number;
}

export interface RunRequest {
  readonly board: Board;
  readonly firmware: Firmware;
  readonly compilation: Compilation;
  readonly stage: Stage;
  /** A recording for the front end of a firmware that was built for streams, channels interleaved; otherwise the golden is played. */
  readonly recording?: Int16Array;
  /** How a board was planned to be written; only for stage `board`. */
  readonly plan?: WritePlan;
  readonly options: WriteOptions;
  readonly timeoutMs: number;
}

/** The stage for a board and the user's --runner: its own tool names mean the board itself. */
export function stageOf(board: Board, runner: string | undefined): Stage {
  if (board.runner !== 'device') {
    if (runner === undefined || runner === board.runner) return board.runner;
    return fail(badOption('--runner', runner, `a runner of ${board.id}: ${board.runner}`));
  }
  const models = [
    ...(board.emulator === undefined ? [] : ['qemu']),
    ...(board.id === 'raspberry_pi_pico' ? ['rp2040js'] : []),
  ];
  if (runner === 'qemu' || runner === 'rp2040js') {
    if (models.includes(runner)) return runner;
  } else if (runner === undefined || board.writers.some(({ tool }) => tool === runner)) return 'board';
  const known = [...board.writers.map(({ tool }) => tool), ...models];
  return fail(badOption('--runner', runner, `a runner of ${board.id}: ${known.join(', ')}`));
}

/** Runs a firmware, reads its lines, and compares every step with the golden, or every frame with the twin. */
export async function runFirmware(request: RunRequest): Promise<RunReport> {
  const { board, compilation, stage, recording } = request;
  const expected = recording === undefined ? null : expectStream(compilation, recording);
  const log = new StepLog(expected === null ? null : new SampleFeed(expected.bytes));
  const begun = performance.now();
  await play(request, log);
  if (!log.complete && performance.now() - begun >= request.timeoutMs) log.waited = request.timeoutMs / 1000;
  judgeConsole(request, log);
  const costs = log.steps
    .map(({ cycles }) => (stage === 'qemu' ? instructionsOf(board, cycles) : cycles))
    .filter((cost) => cost > 0)
    .sort((a, b) => a - b);
  return {
    ...{ board: board.id, stage, steps: log.steps.length },
    difference: differenceOf(log, compilation, expected),
    stream: expected === null ? null : streamReport(compilation, expected, log.events),
    cost:
      costs.length === 0
        ? null
        : {
            unit: stage === 'qemu' ? 'instructions' : 'cycles',
            min: costs[0]!,
            median: costs[costs.length >> 1]!,
            max: costs.at(-1)!,
          },
    counter: log.head?.counter ?? 'none',
    clockHz: log.head?.clockHz ?? 0,
  };
}

const differenceOf = (log: StepLog, { golden }: Compilation, expected: StreamExpectation | null): string | null =>
  expected === null
    ? firstDifference(log, golden.hashes)
    : (firstDifference(log, expected.hashes) ?? firstWrongEvent(log.events, expected.events));

async function play({ board, firmware, stage, plan, options, timeoutMs }: RunRequest, log: StepLog): Promise<void> {
  if (stage === 'host') {
    await playHere(firmware.elf, log, timeoutMs);
  } else if (stage === 'rp2040js') {
    const blocks = readUf2(new Uint8Array(await readFile(firmware.images.uf2!)));
    await runOnPico(blocks, bootRomCrc32, log, timeoutMs);
  } else if (stage === 'qemu') {
    const { segments } = readElf(new Uint8Array(await readFile(firmware.elf)));
    await runOnEmulator(
      board,
      segments.filter(({ bytes }) => bytes.length > 0),
      log,
      timeoutMs,
    );
  } else {
    if (plan !== undefined) await write(plan);
    await listen(board as DeviceBoard, options.port, log, timeoutMs);
  }
}

/** On this computer input is a file. */
async function playHere(elf: string, log: StepLog, timeoutMs: number): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'rnnq-run-'));
  try {
    if (log.feed !== null) await writeFile(join(directory, 'input.bin'), log.feed.bytes);
    const { stdout } = await execa(elf, [], { cwd: directory, reject: false, timeout: timeoutMs });
    for (const line of stdout.split('\n')) log.add(line);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function listen(board: DeviceBoard, port: string | undefined, log: StepLog, timeoutMs: number): Promise<void> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), timeoutMs);
  const take = (line: string) => {
    const answer = log.add(line);
    if (log.complete) stop.abort();
    return answer;
  };
  const greeting = log.feed === null ? null : RESTART;
  await readLines(port ?? (await findPort(board)), board.console.baud, take, stop.signal, greeting);
  clearTimeout(timer);
}

/** What came from the console must be of the firmware that was just built. */
function judgeConsole({ board, compilation, timeoutMs }: RunRequest, { head, fault, garbage }: StepLog): void {
  if (fault !== null) return;
  const where = board.runner === 'device' ? board.console.where : 'this terminal';
  if (head === null)
    fail(garbage.length === 0 ? consoleSilent(timeoutMs / 1000, where) : consoleGarbage(garbage.length, garbage[0]!));
  if (head.board !== board.id) fail(wrongFirmware('board', board.id, head.board));
  const hex = (hash: number) => (hash >>> 0).toString(16).padStart(8, '0');
  if (head.modelHash !== compilation.hash >>> 0)
    fail(wrongFirmware('model', hex(compilation.hash), hex(head.modelHash)));
}
