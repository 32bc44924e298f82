import { describe, expect, test } from 'vitest';
import { lower } from '../../../src/compiler/2-lower/lower.js';
import { checkPlan } from '../../../src/compiler/4-plan/check-plan.js';
import { makePlan } from '../../../src/compiler/4-plan/make-plan.js';
import type { Argument, Call, Placement, Plan } from '../../../src/ir/plan.js';
import { buildModel } from '../../../src/quantizers/build-model.js';
import { randomNetwork } from '../../fuzz/random-network.js';
import { realNetwork } from './small-network.js';

const plan = makePlan(lower(buildModel(realNetwork('gru', 'multiplier'))), 'host');

const editCall = (symbol: RegExp, edit: (call: Call) => object): Plan => {
  const at = plan.calls.advance.findIndex((call) => symbol.test(call.symbol));
  const advance = plan.calls.advance.map((call, i) => (i === at ? ({ ...call, ...edit(call) } as Call) : call));
  return { ...plan, calls: { ...plan.calls, advance } };
};
const editArgument = (symbol: RegExp, kind: Argument['kind'], edit: (argument: Argument) => object): Plan =>
  editCall(symbol, (call) => {
    const at = call.arguments.findIndex((a) => a.kind === kind);
    return { arguments: call.arguments.map((a, i) => (i === at ? { ...a, ...edit(a) } : a)) };
  });
const editPlacement = (name: string, edit: (placement: Placement) => object): Plan => ({
  ...plan,
  placements: plan.placements.map((p) => (plan.program.tensors[p.tensor]!.name === name ? { ...p, ...edit(p) } : p)),
});
const swapTensors = (call: Call, first: number, second: number): object => {
  const list = [...call.arguments];
  [list[first], list[second]] = [list[second]!, list[first]!];
  return { arguments: list };
};
const slotOf = (name: string): Placement => plan.placements.find((p) => plan.program.tensors[p.tensor]!.name === name)!;
/** Slots laid end to end again after their sizes changed. */
const withSlotBytes = (index: number, bytes: number): Plan => {
  let offset = 0;
  const slots = plan.slots.map((slot, i) => {
    const changed = { offset, bytes: i === index ? bytes : slot.bytes };
    offset += changed.bytes;
    return changed;
  });
  const placements = plan.placements.map((p) => ({ ...p, offset: slots[p.slot]!.offset }));
  return { ...plan, slots, placements, scratchBytes: offset };
};

test('plans of random networks are sound, and scratch is shared', () => {
  expect(checkPlan(plan)).toEqual([]);
  for (let seed = 0; seed < 40; seed++) {
    const made = makePlan(lower(randomNetwork(seed).model), 'host');
    expect(checkPlan(made)).toEqual([]);
    expect(made.scratchBytes).toBeLessThan(made.placements.reduce((sum, p) => sum + p.bytes, 0));
  }
});

const MUTATIONS: Readonly<Record<string, readonly [() => Plan, RegExp]>> = {
  'two live tensors in one slot': [
    () => editPlacement('cell_r', () => ({ slot: slotOf('cell_h8').slot, offset: slotOf('cell_h8').offset })),
    /overwritten before/,
  ],
  'the input of every gate overwritten': [
    () => editPlacement('cell_r_input_acc', () => ({ slot: slotOf('x8').slot, offset: slotOf('x8').offset })),
    /would overwrite its input x8|leaves its slot|overwritten before/,
  ],
  'a slot that is too short': [() => withSlotBytes(slotOf('cell_n').slot, 0), /leaves its slot/],
  'slots that overlap': [
    () => ({ ...plan, slots: plan.slots.map((s, i) => (i === 1 ? { ...s, offset: s.offset - 4 } : s)) }),
    /not where the C structure has it/,
  ],
  'a gap between slots': [
    () => ({
      ...plan,
      slots: plan.slots.map((s, i) => (i === plan.slots.length - 1 ? { ...s, offset: s.offset + 4 } : s)),
    }),
    /not where the C structure has it/,
  ],
  'a slot of odd size': [() => withSlotBytes(0, plan.slots[0]!.bytes + 2), /not where the C structure has it/],
  'a tensor in the middle of a slot': [
    () => editPlacement('cell_r', (p) => ({ offset: p.offset + 1 })),
    /leaves its slot/,
  ],
  'a tensor of wrong size': [() => editPlacement('cell_r', (p) => ({ bytes: p.bytes - 1 })), /takes 3 bytes/],
  'a tensor in no slot': [() => editPlacement('cell_r', () => ({ slot: 99 })), /leaves its slot/],
  'a tensor without a place': [
    () => ({ ...plan, placements: plan.placements.filter((p) => plan.program.tensors[p.tensor]!.name !== 'cell_r') }),
    /cell_r has no place/,
  ],
  'a tensor with two places': [
    () => ({ ...plan, placements: [...plan.placements, plan.placements[0]!] }),
    /two places/,
  ],
  'less scratch than slots': [() => ({ ...plan, scratchBytes: plan.scratchBytes - 4 }), /its slots/],
  'more rows than the output has': [() => editArgument(/matvec/, 'tensor', () => ({ elements: 99 })), /touches 99 of/],
  'weights that are too short': [
    () => ({ ...plan, constants: plan.constants.map((c, i) => (i === 0 ? { ...c, values: c.values.slice(1) } : c)) }),
    /touches \d+ of/,
  ],
  'a constant that does not exist': [
    () => editArgument(/matvec/, 'constant', () => ({ name: 'nothing' })),
    /touches \d+ of 0/,
  ],
  'a table of more than 256 entries': [
    () => editArgument(/lut/, 'table', () => ({ elements: 257 })),
    /touches 257 of 256/,
  ],
  'two constants of one name': [() => ({ ...plan, constants: [...plan.constants, plan.constants[0]!] }), /one name/],
  'swapped inputs': [() => editCall(/lerp/, (call) => swapTensors(call, 1, 2)), /does not get the arrays of its op/],
  'output and input swapped': [
    () => editCall(/add_/, (call) => swapTensors(call, 0, 1)),
    /does not get the arrays of its op/,
  ],
  'calls in another order': [
    () => ({ ...plan, calls: { ...plan.calls, advance: [...plan.calls.advance].reverse() } }),
    /not for the op in its place/,
  ],
  'a call left out': [
    () => ({ ...plan, calls: { ...plan.calls, output: plan.calls.output.slice(1) } }),
    /ops and \d+ calls/,
  ],
  'a kernel that is not built': [() => ({ ...plan, kernels: plan.kernels.slice(1) }), /not among the files/],
  'in place where the kernel cannot': [
    () => ({
      ...plan,
      calls: { ...plan.calls, advance: plan.calls.advance.map((call) => ({ ...call, inPlace: [] })) },
    }),
    /would overwrite its input/,
  ],
};

describe('checkPlan refuses', () => {
  test.each(Object.entries(MUTATIONS))('%s', (_, [mutate, message]) => {
    expect(checkPlan(mutate()).join('\n')).toMatch(message);
  });
});
