import type { Diagnostic } from '../../diagnostics.js';
import type { NamedActivation } from '../chain.js';
import { importAllSteps, importAttribute, importBranches, importLayer, importValue } from '../diagnostics.js';
import { type Tensor, transposed as transposedTensor, zeros } from '../tensor.js';
import { flattened, overAllSteps } from './all-steps.js';
import { type Axes, holdsTime, readByCell, reshaped, squeezed, transposed, unsqueezed } from './axes.js';
import type { GraphValues } from './graph-values.js';
import type { OnnxNode } from './node.js';
import { readRecurrent } from './recurrent.js';
import { repeated } from './repeat.js';
import { noteSteps, stepsOf } from './steps.js';
import { channelsOf, convolution, padding, pooling } from './windows.js';

/** Follows a node that reads values of the network; gives the reason where rnnq cannot. */
type DataOp = (node: OnnxNode, walk: GraphValues) => Diagnostic | undefined;

const dataInput = (node: OnnxNode, walk: GraphValues): Axes => {
  for (const name of node.inputs) {
    const value = walk.value(name);
    if (value.kind === 'data') return value.axes;
  }
  return [];
};

const listOf = (tensor: Tensor | undefined): number[] | undefined => tensor && Array.from(tensor.data);

/** A node that only moves values. */
const moved =
  (axesOf: (axes: Axes, node: OnnxNode, walk: GraphValues) => Axes | null): DataOp =>
  (node, walk) => {
    const axes = axesOf(dataInput(node, walk), node, walk);
    if (axes === null) return importAllSteps(walk.chain.at(node.label), `${node.op} of this shape`);
    walk.give(node.outputs[0], axes);
    return undefined;
  };

const cell: DataOp = (node, walk) => {
  const read = dataInput(node, walk);
  const axes = readByCell(read);
  if (axes === null) return importBranches(walk.chain.at(node.label), 'it does not read time, batch and features');
  const problem = readRecurrent(node, walk.chain, {
    constant: (index) => walk.constant(node.inputs[index]),
    startsWithZeros: (node.op === 'LSTM' ? [5, 6] : [5]).every((index) => walk.isZero(node.inputs[index])),
    hasLengths: (node.inputs[4] ?? '') !== '' && walk.value(node.inputs[4]!).kind !== 'sizes',
  });
  noteSteps(walk, read[0]);
  walk.advance();
  if (problem !== undefined) return problem;
  walk.give(node.outputs[0], ['T', 'D', 'B', 'F']);
  walk.give(node.outputs[1], ['D', 'B', 'F']);
  return undefined;
};

function product(
  node: OnnxNode,
  walk: GraphValues,
  weights: Tensor | undefined,
  bias: Tensor | undefined,
): Diagnostic | undefined {
  const at = walk.chain.at(node.label);
  if (weights === undefined)
    return importLayer(
      at,
      'product of two computed values (attention)',
      'take the last state of the recurrent layer instead',
    );
  if (weights.shape.length !== 2)
    return importValue(at, `multiplies with a constant of ${weights.shape.length} dimensions`);
  const [inputs, units] = weights.shape as [number, number];
  const size = bias?.data.length ?? 0;
  if (bias !== undefined && size !== 1 && size !== units)
    return importValue(at, `has ${size} biases, ${units} are needed`);
  walk.chain.dense(node.label, {
    units,
    inputs,
    weights: transposedTensor(weights).data,
    bias: zeros(units).map((_, j) => bias?.data[size === 1 ? 0 : j] ?? 0),
    activation: 'linear',
  });
  walk.advance();
  walk.give(node.outputs[0], dataInput(node, walk));
  return undefined;
}

const times = ({ shape, data }: Tensor, factor: number): Tensor => ({
  shape,
  data: data.map((value) => value * factor),
});

/** The only matrix of a constant with more dimensions. */
function asMatrix(tensor: Tensor | undefined): Tensor | undefined {
  const single = tensor?.shape.slice(0, -2).every((size) => size === 1) ?? false;
  return tensor && single ? { shape: tensor.shape.slice(-2), data: tensor.data } : tensor;
}

/** y = x s + t by a constant operand. */
const scaled =
  (
    use: (constant: Float64Array, first: boolean) => readonly [scale: Float64Array | null, shift: Float64Array | null],
  ): DataOp =>
  (node, walk) => {
    const [left, right] = node.inputs.map((name) => walk.constant(name));
    const constant = left ?? right;
    const at = walk.chain.at(node.label);
    if (constant === undefined) return importBranches(at, `${node.op} of two computed values`);
    const axes = dataInput(node, walk);
    const many = constant.data.length;
    if (many > 1 && constant.shape.at(axes.indexOf('F') - axes.length) !== many)
      return importLayer(at, `${node.op} of values that differ from step to step`, 'use one value for each feature');
    // one number in front of all layers: as many as the input has features
    const size = many === 1 && walk.chain.last === undefined ? (walk.inputShape.at(-1) ?? 1) : many;
    const operand = zeros(size).map((_, j) => constant.data[j % many]!);
    const [scale, shift] = use(operand, left !== undefined);
    walk.chain.scaled(node.label, scale, shift);
    walk.advance();
    walk.give(node.outputs[0], axes);
    return undefined;
  };

