import { bug, type Diagnostic, throwIfAny } from '../diagnostics.js';
import {
  gateFunction,
  type Layer,
  type LayerType,
  type Matrix,
  type Model,
  outputSize,
  type RecurrentLayer,
} from '../ir/model.js';
import { isEveryStep, outputRate } from '../ir/rate.js';
import { VERSION } from '../version.js';
import { exportOnnx } from './diagnostics.js';
import { type Attribute, OnnxGraph, onnxFile } from './onnx-graph.js';
import { type RealLayer, realLayers } from './real-layers.js';

/**
 * The quantized float network of a model as ONNX: weight and bias codes with their scales through DequantizeLinear (one scale
 * a row), cells as RNN, GRU and LSTM, no rounding of activations. `input` is float32, batch x steps x size, of the
 * application's values (one-hot: vectors); `output` is batch x steps x outputs, after every step that gives one, from states
 * of zero; of quantities in their units.
 *
 * @param int4 matrices whose codes fit are INT4, which needs operator set 21; otherwise all are int8, operator set 13
 * @throws DiagnosticError export_onnx, all of them at once
 */
export function toOnnx(model: Model, int4 = false): Buffer {
  throwIfAny(refusals(model));
  const graph = new OnnxGraph();
  let x = scaledInput(graph, model);
  for (const layer of realLayers(model))
    x = (LAYERS[layer.layer.type] as Write<LayerType>)(graph, layer as never, x, int4);
  graph.node('Transpose', [quantities(graph, model, x)], 'output', TIME_AND_BATCH);
  const { size } = model.input;
  const field = graph.field(
    model.name,
    { name: 'input', shape: ['batch', 'steps', size] },
    {
      name: 'output',
      shape: ['batch', isEveryStep(outputRate(model.layers)) ? 'steps' : 'outputs', outputSize(model)],
    },
  );
  return onnxFile(field, int4 ? 21 : 13, VERSION, factsOf(model));
}

const TIME_AND_BATCH = { perm: { ints: [1, 0, 2] } };

/** What ONNX cannot say of a model. */
function refusals({ anomaly, input, layers }: Model): Diagnostic[] {
  const hint = '--npz writes the weights of any model';
  return [
    ...(anomaly === undefined ? [] : [exportOnnx('/anomaly', 'score of anomalies', hint)]),
    ...(input.frontEnd === undefined ? [] : [exportOnnx('/input/frontEnd', 'front end in integers', hint)]),
    ...layers.flatMap((layer, i) =>
      'function' in layer && layer.first < layer.window
        ? [exportOnnx(`/layers/${i}/first`, 'pooling of zeros in front of its input', hint)]
        : [],
    ),
    ...layers.flatMap((layer, i) =>
      'recurrent' in layer && layer.activation === 'hard'
        ? [exportOnnx(`/layers/${i}/activation`, 'cell with a piecewise linear tanh', `train it with tanh; ${hint}`)]
        : [],
    ),
  ];
}

/** The input with time first, offset and scaled as the network reads it. */
function scaledInput(graph: OnnxGraph, { input }: Model): string {
  const { size, offset, scale, encoding } = input;
  let x = graph.node('Transpose', ['input'], 'input.steps', TIME_AND_BATCH);
  if (encoding === 'one-hot') return x;
  const each = (list: readonly number[]) =>
    Float64Array.from({ length: size }, (_, i) => list[list.length === 1 ? 0 : i]!);
  if (offset.some((value) => value !== 0))
    x = graph.node('Sub', [x, graph.constant('input.offset', 'float', [size], each(offset))], 'input.centered');
  if (scale.some((value) => value !== 1))
    x = graph.node('Mul', [x, graph.constant('input.scale', 'float', [size], each(scale))], 'input.scaled');
  return x;
}

/** Outputs of the task `regress` in their units. */
function quantities(graph: OnnxGraph, { outputs }: Model, x: string): string {
  if (outputs === undefined) return x;
  const constant = (field: 'scale' | 'offset') =>
    graph.constant(
      `output.${field}`,
      'float',
      [outputs.length],
      outputs.map((output) => output[field]),
    );
  const scaled = graph.node('Mul', [x, constant('scale')], 'output.scaled');
  return graph.node('Add', [scaled, constant('offset')], 'output.steps');
}

