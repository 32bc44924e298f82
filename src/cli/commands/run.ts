import { loadBoard } from '../../boards/board.js';
import { planWrite } from '../../boards/write.js';
import { tint } from '../../report/terminal.js';
import { type RunReport, runFirmware, type Stage, stageOf } from '../../run.js';
import { type BoardWriteOptions, planFacts, printPlan, writeOptions } from '../write-options.js';
import { type BuildOptions, buildForBoard } from './build.js';

interface Options extends BuildOptions, BoardWriteOptions {
  /** Seconds. */
  readonly timeout: number;
  readonly json?: boolean;
}

/** rnnq run: build, write, run, compare every step with the golden; exit code 1 where a step differs. */
export async function run(path: string, options: Options): Promise<void> {
  const timeoutMs = options.timeout * 1000;
  const chosen = writeOptions(options);
  const stage = stageOf(loadBoard(options.board), options.runner);
  await buildForBoard(path, options, async ({ board, compilation, firmware }) => {
    const request = { board, compilation, firmware, stage, options: chosen, timeoutMs };
    if (board.runner !== 'device' || stage !== 'board') {
      if (options.dryRun) {
        process.stderr.write(`would run ${firmware.elf} on ${stage}\n`);
        if (options.json) printDryRun({ board: board.id, stage, elf: firmware.elf });
      } else print(await runFirmware(request), options.json);
      return;
    }
    const plan = await planWrite({ board, elf: firmware.elf, images: firmware.images, ...chosen }, chosen);
    printPlan(plan);
    if (!options.dryRun) print(await runFirmware({ ...request, plan }), options.json);
    else if (options.json) printDryRun({ board: board.id, stage, elf: firmware.elf, ...planFacts(plan) });
  });
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
  const { board, stage, steps, difference, cost, counter, clockHz } = report;
  if (json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  else {
    const verdict =
      difference === null ? `${steps} steps equal the golden, selftest 0` : `${tint('bad', 'FAILED')}: ${difference}`;
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
