import { CTYPE_BYTES, type Plan } from '../../ir/plan.js';
import { type Op, PHASES } from '../../ir/program.js';

/** Slots follow each other without gaps, each a union of words; every array begins where its union does. */
export function checkLayout({ slots, arrays, scratchBytes, constants }: Plan): string[] {
  const problems: string[] = [];
  let end = 0;
  slots.forEach(({ offset, bytes }, index) => {
    if (offset !== end || bytes % 4 !== 0) problems.push(`slot ${index} is not where the C structure has it`);
    end = offset + bytes;
  });
  if (end !== scratchBytes) problems.push(`scratch has ${scratchBytes} bytes, its slots ${end}`);
  if (new Set(arrays.map((a) => a.name)).size !== arrays.length) problems.push('two arrays have one name');
  if (new Set(constants.map((c) => c.name)).size !== constants.length) problems.push('two constants have one name');
  for (const { name, ctype, length, bytes, slot, offset } of arrays) {
    const room = slots[slot];
    if (bytes !== CTYPE_BYTES[ctype] * length) problems.push(`${name} takes ${bytes} bytes`);
    if (room === undefined || offset !== room.offset || bytes > room.bytes) problems.push(`${name} leaves its slot`);
  }
  return problems;
}

/** Every op of the program is done once; of two ops that touch one tensor, one writing, the first stays the first. */
export function checkOrder({ program, steps, kernels }: Plan): string[] {
  const problems: string[] = [];
  for (const phase of PHASES) {
    const wanted = program.phases[phase];
    const done = steps[phase].flatMap((step) => [...step.ops]);
    if (done.length !== wanted.length || new Set([...done, ...wanted]).size !== wanted.length)
      problems.push(`${phase} has ${wanted.length} ops, its steps do ${done.length}`);
    const turn = new Map(done.map((op, index) => [op, index]));
    wanted.forEach((late, index) => {
      for (const early of wanted.slice(0, index))
        if (conflict(early, late) && turn.get(early)! > turn.get(late)!)
          problems.push(`${late.kind} at ${late.origin} comes before the ${early.kind} it must follow`);
    });
    for (const step of steps[phase])
      if (step.kind === 'call' && step.generated === null && !kernels.includes(step.symbol))
        problems.push(`${step.symbol} is not among the files to build`);
  }
  return problems;
}

/** Nothing moves across the end that a phase may have. */
const conflict = (early: Op, late: Op): boolean =>
  early.kind === 'wait' ||
  late.kind === 'wait' ||
  early.output === late.output ||
  late.inputs.includes(early.output) ||
  early.inputs.includes(late.output);
