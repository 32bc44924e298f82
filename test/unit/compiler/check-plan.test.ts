import { describe, expect, test } from 'vitest';
import { readModel } from '../../../src/compiler/1-read/read-model.js';
import { lower } from '../../../src/compiler/2-lower/lower.js';
import { mergeProducts } from '../../../src/compiler/3-optimize/merge-products.js';
import { checkPlan } from '../../../src/compiler/4-plan/check-plan.js';
import { makePlan } from '../../../src/compiler/4-plan/make-plan.js';
import type { Argument, Call, CodeBlock, Loop, Placement, Plan, PlanStep, ScratchArray } from '../../../src/ir/plan.js';
import type { TensorId } from '../../../src/ir/program.js';
import { buildModel } from '../../../src/quantizers/build-model.js';
import { CORES } from '../../../src/targets/cores.js';
import { ARGMAX } from '../../../src/targets/kernels.js';
import { randomNetwork } from '../../fuzz/random-network.js';
import { sampleText } from '../../samples/sample-text.js';
import { realNetwork } from './small-network.js';

const plan = makePlan([lower(buildModel(realNetwork('gru', 'multiplier', 'separate', 's8')))], 'host');
/** Tiny ternary matrices become code. */
const coded = makePlan([lower(buildModel(realNetwork('gru', 'multiplier')))], 'host');
const joint = makePlan([lower(buildModel(realNetwork('lstm', 'multiplier', 'joint')))], 'host');

/** The matrices of a sequence, of which a step multiplies one. */
const stepped = makePlan([lower(readModel(sampleText('steps_pooled')))], 'host');
const editPart = (edit: (at: { count: TensorId; parts: number }) => object | undefined): Plan => ({
  ...stepped,
  steps: {
    ...stepped.steps,
    advance: stepped.steps.advance.map((step) =>
      step.kind !== 'call'
        ? step
        : {
            ...step,
            arguments: step.arguments.map((a) =>
              a.kind === 'constant' && a.at !== undefined ? ({ ...a, at: edit(a.at) } as Argument) : a,
            ),
          },
    ),
  },
});

const editStep = (at: number, edit: (step: PlanStep) => object): Plan => ({
  ...plan,
  steps: {
    ...plan.steps,
    advance: plan.steps.advance.map((s, i) => (i === at ? ({ ...s, ...edit(s) } as PlanStep) : s)),
  },
});
const callAt = plan.steps.advance.findIndex((step) => step.kind === 'call');
const updateAt = plan.steps.advance.findIndex((step) => step.kind === 'loop' && step.ops.length > 2);
const editArgument = (kind: Argument['kind'], edit: (argument: Argument) => object): Plan =>
  editStep(callAt, (step) => {
    const { arguments: list } = step as Call;
    const at = list.findIndex((a) => a.kind === kind);
    return { arguments: list.map((a, i) => (i === at ? { ...a, ...edit(a) } : a)) };
  });
const idOf = (name: string): TensorId => plan.program.tensors.findIndex((t) => t.name === name) as TensorId;
const editArray = (name: string, edit: (array: ScratchArray) => object): Plan => ({
  ...plan,
  arrays: plan.arrays.map((a) => (a.name === name ? { ...a, ...edit(a) } : a)),
});
const editView = (name: string, edit: (view: Placement) => object): Plan => ({
  ...plan,
  placements: plan.placements.map((v) => (v.tensor === idOf(name) ? { ...v, ...edit(v) } : v)),
});
const arrayNamed = (name: string): ScratchArray => plan.arrays.find((a) => a.name === name)!;
/** Slots laid end to end again after their sizes changed. */
const withSlotBytes = (index: number, bytes: number): Plan => {
  let offset = 0;
  const slots = plan.slots.map((slot, i) => {
    const changed = { offset, bytes: i === index ? bytes : slot.bytes };
    offset += changed.bytes;
    return changed;
  });
  const arrays = plan.arrays.map((a) => ({ ...a, offset: slots[a.slot]!.offset }));
  return { ...plan, slots, arrays, scratchBytes: offset };
};

test('plans of random networks are sound on every core, and scratch is shared', () => {
  expect([...checkPlan(plan), ...checkPlan(coded), ...checkPlan(stepped)]).toEqual([]);
  expect([coded.kernels, coded.steps.advance.flatMap((s) => (s.kind === 'call' ? [s.symbol] : []))]).toEqual([
    [ARGMAX],
    ['cell_input_product', 'cell_recurrent_product'],
  ]);
  for (let seed = 0; seed < 40; seed++)
    for (const core of Object.keys(CORES)) {
      const lowered = lower(randomNetwork(seed).model);
      for (const program of [lowered, mergeProducts(lowered)]) {
        const made = makePlan([program], core);
        expect(checkPlan(made)).toEqual([]);
        expect(made.scratchBytes).toBeLessThan(made.arrays.reduce((sum, a) => sum + a.bytes, 0) + 4);
      }
    }
});

