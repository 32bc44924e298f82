import { type Board, loadBoard } from '../../boards/board.js';
import { planWrite } from '../../boards/write.js';
import type { Channel } from '../../data/sound/wav.js';
import { frontEndMissing } from '../../decisions/diagnostics.js';
import { badValue, fail } from '../../diagnostics.js';
import type { Model } from '../../ir/model.js';
import { tint } from '../../report/terminal.js';
import { type RunReport, runFirmware, type Stage, stageOf } from '../../run.js';
import { eventText } from '../event-text.js';
import { readSamples } from '../sample-file.js';
import { type BoardWriteOptions, planFacts, printPlan, writeOptions } from '../write-options.js';
import { type BuildOptions, buildForBoard } from './build.js';

interface Options extends BuildOptions, BoardWriteOptions {
  /** Seconds. */
  readonly timeout?: number;
  /** A recording that is streamed through the board. */
  readonly input?: string;
  readonly channel?: Channel;
  readonly json?: boolean;
}

/**
 * rnnq run: build, write, run, compare every step with the golden, or every frame of a recording with the twin; exit code 1
 * where one differs.
 */
export async function run(path: string, options: Options): Promise<void> {
  const chosen = writeOptions(options);
  const stage = stageOf(loadBoard(options.board), options.runner);
  const { input } = options;
  const app = input === undefined ? 'golden' : 'stream';
  await buildForBoard(path, { ...options, app }, async ({ board, compilation, firmware }) => {
    const recording =
      input === undefined ? {} : { recording: await recordingFor(compilation.model, input, options.channel) };
    const timeoutMs = 1000 * (options.timeout ?? 60 + 30 * secondsOf(compilation.model, recording.recording));
    const request = { board, compilation, firmware, stage, options: chosen, timeoutMs, ...recording };
    if (board.runner !== 'device' || stage !== 'board') {
      if (options.dryRun) {
        process.stderr.write(`would run ${firmware.elf} on ${stage}\n`);
        if (options.json) printDryRun({ board: board.id, stage, elf: firmware.elf });
      } else print(await runFirmware(request), options.json);
      return;
    }
    const plan = await planWrite({ board, elf: firmware.elf, images: firmware.images, ...chosen }, chosen);
    printPlan(plan);
    if (recording.recording !== undefined) noteBaud(board, recording.recording, compilation.model);
    if (!options.dryRun) print(await runFirmware({ ...request, plan }), options.json);
    else if (options.json) printDryRun({ board: board.id, stage, elf: firmware.elf, ...planFacts(plan) });
  });
}

/** The one recording of a file, as the samples of the model. */
async function recordingFor(model: Model, path: string, channel: Channel | undefined): Promise<Int16Array> {
  if (model.input.frontEnd === undefined) return fail(frontEndMissing());
  const [one, ...more] = await readSamples(path, model, { channel });
  if (more.length > 0)
    fail({ ...badValue('--input', `${path} holds ${more.length + 1} recordings, a board takes one`), usage: false });
  return one!.samples;
}

/** Length of a recording; 0 without one. */
function secondsOf({ input: { frontEnd } }: Model, recording?: Int16Array): number {
  return recording === undefined ? 0 : recording.length / (frontEnd!.channels * frontEnd!.sampleRate);
}

/** A byte takes ten bits of the serial line. */
function noteBaud(board: Board, recording: Int16Array, model: Model): void {
  if (board.runner !== 'device') return;
  const seconds = secondsOf(model, recording);
  const needed = (20 * recording.length) / board.console.baud;
  const slower = needed > seconds ? 'slower than real time: ' : '';
  process.stderr.write(
    `${slower}${seconds.toFixed(1)} s of samples take at least ${needed.toFixed(1)} s at ${board.console.baud} baud\n`,
  );
}

const printDryRun = (facts: object): void =>
  void process.stdout.write(`${JSON.stringify({ ...facts, dryRun: true }, null, 2)}\n`);

const STAGES: Readonly<Record<Stage, string>> = {
  board: 'on the board',
  qemu: "on QEMU's model",
  rp2040js: 'on rp2040js',
  host: 'on this computer',
};

function print(report: RunReport, json: boolean | undefined): void {
  const { board, stage, difference, cost, counter, clockHz, stream } = report;
  if (json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  else {
    const verdict = difference === null ? equalText(report) : `${tint('bad', 'FAILED')}: ${difference}`;
    process.stdout.write(`${board} ${STAGES[stage]}: ${verdict}\n`);
    if (stream !== null) process.stdout.write(streamText(stream));
    if (cost !== null) {
      const clock = stage === 'board' ? `, clock ${clockHz} Hz` : '';
      process.stdout.write(
        `${cost.unit} per ${stream === null ? 'step' : 'frame'}: min ${cost.min}, median ${cost.median}, max ${cost.max} (${counter}${clock})\n`,
      );
    }
  }
  if (difference !== null) process.exitCode = 1;
}

/** `61 frames of 1.0 s equal the twin, 1 event equal, selftest 0` */
function equalText({ steps, stream }: RunReport): string {
  if (stream === null) return `${steps} steps equal the golden, selftest 0`;
  const events = stream.answer === null ? `, events equal: ${stream.events.length}` : '';
  return `${steps} frames of ${stream.seconds.toFixed(1)} s equal the twin${events}, selftest 0`;
}

function streamText({ events, answer }: NonNullable<RunReport['stream']>): string {
  if (answer !== null) return `${answer}\n`;
  return eventText([{ events }]);
}
