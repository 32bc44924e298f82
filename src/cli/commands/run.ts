import { planWrite, type WriteOptions } from '../../boards/write.js';
import type { WriterName } from '../../boards/writers.js';
import { badOption, fail } from '../../diagnostics.js';
import { type RunReport, runFirmware, type Stage, stageOf } from '../../run.js';
import { type BuildOptions, buildForBoard } from './build.js';
import { printPlan } from './flash.js';

interface Options extends BuildOptions {
  readonly runner?: string;
  readonly serial?: string;
  readonly port?: string;
  readonly volume?: string;
  readonly dryRun?: boolean;
  readonly timeout: string;
  readonly json?: boolean;
}

/** rnnq run: build, write, run, compare every step with the golden; exit code 1 where a step differs. */
export async function run(path: string, options: Options): Promise<void> {
  const timeoutMs = secondsOf(options.timeout) * 1000;
  const { board, compilation, firmware } = await buildForBoard(path, options);
  const stage = stageOf(board, options.runner);
  const request = { board, compilation, firmware, stage, options: writeOptions(options), timeoutMs };
  if (board.runner !== 'device' || stage !== 'board') {
    if (options.dryRun) process.stderr.write(`would run ${firmware.elf} on ${stage}\n`);
    else print(await runFirmware(request), options.json);
    return;
  }
  const plan = await planWrite(
    { board, elf: firmware.elf, images: firmware.images, ...writeOptions(options) },
    writeOptions(options),
  );
  printPlan(plan);
  if (!options.dryRun) print(await runFirmware({ ...request, plan }), options.json);
}

/** The options that flash and run share, without those that were not given. */
export function writeOptions({ runner, serial, port, volume, dryRun }: Partial<Options>): WriteOptions {
  return {
    ...(runner === undefined ? {} : { tool: runner as WriterName }),
    ...(serial === undefined ? {} : { serial }),
    ...(port === undefined ? {} : { port }),
    ...(volume === undefined ? {} : { volume }),
    ...(dryRun === undefined ? {} : { dryRun }),
  };
}

/** A number of seconds from the command line. */
export function secondsOf(text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0 && seconds < 1e6)) fail(badOption('--timeout', text, 'a number of seconds'));
  return seconds;
}

const STAGES: Readonly<Record<Stage, string>> = {
  board: 'on the board',
  qemu: "on QEMU's model",
  rp2040js: 'on rp2040js',
  host: 'on this computer',
};

function print(report: RunReport, json: boolean | undefined): void {
  const { board, stage, steps, difference, cost, counter, clockHz } = report;
  if (json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  else {
    const verdict = difference === null ? `${steps} steps equal the golden, selftest 0` : `FAILED: ${difference}`;
    process.stdout.write(`${board} ${STAGES[stage]}: ${verdict}\n`);
    if (cost !== null) {
      const clock = stage === 'board' ? `, clock ${clockHz} Hz` : '';
      process.stdout.write(
        `${cost.unit} per step: min ${cost.min}, median ${cost.median}, max ${cost.max} (${counter}${clock})\n`,
      );
    }
  }
  if (difference !== null) process.exitCode = 1;
}