test('the gates of a cell are one product for each vector, the rest is one loop', () => {
  const kinds = plan.steps.advance.map((step) => (step.kind === 'call' ? `${step.ops.length} matrices` : step.name));
  expect(kinds).toEqual(['x8', '3 matrices', 'cell_h8', '3 matrices', 'cell_update']);
});

test('joint scopes are added by the kernel', () => {
  const calls = joint.steps.advance.filter((step) => step.kind === 'call');
  expect(calls.map((c) => [c.addToOutput, c.ops.length])).toEqual([
    [false, 4],
    [true, 8],
  ]);
  expect(calls[1]!.output).toBe(calls[0]!.output);
  const moved = {
    ...joint,
    placements: joint.placements.map((v) =>
      v.tensor === calls[1]!.ops[4]!.output ? { ...v, offset: v.offset + 1, stride: 4 } : v,
    ),
  };
  expect(checkPlan(moved).join('\n')).toMatch(/is not where|lies on another|leaves its array/);
});

/** Changes the first generated product. */
const editProduct = (edit: (blocks: readonly CodeBlock[], call: Call) => object): Plan => {
  const at = coded.steps.advance.findIndex((step) => step.kind === 'call');
  const change = (step: PlanStep): PlanStep =>
    ({ ...step, ...edit((step as Call).generated!, step as Call) }) as PlanStep;
  const advance = coded.steps.advance.map((step, i) => (i === at ? change(step) : step));
  return { ...coded, steps: { ...coded.steps, advance } };
};
/** Changes one input of its first block. */
const editInput = (edit: (input: CodeBlock['inputs'][number]) => object): Plan =>
  editProduct(([first, ...rest]) => ({
    generated: [{ ...first!, inputs: first!.inputs.map((v, i) => (i === 1 ? { ...v, ...edit(v) } : v)) }, ...rest],
  }));

const editLoop = (edit: (loop: Loop) => object): Plan => editStep(updateAt, (step) => edit(step as Loop));

