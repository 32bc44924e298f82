import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Imported } from '../../src/importers/importer.js';
import { readNetwork } from '../../src/importers/index.js';
import { type MadeGraph, makeFile } from './make-file.js';

// Graphs that are legal and odd: each is read for what it is, or refused; none is taken for another network.
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rnnq-strangers-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function read(graph: MadeGraph): Promise<Imported> {
  const path = join(folder, 'net.onnx');
  writeFileSync(path, makeFile({ name: 'net.onnx', onnx: graph }));
  return readNetwork(path);
}

const [STEPS, INPUTS, UNITS] = [4, 3, 4];
const WEIGHTS = {
  W: { shape: [1, 3 * UNITS, INPUTS], fill: 0.5 },
  R: { shape: [1, 3 * UNITS, UNITS], fill: 0.25 },
  fc: { shape: [UNITS, UNITS], fill: 1 },
};
type Node = MadeGraph['nodes'][number];
const node = (op: string, inputs: readonly string[], output: string, attributes: Node['attributes'] = {}): Node => ({
  ...{ op, inputs, outputs: [output], attributes },
});
const CELL: readonly Node[] = [
  node('Transpose', ['x'], 'xt', { perm: [1, 0, 2] }),
  { op: 'GRU', inputs: ['xt', 'W', 'R', '', '', 'h0'], outputs: ['Y', 'Yh'], attributes: { hidden_size: UNITS } },
];
const STATES = node('Squeeze', ['Y'], 'steps', { axes: [1] });
const LAST = node('Squeeze', ['Yh'], 'last', { axes: [0] });
const graph = (nodes: readonly Node[], more: Partial<MadeGraph> = {}): MadeGraph => ({
  inputs: { x: [1, STEPS, INPUTS], h0: [1, 1, UNITS] },
  outputs: ['y'],
  nodes: [...CELL, ...nodes],
  ...more,
  constants: { ...WEIGHTS, ...more.constants },
});
const dense = (from: string, to: string): Node => node('MatMul', [from, 'fc'], to);
const index = (value: number) => ({ k: { shape: [] as number[], data: [value] } });

describe('is read', () => {
  test('a state that is the first of the inputs', async () => {
    const own = graph([LAST, dense('last', 'y')], { inputs: { h0: [1, 1, UNITS], x: [1, STEPS, INPUTS] } });
    const { network, problems } = await read(own);
    expect(problems).toEqual([]);
    expect(network.input).toMatchObject({ size: INPUTS, window: STEPS });
  });

  test('a branch that no output needs', async () => {
    const { network, problems } = await read(graph([LAST, dense('last', 'y'), node('Gemm', ['last', 'fc'], 'unused')]));
    expect(problems).toEqual([]);
    expect(network.layers.map(({ type }) => type)).toEqual(['gru', 'dense']);
  });

  test('one factor of all inputs', async () => {
    const [transpose, cell] = CELL as [Node, Node];
    const nodes = [node('Mul', ['x', 'k'], 'xs'), { ...transpose, inputs: ['xs'] }, cell, LAST, dense('last', 'y')];
    const { network, problems } = await read({ ...graph([], { constants: { k: { shape: [], data: [0.5] } } }), nodes });
    expect(problems).toEqual([]);
    expect(network.layers[0]).toMatchObject({ type: 'scaleShift', scale: Float64Array.of(0.5, 0.5, 0.5) });
  });

  test('the number of the last step', async () => {
    const nodes = [STATES, node('Gather', ['steps', 'k'], 'last', { axis: 0 }), dense('last', 'y')];
    const last = await read(graph(nodes, { constants: index(STEPS - 1) }));
    expect([last.problems, last.network.everyStep]).toEqual([[], false]);
    const other = await read(graph(nodes, { constants: index(STEPS - 2) }));
    expect(other.problems).toMatchObject([{ code: 'import_all_steps' }]);
  });
});

describe('is refused', () => {
  test.each([
    ['two heads', [LAST, dense('last', 'y'), dense('last', 'z')], { outputs: ['y', 'z'] }, 'import_branches'],
    // as many steps as units: the shape alone would fit
    [
      'a bias for each step',
      [STATES, dense('steps', 'm'), node('Add', ['m', 'b'], 'y')],
      { constants: { b: { shape: [STEPS, 1, 1], data: [1, 2, 3, 4] } } },
      'import_layer',
    ],
    [
      'softmax over time',
      [STATES, dense('steps', 'm'), node('Softmax', ['m'], 'y', { axis: 0 })],
      {},
      'import_all_steps',
    ],
    [
      'a reshape in the place of a transpose',
      [STATES, node('Reshape', ['steps', 'k'], 'r'), dense('r', 'y')],
      { constants: { k: { shape: [3], data: [2, 1, 8] } } },
      'import_all_steps',
    ],
    ['the cell state as output', [], { outputs: ['none'] }, 'import_branches'],
  ] as const)('%s', async (_, nodes, more, code) => {
    const { problems } = await read(graph(nodes, more));
    expect(problems.map((problem) => problem.code)).toContain(code);
  });
});
