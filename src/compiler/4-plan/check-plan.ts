import type { Call, Plan } from '../../ir/plan.js';
import { DTYPE_BYTES, PHASES, type TensorId } from '../../ir/program.js';

/**
 * Replays a plan byte by byte, knowing nothing of how it was made: the calls are those of the program, every array a
 * kernel touches is inside its tensor or constant, scratch is laid out as the C structure of unions will be, no byte is
 * read after another tensor has overwritten it, and an output overlaps an input only where the kernel works in place.
 * Returns what is wrong.
 */
export function checkPlan(plan: Plan): string[] {
  const problems: string[] = [...checkLayout(plan), ...checkCalls(plan)];
  const { program } = plan;
  const nameOf = (id: TensorId) => program.tensors[id]!.name;
  const places = new Map(plan.placements.map((p) => [p.tensor, p]));
  const constants = new Map(plan.constants.map((c) => [c.name, c]));
  for (const phase of ['advance', 'output'] as const) {
    const owner = new Int32Array(plan.scratchBytes).fill(-1);
    for (const call of plan.calls[phase]) {
      checkExtents(plan, call, constants, problems);
      for (const id of call.op.inputs) {
        const place = places.get(id);
        if (program.tensors[id]!.role !== 'local') continue;
        if (place === undefined) problems.push(`${nameOf(id)} has no place`);
        else if (owner.subarray(place.offset, place.offset + place.bytes).some((o) => o !== id))
          problems.push(`${nameOf(id)} is overwritten before ${call.symbol} reads it for ${nameOf(call.op.output)}`);
      }
      checkAliasing(plan, call, places, problems);
      const target = places.get(call.op.output);
      if (target !== undefined) owner.fill(call.op.output, target.offset, target.offset + target.bytes);
      else if (program.tensors[call.op.output]!.role === 'local')
        problems.push(`${nameOf(call.op.output)} has no place`);
    }
  }
  return problems;
}

/** Slots follow each other without gaps, each a union of words; every tensor begins where its union does. */
function checkLayout({ program, slots, placements, scratchBytes }: Plan): string[] {
  const problems: string[] = [];
  let end = 0;
  slots.forEach(({ offset, bytes }, index) => {
    if (offset !== end || bytes % 4 !== 0) problems.push(`slot ${index} is not where the C structure has it`);
    end = offset + bytes;
  });
  if (end !== scratchBytes) problems.push(`scratch has ${scratchBytes} bytes, its slots ${end}`);
  if (new Set(placements.map((p) => p.tensor)).size !== placements.length) problems.push('a tensor has two places');
  for (const { tensor, offset, bytes, slot } of placements) {
    const { name, type } = program.tensors[tensor]!;
    const room = slots[slot];
    if (bytes !== DTYPE_BYTES[type.dtype] * type.length) problems.push(`${name} takes ${bytes} bytes`);
    if (room === undefined || offset !== room.offset || bytes > room.bytes) problems.push(`${name} leaves its slot`);
  }
  return problems;
}

/** The calls are the program's ops in order, their arrays the op's output and inputs; names of constants are unique. */
function checkCalls({ program, calls, constants, kernels }: Plan): string[] {
  const problems: string[] = [];
  for (const phase of PHASES) {
    const ops = program.phases[phase];
    if (ops.length !== calls[phase].length)
      problems.push(`${phase} has ${ops.length} ops and ${calls[phase].length} calls`);
    calls[phase].forEach(({ op, symbol, arguments: list }, index) => {
      const arrays = list.flatMap((a) => (a.kind === 'tensor' ? [a.id] : []));
      const wanted = op.kind === 'argmax' ? op.inputs : [op.output, ...op.inputs];
      if (op !== ops[index]) problems.push(`call ${index} of ${phase} is not for the op in its place`);
      if (arrays.join() !== wanted.join()) problems.push(`${symbol} does not get the arrays of its op`);
      if (!kernels.includes(symbol)) problems.push(`${symbol} is not among the files to build`);
    });
  }
  const names = new Set(constants.map((c) => c.name));
  if (names.size !== constants.length) problems.push('two constants have one name');
  return problems;
}

function checkExtents(
  plan: Plan,
  call: Call,
  constants: ReadonlyMap<string, Plan['constants'][number]>,
  problems: string[],
): void {
  for (const argument of call.arguments) {
    if (argument.kind === 'integer') continue;
    let available: number;
    if (argument.kind === 'tensor') available = plan.program.tensors[argument.id]!.type.length;
    else available = argument.kind === 'table' ? 256 : (constants.get(argument.name)?.values.length ?? 0);
    if (argument.elements > available)
      problems.push(`${call.symbol} touches ${argument.elements} of ${available} elements`);
  }
}

function checkAliasing(
  plan: Plan,
  call: Call,
  places: ReadonlyMap<TensorId, Plan['placements'][number]>,
  problems: string[],
): void {
  const { inputs, output } = call.op;
  const target = places.get(output);
  inputs.forEach((id, index) => {
    const place = places.get(id);
    const same = id === output || (place !== undefined && target !== undefined && place.offset === target.offset);
    const overlap =
      place !== undefined &&
      target !== undefined &&
      place.offset < target.offset + target.bytes &&
      target.offset < place.offset + place.bytes;
    if (!same && !overlap) return;
    const equalTypes = plan.program.tensors[id]!.type.dtype === plan.program.tensors[output]!.type.dtype;
    if (!same || !call.inPlace.includes(index) || !equalTypes)
      problems.push(`${call.symbol} would overwrite its input ${plan.program.tensors[id]!.name}`);
  });
}