const activation =
  (of: (node: OnnxNode) => NamedActivation): DataOp =>
  (node, walk) => {
    walk.chain.activation(node.label, of(node));
    walk.advance();
    walk.give(node.outputs[0], dataInput(node, walk));
    return undefined;
  };

/** The largest or the mean over the axes that a node names, or over all behind the channels. */
const over =
  (f: 'max' | 'mean'): DataOp =>
  (node, walk) => {
    const axes = dataInput(node, walk);
    if (node.op.startsWith('Global')) {
      const channels = channelsOf(axes, walk);
      if (channels === null) return importAllSteps(walk.chain.at(node.label), `${node.op} of this shape`);
      return overAllSteps(f, node, walk, channels.axes, [...channels.axes.keys()].slice(2));
    }
    const places = listOf(walk.constant(node.inputs[1])) ?? node.integers('axes') ?? [];
    return overAllSteps(f, node, walk, axes, places);
  };

/** One place of one axis: the last step of time, a direction or a layer; `keep` leaves an axis of length 1. */
function taken(node: OnnxNode, walk: GraphValues, axis: number, index: number, keep: boolean): Diagnostic | undefined {
  const axes = dataInput(node, walk);
  const place = axis < 0 ? axis + axes.length : axis;
  const label = axes[place];
  const steps = label === 'T' ? stepsOf(walk) : null;
  const fits =
    label === 'T' || label === 'L'
      ? index === -1 || index + 1 === steps
      : label === 'D' || label === '1'
        ? index === 0 || index === -1
        : false;
  if (!fits) return importAllSteps(walk.chain.at(node.label), `taking place ${index} of axis ${place}`);
  walk.give(
    node.outputs[0],
    keep ? axes.map((own, k) => (k === place ? '1' : own)) : axes.filter((_, k) => k !== place),
  );
  return undefined;
}

const HUGE = 2 ** 31 - 1;

const slice: DataOp = (node, walk) => {
  const [, starts, ends, axes, steps] = node.inputs.map((name) => listOf(walk.constant(name)));
  const from = starts ?? node.integers('starts');
  const to = ends ?? node.integers('ends');
  const own = axes ?? node.integers('axes') ?? from?.map((_, k) => k);
  if (from === undefined || to === undefined || own === undefined || steps?.some((step) => step !== 1))
    return importAllSteps(walk.chain.at(node.label), 'a slice of places that are computed');
  const open = own.flatMap((axis, k) => (from[k] === 0 && to[k]! >= HUGE ? [] : [[axis, k] as const]));
  const [only, ...others] = open;
  if (only === undefined) {
    walk.give(node.outputs[0], dataInput(node, walk));
    return undefined;
  }
  const [axis, k] = only;
  const single = others.length === 0 && (to[k]! >= HUGE || to[k]! - from[k]! === 1);
  return taken(node, walk, axis, single ? from[k]! : Number.NaN, true);
};

/** Rows of a table for the symbols that are the input. */
function embedded(node: OnnxNode, walk: GraphValues, table: Tensor): Diagnostic | undefined {
  const at = walk.chain.at(node.label);
  const [inputs, units] = table.shape;
  // what was taken for one step's values are the symbols of all steps
  if (dataInput(node, walk).join() !== 'first,F' || table.shape.length !== 2 || node.integer('axis', 0) !== 0)
    return importBranches(at, 'a table is read with other values than the symbols of the input');
  walk.chain.embedding(node.label, { units: units!, inputs: inputs!, table: table.data });
  walk.advance();
  walk.give(node.outputs[0], ['first', 'second', 'F']);
  return undefined;
}

const gather: DataOp = (node, walk) => {
  const table = walk.constant(node.inputs[0]);
  if (table !== undefined) return embedded(node, walk, table);
  const index = walk.constant(node.inputs[1]);
  if (index === undefined || index.data.length !== 1)
    return importAllSteps(walk.chain.at(node.label), 'a step whose number is computed');
  return taken(node, walk, node.integer('axis', 0), index.data[0]!, index.shape.length > 0);
};

/** Last states of several layers side by side: exporters join them before they take the last one. */
const concat: DataOp = (node, walk) => {
  const parts = node.inputs.map((name) => walk.value(name));
  const states = parts.every((part) => part.kind === 'data' && part.axes[0] === 'D');
  if (!states || node.integer('axis', 0) !== 0)
    return importBranches(walk.chain.at(node.label), 'values of different layers are joined');
  walk.give(node.outputs[0], ['L', 'B', 'F']);
  return undefined;
};

/** Softmax of the outputs; over time it would need all steps. */
const softmax: DataOp = (node, walk) => {
  const axes = dataInput(node, walk);
  const axis = node.integer('axis', -1);
  if (axes.at(axis < 0 ? axis : axis - axes.length) !== 'F')
    return importAllSteps(walk.chain.at(node.label), `${node.op} over axis ${axis}`);
  return activation(() => 'softmax')(node, walk);
};

