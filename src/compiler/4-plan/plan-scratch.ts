import type { Call, Placement, Slot } from '../../ir/plan.js';
import { DTYPE_BYTES, type Program, type TensorId } from '../../ir/program.js';

/** Every slot begins at a multiple of this, so that a union of any arrays is aligned. */
export const SLOT_ALIGNMENT = 4;

interface Lifetime {
  readonly tensor: TensorId;
  readonly bytes: number;
  readonly from: number;
  readonly to: number;
  /** Tensors whose last reader is the call that writes this one, and whose array it may take over. */
  readonly takesOver: readonly TensorId[];
}

interface OpenSlot {
  bytes: number;
  freeFrom: number;
  last: TensorId;
  readonly members: Lifetime[];
}

/**
 * Linear scan over lifetimes: each local tensor goes into the slot that is free and fits best, or opens a new one. A
 * tensor may share a slot with an input of its own call only where the kernel works in place.
 */
export function planScratch(program: Program, calls: readonly Call[]) {
  const open: OpenSlot[] = [];
  for (const lifetime of lifetimes(program, calls)) {
    const free = open.filter((s) => s.freeFrom < lifetime.from || lifetime.takesOver.includes(s.last));
    const waste = (slot: OpenSlot) =>
      slot.bytes >= lifetime.bytes ? slot.bytes - lifetime.bytes : (lifetime.bytes - slot.bytes) * 2;
    free.sort((a, b) => waste(a) - waste(b) || open.indexOf(a) - open.indexOf(b));
    const slot = free[0];
    if (slot === undefined)
      open.push({ bytes: lifetime.bytes, freeFrom: lifetime.to, last: lifetime.tensor, members: [lifetime] });
    else {
      slot.bytes = Math.max(slot.bytes, lifetime.bytes);
      slot.freeFrom = lifetime.to;
      slot.last = lifetime.tensor;
      slot.members.push(lifetime);
    }
  }
  return layOut(open);
}

function layOut(open: readonly OpenSlot[]) {
  const slots: Slot[] = [];
  const placements: Placement[] = [];
  let offset = 0;
  open.forEach((slot, index) => {
    const bytes = Math.ceil(slot.bytes / SLOT_ALIGNMENT) * SLOT_ALIGNMENT;
    slots.push({ offset, bytes });
    for (const { tensor, bytes: size, from, to } of slot.members)
      placements.push({ tensor, slot: index, offset, bytes: size, from, to });
    offset += bytes;
  });
  return { slots, placements, scratchBytes: offset };
}

function lifetimes(program: Program, calls: readonly Call[]): Lifetime[] {
  const lastUse = new Map<TensorId, number>();
  calls.forEach(({ op }, time) => {
    for (const id of [...op.inputs, op.output]) lastUse.set(id, time);
  });
  const isLocal = (id: TensorId) => program.tensors[id]!.role === 'local';
  return calls.flatMap(({ op, inPlace }, time) => {
    if (!isLocal(op.output)) return [];
    const { dtype, length } = program.tensors[op.output]!.type;
    const takesOver = inPlace.map((i) => op.inputs[i]!).filter((id) => isLocal(id) && lastUse.get(id) === time);
    return [
      { tensor: op.output, bytes: DTYPE_BYTES[dtype] * length, from: time, to: lastUse.get(op.output)!, takesOver },
    ];
  });
}