const MUTATIONS: Readonly<Record<string, readonly [() => Plan, RegExp]>> = {
  'two live arrays in one slot': [
    () =>
      editArray('cell_recurrent_acc', () => ({
        slot: arrayNamed('cell_input_acc').slot,
        offset: arrayNamed('cell_input_acc').offset,
      })),
    /overwritten before|leaves its slot/,
  ],
  'the input of every gate overwritten': [
    () => editArray('cell_input_acc', () => ({ slot: arrayNamed('x8').slot, offset: arrayNamed('x8').offset })),
    /would overwrite x8|leaves its slot/,
  ],
  'a slot that is too short': [() => withSlotBytes(arrayNamed('cell_input_acc').slot, 0), /leaves its slot/],
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
  'an array in the middle of a slot': [
    () => editArray('cell_input_acc', (a) => ({ offset: a.offset + 1 })),
    /leaves its slot/,
  ],
  'an array of wrong size': [() => editArray('cell_input_acc', (a) => ({ bytes: a.bytes - 1 })), /takes \d+ bytes/],
  'an array in no slot': [() => editArray('cell_input_acc', () => ({ slot: 99 })), /leaves its slot/],
  'two arrays of one name': [() => ({ ...plan, arrays: [...plan.arrays, plan.arrays[0]!] }), /two arrays/],
  'a tensor without a place': [
    () => ({ ...plan, placements: plan.placements.filter((v) => v.tensor !== idOf('cell_r_input_acc')) }),
    /cell_r_input_acc has no place/,
  ],
  'a tensor with two places': [
    () => ({ ...plan, placements: [...plan.placements, plan.placements[0]!] }),
    /two places/,
  ],
  'a tensor that ends after its array': [
    () => editView('cell_n_input_acc', (v) => ({ offset: v.offset + 1 })),
    /leaves its array|lies on another/,
  ],
  'a tensor in an array of another type': [
    () => editView('x8', () => ({ array: 'cell_input_acc' })),
    /not of the type of its array/,
  ],
  'two gates on the same rows': [() => editView('cell_r_input_acc', () => ({ offset: 1 })), /lies on another result/],
  'less scratch than slots': [() => ({ ...plan, scratchBytes: plan.scratchBytes - 4 }), /its slots/],
  'more rows than the output has': [() => editArgument('array', () => ({ elements: 99 })), /touches 99 of/],
  'weights that are too short': [
    () => ({ ...plan, constants: plan.constants.map((c, i) => (i === 0 ? { ...c, values: c.values.slice(1) } : c)) }),
    /touches \d+ of|touches more than/,
  ],
  'the first matrix in every step': [() => editPart(() => undefined), /does not choose the matrix of its count/],
  'the matrix of another count': [
    () => editPart(({ count, parts }) => ({ count: (count + 1) as TensorId, parts })),
    /does not choose the matrix of its count/,
  ],
  'a matrix behind the last one': [
    () => editPart(({ count, parts }) => ({ count, parts: parts + 1 })),
    /does not choose the matrix of its count|touches/,
  ],
  'a constant that does not exist': [() => editArgument('constant', () => ({ name: 'nothing' })), /touches \d+ of 0/],
  'an operand beyond its constant': [
    () =>
      editLoop((loop) => ({
        operands: loop.operands.map((list) =>
          list.map((o) => (o.kind === 'constant' ? { ...o, offset: o.offset + 99 } : o)),
        ),
      })),
    /touches more than the/,
  ],
  'operands of another loop': [() => editLoop(() => ({ operands: [] })), /operands of 0 ops/],
  'two constants of one name': [() => ({ ...plan, constants: [...plan.constants, plan.constants[0]!] }), /one name/],
  'output and input swapped': [
    () =>
      editStep(callAt, (step) => {
        const [output, input, ...rest] = (step as Call).arguments;
        return { arguments: [input!, output!, ...rest] };
      }),
    /does not get the arrays of its ops|touches/,
  ],
  'steps in another order': [
    () => ({ ...plan, steps: { ...plan.steps, advance: [...plan.steps.advance].reverse() } }),
    /comes before the/,
  ],
  'ops of a loop in another order': [() => editLoop((loop) => ({ ops: [...loop.ops].reverse() })), /comes before the/],
  'a step left out': [
    () => ({ ...plan, steps: { ...plan.steps, output: plan.steps.output.slice(1) } }),
    /ops, its steps do/,
  ],
  'a state that stays in a register': [() => editLoop(() => ({ stored: [] })), /does not store the state/],
  'a loop that is too short': [() => editLoop((loop) => ({ length: loop.length - 1 })), /another length/],
  'a kernel that is not built': [() => ({ ...plan, kernels: plan.kernels.slice(1) }), /not among the files/],
  'a weight of generated code that changed its sign': [
    () => editInput(({ codes }) => ({ codes: codes.map((code) => -code) })),
    /has other weights/,
  ],
  'generated code that is not ternary': [
    () => editInput(({ codes }) => ({ codes: codes.map((code) => 2 * code) })),
    /has other weights/,
  ],
  'generated code that reads another input': [() => editInput(() => ({ column: 0 })), /has other weights/],
  'generated code that reads beyond the input': [() => editInput(() => ({ column: 3 })), /has other weights/],
  'an input left out of generated code': [
    () => editProduct(([first, ...rest]) => ({ generated: [{ ...first!, inputs: first!.inputs.slice(1) }, ...rest] })),
    /has other weights/,
  ],
  'two rows of generated code swapped': [
    () => editProduct(([first]) => ({ generated: [{ ...first!, rows: [...first!.rows].reverse() }] })),
    /has other weights/,
  ],
  'generated code that makes a row twice': [
    () => editProduct((blocks) => ({ generated: [...blocks, ...blocks] })),
    /each of 6 rows once/,
  ],
  'generated code that makes no row': [() => editProduct(() => ({ generated: [] })), /each of 6 rows once/],
  'generated code of more rows than the output has': [
    () => editProduct((_, { arguments: list }) => ({ arguments: [{ ...list[0]!, elements: 7 }, list[1]!] })),
    /touches 7 of|each of 7 rows/,
  ],
  'two generated functions of one name': [
    () => editProduct(() => ({ symbol: coded.steps.advance.find((step) => step.kind === 'loop')!.name })),
    /two generated functions/,
  ],
  'generated code that is looked for among the files': [
    () => editProduct(() => ({ generated: null })),
    /not among the files/,
  ],
  'a result of a loop that is not kept': [
    () => ({
      ...plan,
      steps: {
        ...plan.steps,
        advance: plan.steps.advance.map((s) => (s.kind === 'loop' && s.name === 'x8' ? { ...s, stored: [] } : s)),
      },
    }),
    /x8 is overwritten before/,
  ],
};

describe('checkPlan refuses', () => {
  test.each(Object.entries(MUTATIONS))('%s', (_, [mutate, message]) => {
    expect(checkPlan(mutate()).join('\n')).toMatch(message);
  });
});