/** Operations on values of the network; those on constants and sizes are in constants.ts and walk.ts. */
export const DATA_OPS: Readonly<Record<string, DataOp>> = {
  ...Object.fromEntries(['Identity', 'Cast', 'Dropout'].map((op) => [op, moved((axes) => axes)])),
  Transpose: moved((axes, node) => transposed(axes, node.integers('perm') ?? axes.map((_, k) => axes.length - 1 - k))),
  Squeeze: moved((axes, node, walk) => squeezed(axes, listOf(walk.constant(node.inputs[1])) ?? node.integers('axes'))),
  Unsqueeze: moved((axes, node, walk) =>
    unsqueezed(axes, listOf(walk.constant(node.inputs[1])) ?? node.integers('axes') ?? []),
  ),
  Reshape: (node, walk) => {
    const axes = dataInput(node, walk);
    const shape = listOf(walk.constant(node.inputs[1])) ?? node.integers('shape');
    const known = reshaped(axes, shape?.length, shape?.at(-1), walk.chain.last?.units ?? walk.inputShape.at(-1) ?? 0);
    if (known !== null) return void walk.give(node.outputs[0], known);
    if (shape?.length === 2 && holdsTime(axes)) return flattened(node, walk, axes);
    return importAllSteps(walk.chain.at(node.label), `${node.op} of this shape`);
  },
  Flatten: (node, walk) => flattened(node, walk, dataInput(node, walk)),
  Expand: (node, walk) => repeated(node, walk, dataInput(node, walk)),
  Tile: (node, walk) => repeated(node, walk, dataInput(node, walk)),
  Gather: gather,
  Slice: slice,
  Concat: concat,
  Conv: (node, walk) => convolution(node, walk, dataInput(node, walk)),
  MaxPool: (node, walk) => pooling('max')(node, walk, dataInput(node, walk)),
  AveragePool: (node, walk) => pooling('mean')(node, walk, dataInput(node, walk)),
  Pad: (node, walk) => padding(node, walk, dataInput(node, walk)),
  RNN: cell,
  GRU: cell,
  LSTM: cell,
  Gemm: (node, walk) => {
    const [weights, bias] = [walk.constant(node.inputs[1]), walk.constant(node.inputs[2])];
    if (node.integer('transA', 0) !== 0)
      return importAttribute(walk.chain.at(node.label), 'Gemm of a transposed input', 'transpose the weights instead');
    const [alpha, beta] = [node.number('alpha', 1), node.number('beta', 1)];
    const own = weights && times(node.integer('transB', 0) === 1 ? transposedTensor(weights) : weights, alpha);
    return product(node, walk, own, bias && times(bias, beta));
  },
  MatMul: (node, walk) => product(node, walk, asMatrix(walk.constant(node.inputs[1])), undefined),
  Add: scaled((constant) => [null, constant]),
  Mul: scaled((constant) => [constant, null]),
  Sub: scaled((constant, first) => (first ? [Float64Array.of(-1), constant] : [null, constant.map((value) => -value)])),
  Div: scaled((constant, first) =>
    first ? [Float64Array.of(Number.NaN), null] : [constant.map((value) => 1 / value), null],
  ),
  BatchNormalization: (node, walk) => {
    const [gamma, beta, mean, variance] = [1, 2, 3, 4].map((index) => walk.constant(node.inputs[index])?.data);
    const at = walk.chain.at(node.label);
    if (!gamma || !beta || !mean || !variance) return importValue(at, 'its weights are not constants');
    const own = dataInput(node, walk);
    const axes = own.length > 2 ? channelsOf(own, walk)?.axes : own;
    if (axes?.[1] !== 'F') return importAllSteps(at, 'BatchNormalization over time');
    const epsilon = node.number('epsilon', 1e-5);
    const scale = gamma.map((g, j) => g / Math.sqrt(variance[j]! + epsilon));
    walk.chain.scaleShift(node.label, { scale, shift: beta.map((b, j) => b - mean[j]! * scale[j]!) });
    walk.advance();
    walk.give(node.outputs[0], axes);
    return undefined;
  },
  Relu: activation(() => 'relu'),
  Tanh: activation(() => 'tanh'),
  Sigmoid: activation(() => 'sigmoid'),
  HardSigmoid: activation((node) => ({
    kind: 'hard-sigmoid',
    slope: node.number('alpha', 0.2),
    offset: node.number('beta', 0.5),
  })),
  Softmax: softmax,
  LogSoftmax: softmax,
  ...Object.fromEntries(['ReduceMean', 'GlobalAveragePool'].map((op) => [op, over('mean')])),
  ...Object.fromEntries(['ReduceMax', 'GlobalMaxPool'].map((op) => [op, over('max')])),
  ReduceSum: (node, { chain }) => importAllSteps(chain.at(node.label), node.op),
};
