import { resolve } from 'node:path';
import type { WriteOptions, WritePlan } from '../boards/write.js';
import { describeStep, type WriterName } from '../boards/writers.js';
import { badOption, fail } from '../diagnostics.js';

/** Options of the commands that write a board, as they come from the command line. */
export interface BoardWriteOptions {
  readonly runner?: string;
  readonly serial?: string;
  readonly port?: string;
  readonly volume?: string;
  readonly dryRun?: boolean;
}

/** Up to 126 characters (USB 2.0, 9.6.7) that print; a tool would take a dash at the front for an option. */
const SERIAL = /^(?!-)[^\p{Cc}\p{Zl}\p{Zp}]{1,126}$/u;

/** The same, without those that were not given. */
export function writeOptions({ runner, serial, port, volume, dryRun }: BoardWriteOptions): WriteOptions {
  if (serial !== undefined && !SERIAL.test(serial))
    fail(badOption('--serial', serial, 'a serial number as USB devices have it'));
  return {
    ...(runner === undefined ? {} : { tool: runner as WriterName }),
    ...(serial === undefined ? {} : { serial }),
    ...(port === undefined ? {} : { port }),
    ...(volume === undefined ? {} : { volume: resolve(volume) }),
    ...(dryRun === undefined ? {} : { dryRun }),
  };
}

/** Tells the commands of a plan, and whether they read the flash back. */
export function printPlan(plan: WritePlan): void {
  for (const step of plan.steps) process.stderr.write(`$ ${describeStep(step)}\n`);
  if (!plan.verifies) process.stderr.write(`${plan.tool} does not read the flash back; rnnq run runs the self-test\n`);
}

/** The same as data, for --json. */
export const planFacts = ({ tool, steps, verifies }: WritePlan) => ({
  tool,
  commands: steps.map(describeStep),
  readsBack: verifies,
});