type Write<T extends LayerType> = (
  graph: OnnxGraph,
  layer: RealLayer<Extract<Layer, { type: T }>>,
  x: string,
  int4: boolean,
) => string;

const NAMES = { linear: null, relu: 'Relu', tanh: 'Tanh', sigmoid: 'Sigmoid' } as const;

/** Appends a layer that reads the value x; gives the name of its result. */
const LAYERS: { readonly [K in LayerType]: Write<K> } = {
  rnn: (graph, real, x, int4) => cell(graph, 'RNN', real, x, int4, [0], activations(real.layer).slice(-1)),
  gru: (graph, real, x, int4) =>
    cell(graph, 'GRU', real, x, int4, [0, 1, 2], activations(real.layer), {
      linear_before_reset: { int: real.layer.reset === 'after' ? 1 : 0 },
    }),
  // i, f, g, o become i, o, f, c
  lstm: (graph, real, x, int4) => {
    const [gates, own] = activations(real.layer);
    return cell(graph, 'LSTM', real, x, int4, [0, 3, 1, 2], [gates!, own!, own!], {});
  },
  // of three dimensions: where a MatMul reads a dequantized matrix, onnxruntime rounds x to 8 bits
  dense: (graph, { layer, biases }, x, int4) => {
    const { name, weights, activation } = layer;
    const { rows, cols, codes, realScale: scale } = weights;
    const values = Int8Array.from(codes, (_, k) => codes[(k % rows) * cols + Math.floor(k / rows)]!);
    const matrix = graph.dequantized(`${name}.weights`, {
      ...{ type: typeOf(weights, int4), shape: [1, cols, rows], axis: 2 },
      ...{ values, scale },
    });
    const [bias] = biases;
    const added = graph.dequantized(`${name}.bias`, {
      ...{ type: 'int32', shape: [rows], axis: 0 },
      ...{ values: bias!.codes, scale: bias!.scale },
    });
    const product = graph.node('MatMul', [x, matrix], `${name}.product`);
    const sum = graph.node('Add', [product, added], `${name}.sum`);
    const f = NAMES[activation];
    return f === null ? sum : graph.node(f, [sum], `${name}.output`);
  },
  // of models that find anomalies alone, which are refused
  repeat: (_, { layer }) => bug(`${layer.name} in a model that is exported`),
  // zeros in front, as after a reset
  conv1d: (graph, { layer, biases }, x, int4) => {
    const { name, weights, activation, window, first, stride } = layer;
    const { rows, cols, codes, realScale: scale } = weights;
    const inputs = cols / window;
    const values = Int8Array.from(codes, (_, k) => {
      const [row, input, tap] = [Math.floor(k / cols), Math.floor((k % cols) / window), k % window];
      return codes[row * cols + tap * inputs + input]!;
    });
    const matrix = graph.dequantized(`${name}.weights`, {
      ...{ type: typeOf(weights, int4), shape: [rows, inputs, window], axis: 0 },
      ...{ values, scale },
    });
    const added = graph.dequantized(`${name}.bias`, {
      ...{ type: 'int32', shape: [rows], axis: 0 },
      ...{ values: biases[0]!.codes, scale: biases[0]!.scale },
    });
    const attributes = { pads: { ints: [window - first, 0] }, strides: { ints: [stride] } };
    const sum = graph.node('Conv', [channelsFirst(graph, name, x), matrix, added], `${name}.sum`, attributes);
    const f = NAMES[activation];
    return stepsFirst(graph, name, f === null ? sum : graph.node(f, [sum], `${name}.f`));
  },
  pool: (graph, { layer }, x) => {
    const { name, window, stride } = layer;
    const attributes = { kernel_shape: { ints: [window] }, strides: { ints: [stride] } };
    const op = layer.function === 'max' ? 'MaxPool' : 'AveragePool';
    return stepsFirst(graph, name, graph.node(op, [channelsFirst(graph, name, x)], `${name}.pooled`, attributes));
  },
  scaleShift: (graph, { layer, affine }, x) => {
    const { name, units } = layer;
    const { factors, shifts } = affine!;
    const scaled = graph.node(
      'Mul',
      [x, graph.constant(`${name}.factors`, 'float', [units], factors)],
      `${name}.scaled`,
    );
    return graph.node('Add', [scaled, graph.constant(`${name}.shifts`, 'float', [units], shifts)], `${name}.output`);
  },
};

