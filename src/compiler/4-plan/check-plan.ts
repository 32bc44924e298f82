import type { Call, Plan } from '../../ir/plan.js';
import { DTYPE_BYTES, type TensorId } from '../../ir/program.js';

/**
 * Replays a plan byte by byte, knowing nothing of how it was made: every array a kernel touches is inside its tensor
 * or constant, every tensor inside scratch and aligned, no byte is read after another tensor has overwritten it, and
 * an output overlaps an input only where the kernel works in place. Returns what is wrong.
 */
export function checkPlan(plan: Plan): string[] {
  const problems: string[] = [];
  const { program } = plan;
  const nameOf = (id: TensorId) => program.tensors[id]!.name;
  const places = new Map(plan.placements.map((p) => [p.tensor, p]));
  const constants = new Map(plan.constants.map((c) => [c.name, c]));
  for (const { tensor, offset, bytes, slot } of plan.placements) {
    const { dtype, length } = program.tensors[tensor]!.type;
    if (bytes !== DTYPE_BYTES[dtype] * length) problems.push(`${nameOf(tensor)} takes ${bytes} bytes`);
    if (offset % DTYPE_BYTES[dtype] !== 0) problems.push(`${nameOf(tensor)} is not aligned`);
    const room = plan.slots[slot];
    const inside = room !== undefined && offset >= room.offset && offset + bytes <= room.offset + room.bytes;
    if (!inside || offset + bytes > plan.scratchBytes) problems.push(`${nameOf(tensor)} leaves its slot`);
  }
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
      else if (program.tensors[call.op.output]!.role === 'local') problems.push(`${nameOf(call.op.output)} has no place`);
    }
  }
  return problems;
}

function checkExtents(plan: Plan, call: Call, constants: ReadonlyMap<string, Plan['constants'][number]>, problems: string[]): void {
  for (const argument of call.arguments) {
    if (argument.kind === 'integer') continue;
    let available: number;
    if (argument.kind === 'tensor') available = plan.program.tensors[argument.id]!.type.length;
    else available = argument.kind === 'table' ? 256 : (constants.get(argument.name)?.values.length ?? 0);
    if (argument.elements > available) problems.push(`${call.symbol} touches ${argument.elements} of ${available} elements`);
  }
}

function checkAliasing(plan: Plan, call: Call, places: ReadonlyMap<TensorId, Plan['placements'][number]>, problems: string[]): void {
  const { inputs, output } = call.op;
  const target = places.get(output);
  inputs.forEach((id, index) => {
    const place = places.get(id);
    const same = id === output || (place !== undefined && target !== undefined && place.offset === target.offset);
    const overlap =
      place !== undefined && target !== undefined && place.offset < target.offset + target.bytes && target.offset < place.offset + place.bytes;
    if (!same && !overlap) return;
    const equalTypes = plan.program.tensors[id]!.type.dtype === plan.program.tensors[output]!.type.dtype;
    if (!same || !call.inPlace.includes(index) || !equalTypes)
      problems.push(`${call.symbol} would overwrite its input ${plan.program.tensors[id]!.name}`);
  });
}
