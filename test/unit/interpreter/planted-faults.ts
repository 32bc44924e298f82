import { lower } from '../../../src/compiler/2-lower/lower.js';
import {
  type DenseLayer,
  type GruLayer,
  gateFunction,
  type Layer,
  type LstmLayer,
  type Matrix,
  type RecurrentLayer,
  readsTable,
} from '../../../src/ir/model.js';
import { allOps, type Op } from '../../../src/ir/program.js';
import { any, changed, type Fault, inLayer, inOp } from './plant-fault.js';
import { WINDOW_FAULTS } from './window-faults.js';

type Typed = Int8Array | Uint8Array | Int16Array | Int32Array | Float64Array;

const isGru = (layer: Layer): layer is GruLayer => layer.type === 'gru';
const isLstm = (layer: Layer): layer is LstmLayer => layer.type === 'lstm';
const isRecurrent = (layer: Layer): layer is RecurrentLayer => 'recurrent' in layer;
const isDense = (layer: Layer): layer is DenseLayer => layer.type === 'dense';
const isRelu = (layer: Layer): layer is Layer & { type: 'rnn' } => layer.type === 'rnn' && layer.activation === 'relu';

/** Blocks of equal length in another order. */
function reordered<T extends Typed>(values: T, order: readonly number[]): T {
  const size = values.length / order.length;
  const out = values.slice() as T;
  order.forEach((from, to) => {
    out.set(values.subarray(from * size, (from + 1) * size), to * size);
  });
  return out;
}

const withRows = (matrix: Matrix, order: readonly number[]): Matrix => {
  const { scale } = matrix;
  const n = reordered(scale.n, order);
  return {
    ...matrix,
    codes: reordered(matrix.codes, order),
    scale: scale.kind === 'shift' ? { ...scale, n } : { ...scale, n, m: reordered(scale.m, order) },
  };
};

/** Gates of a layer in another order, with all that belongs to them. */
function withGates(layer: GruLayer | LstmLayer, order: readonly number[]): Layer {
  const matrices = { input: withRows(layer.input, order), recurrent: withRows(layer.recurrent, order) };
  return layer.type === 'gru'
    ? { ...layer, ...matrices, inputBias: reordered(layer.inputBias, order) }
    : { ...layer, ...matrices, bias: reordered(layer.bias, order) };
}

const swap = (length: number, a: number, b: number): number[] =>
  Array.from({ length }, (_, k) => (k === a ? b : k === b ? a : k));
const gates = (name: string, letters: string, accepts: typeof isGru | typeof isLstm): Fault[] =>
  [...letters].flatMap((a, i) =>
    [...letters.slice(i + 1)].map((b, k) =>
      inLayer(`${name}: gates ${a} and ${b} swapped`, accepts as (layer: Layer) => layer is GruLayer | LstmLayer, (l) =>
        withGates(l, swap(letters.length, i, i + 1 + k)),
      ),
    ),
  );

const negated = (codes: Int8Array, row: number, cols: number): Int8Array =>
  codes.map((code, at) => (Math.floor(at / cols) === row ? -code : code));
const shiftedRow = (matrix: Matrix, row: number, by: number): Matrix => {
  const n = matrix.scale.n.map((shift, j) => (j === row ? Math.max(0, Math.min(30, shift + by)) : shift));
  return { ...matrix, scale: { ...matrix.scale, n } };
};
const zeros = (bias: Int32Array): Int32Array => new Int32Array(bias.length);

const otherGates = (l: GruLayer | LstmLayer): Layer => ({
  ...l,
  gateActivation: gateFunction(l) === 'hard' ? 'sigmoid' : 'hard',
});

