import { CTYPE_BYTES, type CType, type ScratchArray, type Slot } from '../../ir/plan.js';

/** Every slot begins at a multiple of this, so that a union of any arrays is aligned. */
export const SLOT_ALIGNMENT = 4;

/** An array and the steps between which it must keep its contents, both included. */
export interface ArrayRequest {
  readonly name: string;
  readonly ctype: CType;
  readonly length: number;
  readonly from: number;
  readonly to: number;
}

interface OpenSlot {
  bytes: number;
  freeFrom: number;
  readonly members: ArrayRequest[];
}

/** Linear scan over lifetimes: each array goes into the slot that is free and fits best, or opens a new one. */
export function planScratch(requests: readonly ArrayRequest[]) {
  const open: OpenSlot[] = [];
  for (const request of [...requests].sort((a, b) => a.from - b.from)) {
    const bytes = bytesOf(request);
    const free = open.filter((s) => s.freeFrom < request.from);
    const waste = (slot: OpenSlot) => (slot.bytes >= bytes ? slot.bytes - bytes : (bytes - slot.bytes) * 2);
    free.sort((a, b) => waste(a) - waste(b) || open.indexOf(a) - open.indexOf(b));
    const slot = free[0];
    if (slot === undefined) open.push({ bytes, freeFrom: request.to, members: [request] });
    else {
      slot.bytes = Math.max(slot.bytes, bytes);
      slot.freeFrom = request.to;
      slot.members.push(request);
    }
  }
  return layOut(open);
}

const bytesOf = ({ ctype, length }: ArrayRequest): number => CTYPE_BYTES[ctype] * length;

function layOut(open: readonly OpenSlot[]) {
  const slots: Slot[] = [];
  const arrays: ScratchArray[] = [];
  let offset = 0;
  open.forEach((slot, index) => {
    const bytes = Math.ceil(slot.bytes / SLOT_ALIGNMENT) * SLOT_ALIGNMENT;
    slots.push({ offset, bytes });
    for (const member of slot.members) arrays.push({ ...member, bytes: bytesOf(member), slot: index, offset });
    offset += bytes;
  });
  return { slots, arrays, scratchBytes: offset };
}