/** (steps, batch, values) as convolutions read it, and back. */
const channelsFirst = (graph: OnnxGraph, name: string, x: string): string =>
  graph.node('Transpose', [x], `${name}.channels`, { perm: { ints: [1, 2, 0] } });
const stepsFirst = (graph: OnnxGraph, name: string, x: string): string =>
  graph.node('Transpose', [x], `${name}.output`, { perm: { ints: [2, 0, 1] } });

/** Functions of the gates and of the candidate. */
const activations = (layer: RecurrentLayer): string[] => [
  gateFunction(layer) === 'hard' ? 'HardSigmoid' : 'Sigmoid',
  layer.activation === 'relu' ? 'Relu' : 'Tanh',
];

/** rnnq's hard sigmoid is x / 4 + 1 / 2 (N6). */
const HARD = { activation_alpha: { floats: [0.25] }, activation_beta: { floats: [0.5] } };

/** A cell of one direction; `order` has the gate of rnnq for each of ONNX. */
function cell(
  graph: OnnxGraph,
  op: string,
  { layer, biases }: RealLayer<RecurrentLayer>,
  x: string,
  int4: boolean,
  order: readonly number[],
  functions: readonly string[],
  attributes: Readonly<Record<string, Attribute>> = {},
): string {
  const { name, units } = layer;
  const rows = order.length * units;
  const matrix = (side: 'input' | 'recurrent'): string => {
    const { cols, codes, realScale } = layer[side];
    return graph.dequantized(`${name}.${side}`, {
      ...{ type: typeOf(layer[side], int4), shape: [1, rows, cols], axis: 1 },
      ...{ values: blocks(codes, order), scale: blocks(realScale, order) },
    });
  };
  // a bias of one gate is that of the last
  const [codes, scale] = [new Int32Array(2 * rows), new Float64Array(2 * rows).fill(1)];
  biases.forEach((bias, k) => {
    codes.set(bias.codes, (k + 1) * rows - bias.codes.length);
    scale.set(bias.scale, (k + 1) * rows - bias.codes.length);
  });
  const both = [...order, ...order.map((gate) => order.length + gate)];
  const bias = graph.dequantized(`${name}.bias`, {
    ...{ type: 'int32', shape: [1, 2 * rows], axis: 1 },
    ...{ values: blocks(codes, both), scale: blocks(scale, both) },
  });
  const states = graph.node(op, [x, matrix('input'), matrix('recurrent'), bias], `${name}.states`, {
    hidden_size: { int: units },
    activations: { strings: functions },
    ...(functions.includes('HardSigmoid') ? HARD : {}),
    ...attributes,
  });
  return graph.node('Squeeze', [states, graph.constant(`${name}.direction`, 'int64', [1], [1])], `${name}.output`);
}

const typeOf = ({ codes }: Matrix, int4: boolean): 'int4' | 'int8' =>
  int4 && codes.every((code) => code >= -8 && code <= 7) ? 'int4' : 'int8';

/** Blocks of equal length in another order: block k of the result is block order[k]. */
function blocks(data: Int8Array | Int32Array | Float64Array, order: readonly number[]): ArrayLike<number> {
  const length = data.length / order.length;
  return order.flatMap((from) => Array.from(data.subarray(from * length, (from + 1) * length)));
}

/** What the graph cannot say, as texts: lists are JSON. */
function factsOf({ name, task, labels, outputs, thresholds, input }: Model): Map<string, string> {
  const lists = { labels, outputs, thresholds, channels: input.channels };
  const given = Object.entries(lists).filter(([, list]) => list !== undefined && list.length > 0);
  return new Map([
    ['model', name],
    ['task', task ?? 'classify'],
    ...given.map(([key, list]): [string, string] => [key, JSON.stringify(list)]),
  ]);
}
