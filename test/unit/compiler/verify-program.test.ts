import { describe, expect, test } from 'vitest';
import { lower } from '../../../src/compiler/2-lower/lower.js';
import type { Op, OpKind, PhaseName, Program, Tensor, TensorId } from '../../../src/ir/program.js';
import { addBias } from '../../../src/ops/add-bias.js';
import { verifyProgram } from '../../../src/ops/verify.js';
import { buildModel } from '../../../src/quantizers/build-model.js';
import { realNetwork } from './small-network.js';

const gru = lower(buildModel(realNetwork('gru')));
const lstm = lower(buildModel(realNetwork('lstm')));

const inPhase = (program: Program, phase: PhaseName, ops: readonly Op[]): Program => ({
  ...program,
  phases: { ...program.phases, [phase]: ops },
});
const editOps = (program: Program, edit: (ops: Op[]) => Op[]): Program =>
  inPhase(program, 'advance', edit([...program.phases.advance]));
/** Replaces the first op of a kind. */
const editOp = <K extends OpKind>(program: Program, kind: K, edit: (op: Op<K>) => object): Program =>
  editOps(program, (ops) => {
    const at = ops.findIndex((op) => op.kind === kind);
    ops[at] = { ...ops[at]!, ...edit(ops[at] as Op<K>) } as Op;
    return ops;
  });
const editTensor = (program: Program, name: string, edit: (tensor: Tensor) => object): Program => {
  const at = program.tensors.findIndex((t) => t.name === name);
  expect(at).toBeGreaterThanOrEqual(0);
  return { ...program, tensors: program.tensors.map((t, i) => (i === at ? ({ ...t, ...edit(t) } as Tensor) : t)) };
};
const idOf = (program: Program, name: string): TensorId =>
  program.tensors.findIndex((t) => t.name === name) as TensorId;

test('the programs themselves are sound', () => {
  expect(verifyProgram(gru)).toEqual([]);
  expect(verifyProgram(lstm)).toEqual([]);
});

const MUTATIONS: Readonly<Record<string, readonly [() => Program, RegExp]>> = {
  'an op read before it is written': [() => editOps(gru, (ops) => [ops.pop()!, ...ops]), /before it is written/],
  'an op left out': [() => editOps(gru, (ops) => ops.slice(1)), /reads x8 before it is written/],
  'the state update left out': [() => editOps(gru, (ops) => ops.slice(0, -1)), /cell_h is never written/],
  'the output left out': [() => inPhase(gru, 'output', []), /before it is written|never written/],
  'a state written twice': [() => editOps(gru, (ops) => [...ops, ops.at(-1)!]), /written twice/],
  'a local written twice': [() => editOps(gru, (ops) => [ops[0]!, ...ops]), /written twice/],
  'a state written in the output phase': [
    () => inPhase(inPhase(gru, 'advance', gru.phases.advance.slice(0, -1)), 'output', [gru.phases.advance.at(-1)!]),
    /before it is written|in phase output/,
  ],
  'the state set from an old result in the output phase': [
    () =>
      inPhase(gru, 'output', [
        ...gru.phases.output,
        {
          kind: 'lerp',
          inputs: Array(3).fill(idOf(gru, 'cell_h')),
          output: idOf(gru, 'cell_h'),
          attributes: { min: -32639, max: 32639 },
          origin: '',
        },
      ]),
    /in phase output|can reach/,
  ],
  'the input read in the output phase': [
    () => inPhase(gru, 'output', [gru.phases.advance[0]!, ...gru.phases.output]),
    /reads x before/,
  ],
  'the input written': [
    () => editOp(gru, 'narrow', (op) => ({ output: op.inputs[0]!, attributes: { ...op.attributes, min: -128 } })),
    /writes the input/,
  ],
  'inputs of the interpolation swapped': [
    () => editOp(gru, 'lerp', ({ inputs: [n, z, h] }) => ({ inputs: [z!, n!, h!] })),
    /z of an interpolation can reach/,
  ],
  'inputs of a sum of two fractions': [
    () => editOp(gru, 'add', ({ inputs: [, b] }) => ({ inputs: [idOf(gru, 'x8'), b!] })),
    /fractions|elements/,
  ],
  'an input too many': [
    () => editOp(gru, 'lut', ({ inputs }) => ({ inputs: [...inputs, ...inputs] })),
    /has 2 inputs, needs 1/,
  ],
  'a wrong fraction': [
    () => editTensor(gru, 'cell_n', ({ type }) => ({ type: { ...type, fraction: 14 } })),
    /has fraction 14, the op gives 15/,
  ],
  'a wrong length': [
    () => editTensor(gru, 'cell_n', ({ type }) => ({ type: { ...type, length: 3 } })),
    /has length 3, the op gives 2/,
  ],
  'a wrong dtype': [
    () => editTensor(gru, 'cell_n', ({ type }) => ({ type: { ...type, dtype: 's32' } })),
    /has dtype s32, the op gives s16/,
  ],
  'a range that is too narrow': [
    () => editTensor(gru, 'cell_z_pre', ({ type }) => ({ type: { ...type, max: 0 } })),
    /outside its declared/,
  ],
  'a state that can be more than it declares': [
    () => editTensor(lstm, 'cell_c', ({ type }) => ({ type: { ...type, max: 30000 } })),
    /outside its declared/,
  ],
  'a product that overflows': [
    () =>
      editOp(gru, 'requantize', ({ attributes: { scale, ...rest } }) => ({
        attributes: { ...rest, scale: { kind: 'shift', left: 30, n: scale.n } },
      })),
    /32 bits/,
  ],
  'a shift of 31': [
    () => editOp(lstm, 'mul', ({ attributes }) => ({ attributes: { ...attributes, shift: 31 } })),
    /outside 0..30/,
  ],
  'a bias that overflows': [
    () => editOp(gru, 'addBias', () => ({ attributes: { bias: new Int32Array(2).fill(2 ** 31 - 1) } })),
    /32 bits/,
  ],
  'a bias of another length': [
    () => editOp(gru, 'addBias', () => ({ attributes: { bias: new Int32Array(5) } })),
    /has 5 elements/,
  ],
  'a matrix of another width': [
    () =>
      editOp(gru, 'matvec', ({ attributes: { weights } }) => ({
        attributes: {
          weights: { ...weights, cols: weights.cols + 1, codes: new Int8Array(weights.rows * (weights.cols + 1)) },
        },
      })),
    /the input of a matvec has/,
  ],
  'a state of any bit pattern that overflows': [
    // safe from reachable states only: |c| <= 32767, while an int16_t reaches -32768
    () => {
      const id = lstm.tensors.length as TensorId;
      const bias = new Int32Array(2).fill(-(2 ** 31) + 32767);
      const op: Op = {
        kind: 'addBias',
        inputs: [idOf(lstm, 'cell_c')],
        output: id,
        attributes: { bias },
        origin: '',
      };
      const type = addBias.infer(op as Op<'addBias'>, [lstm.tensors[op.inputs[0]!]!.type]);
      const program = { ...lstm, tensors: [...lstm.tensors, { name: 'extra', role: 'local' as const, type }] };
      return editOps(program, (ops) => [op, ...ops]);
    },
    /32 bits/,
  ],
};

describe('verifyProgram refuses', () => {
  test.each(Object.entries(MUTATIONS))('%s', (_, [mutate, message]) => {
    const problems = verifyProgram(mutate());
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.map((p) => p.message).join('\n')).toMatch(message);
  });
});