export const FAULTS: readonly Fault[] = [
  ...gates('gru', 'zrn', isGru),
  ...gates('lstm', 'ifgo', isLstm),
  inLayer('gru: the other form of reset', isGru, (l) =>
    l.reset === 'after'
      ? { ...l, reset: 'before', recurrentBias: new Int32Array(0) }
      : { ...l, reset: 'after', recurrentBias: new Int32Array(l.units) },
  ),
  inLayer('gru: no recurrent bias', isGru, (l) => ({ ...l, recurrentBias: zeros(l.recurrentBias) })),
  inLayer('recurrent layer: no bias', isRecurrent, (l) =>
    l.type === 'gru' ? { ...l, inputBias: zeros(l.inputBias) } : { ...l, bias: zeros(l.bias) },
  ),
  inLayer('recurrent layer: biases of the next unit', isRecurrent, (l) => {
    const order = (length: number) => Array.from({ length }, (_, j) => (j + 1) % length);
    if (l.type === 'gru') return { ...l, inputBias: reordered(l.inputBias, order(l.inputBias.length)) };
    return { ...l, bias: reordered(l.bias, order(l.bias.length)) };
  }),
  inLayer('recurrent layer: sign of an input row', isRecurrent, (l) => ({
    ...l,
    input: { ...l.input, codes: negated(l.input.codes, 0, l.input.cols) },
  })),
  inLayer('recurrent layer: sign of a recurrent row', isRecurrent, (l) => ({
    ...l,
    recurrent: { ...l.recurrent, codes: negated(l.recurrent.codes, 0, l.recurrent.cols) },
  })),
  inLayer('recurrent layer: recurrent matrix transposed, gate by gate', isRecurrent, (l) => {
    const { rows, cols, codes } = l.recurrent;
    const gate = (j: number): number => Math.floor(j / cols) * cols;
    const turned = codes.map((_, at) => {
      const [j, i] = [Math.floor(at / cols), at % cols];
      return codes[(gate(j) + i) * cols + (j % cols)]!;
    });
    return rows === 0 ? null : { ...l, recurrent: { ...l.recurrent, codes: turned } };
  }),
  inLayer('recurrent layer: inputs in reverse', isRecurrent, (l) => {
    const { cols, codes } = l.input;
    return {
      ...l,
      input: { ...l.input, codes: codes.map((_, at) => codes[at - (at % cols) + cols - 1 - (at % cols)]!) },
    };
  }),
  inLayer('recurrent layer: one row shifted by one more', isRecurrent, (l) => ({
    ...l,
    input: shiftedRow(l.input, 0, 1),
    recurrent: l.scope === 'joint' ? shiftedRow(l.recurrent, 0, 1) : l.recurrent,
  })),
  inLayer('recurrent layer: row scales of the next row', isRecurrent, (l) => {
    const order = Array.from({ length: l.input.rows }, (_, j) => (j + 1) % l.input.rows);
    const scaleOf = (m: Matrix): Matrix => ({ ...m, scale: withRows(m, order).scale });
    return { ...l, input: scaleOf(l.input), recurrent: scaleOf(l.recurrent) };
  }),
  inLayer('recurrent layer: the other kind of gates', isRecurrent, (l) =>
    l.activation === 'relu' ? null : ({ ...l, activation: l.activation === 'hard' ? 'tanh' : 'hard' } as Layer),
  ),
  inLayer('gru: the other kind of gates, the same candidate', isGru, otherGates),
  inLayer('lstm: the other kind of gates, the same candidate', isLstm, otherGates),
  inLayer('gru: relu with a state of one fraction bit less', isGru, (l) =>
    l.activation === 'relu' ? { ...l, hiddenFraction: l.hiddenFraction - 1 } : null,
  ),
  inLayer('lstm: cell fraction one too large', isLstm, (l) =>
    l.cellFraction < 15 ? { ...l, cellFraction: l.cellFraction + 1 } : null,
  ),
  inLayer('rnn: hidden fraction one too small', isRelu, (l) =>
    l.hiddenFraction > 0 ? { ...l, hiddenFraction: l.hiddenFraction - 1 } : null,
  ),
  inLayer('dense: no bias', isDense, (l) => ({ ...l, bias: zeros(l.bias) })),
  inLayer('dense: relu where there is none, or none', isDense, (l) =>
    readsTable(l.activation) ? null : { ...l, activation: l.activation === 'relu' ? 'linear' : 'relu' },
  ),
  inLayer('dense: tanh where there is a sigmoid, or the reverse', isDense, (l) =>
    readsTable(l.activation) ? { ...l, activation: l.activation === 'tanh' ? 'sigmoid' : 'tanh' } : null,
  ),
  inOp(
    'dense: values of a table with half of their size',
    'narrow',
    (op, tensor) => tensor.endsWith('_y') && op.attributes.shift === 8,
    (op) => changed(op, { shift: 9 }),
  ),
  inLayer('dense: sign of a row', isDense, (l) => ({
    ...l,
    weights: { ...l.weights, codes: negated(l.weights.codes, 0, l.weights.cols) },
  })),
  inLayer('dense: one row shifted by one more', isDense, (l) => ({ ...l, weights: shiftedRow(l.weights, 0, 1) })),
  inOp(
    'a sigmoid from the table of tanh',
    'lut',
    (op) => op.attributes.table === 'sigmoid',
    (op) => changed(op, { table: 'tanh' }),
  ),
  inOp(
    'a tanh from the table of sigmoid',
    'lut',
    (op) => op.attributes.table === 'tanh',
    (op) => changed(op, { table: 'sigmoid' }),
  ),
  inOp('index shifted by one more', 'lut', any, (op) => changed(op, { shift: op.attributes.shift + 1 })),
  inOp(
    'index shifted by one less',
    'lut',
    (op) => op.attributes.shift > 0,
    (op) => changed(op, { shift: op.attributes.shift - 1 }),
  ),
  inOp('index counted from the wrong entry', 'lut', any, (op) => changed(op, { zero: 0 })),
  inOp(
    'gru: h8 shifted by one more',
    'narrow',
    (_, tensor) => tensor.endsWith('_h8'),
    (op) => changed(op, { shift: 9 }),
  ),
  inOp('gru: h and n exchanged in the update', 'lerp', any, (op) => ({
    ...op,
    inputs: [op.inputs[2]!, op.inputs[1]!, op.inputs[0]!],
  })),
  inOp('gru: state not updated', 'lerp', any, (op) => ({
    ...op,
    inputs: [op.inputs[2]!, op.inputs[1]!, op.inputs[2]!],
  })),
  inOp(
    'gru: reset with z',
    'mul',
    (_, tensor) => /_n_reset$|_rh(16)?$/.test(tensor),
    (op, program) => {
      const lerp = allOps(program).find((other) => other.kind === 'lerp')!;
      // z of the step before: the array still holds it
      return { ...op, inputs: [lerp.inputs[1]!, op.inputs[1]!] };
    },
  ),
  inOp(
    'lstm: cell of the step before kept whole',
    'mul',
    (_, tensor) => tensor.endsWith('_kept'),
    (op) => ({
      ...op,
      inputs: [op.inputs[1]!, op.inputs[1]!],
    }),
  ),
  inOp(
    'lstm: product of gates shifted by one more',
    'mul',
    (_, tensor) => tensor.endsWith('_added'),
    (op) => changed(op, { shift: op.attributes.shift + 1 }),
  ),
  inOp(
    'lstm: cell not clamped',
    'narrow',
    (_, tensor) => tensor.endsWith('_c'),
    (op) => changed(op, { min: -32768 * 4, max: 32767 * 4 }),
  ),
  inOp(
    'cell clamped at half of its range',
    'narrow',
    (_, tensor) => tensor.endsWith('_c'),
    (op) => changed(op, { min: -16383, max: 16383 }),
  ),
  inOp(
    'input clamped at half of its range',
    'narrow',
    (_, tensor) => /^x(8|16)$/.test(tensor),
    (op) => changed(op, { min: op.attributes.min / 2, max: (op.attributes.max - 1) / 2 }),
  ),
  inOp(
    'logits clamped at half of their range',
    'narrow',
    (_, tensor) => tensor.endsWith('_y'),
    (op) => changed(op, { min: op.attributes.min && -16383, max: 16383 }),
  ),
  inOp('one-hot: wrong fraction', 'gather', any, (op) => changed(op, { fraction: op.attributes.fraction - 1 })),
  inOp('one-hot: a symbol of its neighbour', 'gather', any, (op) => {
    const { weights } = op.attributes;
    return changed(op, {
      weights: {
        ...weights,
        codes: reordered(
          weights.codes,
          [...Array(weights.codes.length).keys()].map((at) => (at + 1) % weights.codes.length),
        ),
      },
    });
  }),
  inOp('scaleShift: without its shift', 'scaleShift', any, (op) => changed(op, { bias: zeros(op.attributes.bias) })),
  inOp('scaleShift: one bit less', 'scaleShift', any, (op) =>
    changed(op, { n: op.attributes.n.map((n) => Math.min(30, n + 1)) }),
  ),
  ...WINDOW_FAULTS,
  inOp('a sum that reads one part twice', 'add', any, (op) => ({ ...op, inputs: [op.inputs[0]!, op.inputs[0]!] })),
  inOp('requantize: clamped to 8 bits too early', 'requantize', any, (op) => changed(op, { min: -4096, max: 4095 })),
  {
    name: 'argmax: the first logit',
    plant(model) {
      const program = lower(model);
      const argmax = program.phases.argmax.map((op) => ({ ...op, inputs: [program.states[0]!] }) as Op);
      return { ...program, phases: { ...program.phases, argmax } };
    },
  },
];
