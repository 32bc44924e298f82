import type { Diagnostic } from '../../diagnostics.js';
import type { NamedActivation } from '../chain.js';
import {
  importAllSteps,
  importBranches,
  importCustom,
  importDirection,
  importLayer,
  importValue,
} from '../diagnostics.js';
import type { FloatActivation } from '../float-network.js';
import { type Json, jsonOf, listOf, numberOf, textOf } from '../json.js';
import { type Tensor, transposed, zeros } from '../tensor.js';
import { ACTIVATIONS, activationOf, functionName, noActivation } from './activations.js';
import { recurrent } from './recurrent.js';
import type { KerasLayer, KerasReader, KerasWalk } from './walk.js';
import { convolution, flatten, overAllSteps, pooling } from './windows.js';

/** Reads one layer of a configuration. */
export function readKerasLayer(layer: KerasLayer, walk: KerasWalk): void {
  const source = `${layer.type} "${textOf(layer.config.name)}"`;
  noteShape(layer.config, walk);
  const read = Object.hasOwn(READERS, layer.type) ? READERS[layer.type]! : unknown;
  const problem = read(layer, walk, source);
  if (problem) walk.chain.refuse(source, problem);
}

/** Batch, steps, features of an input layer, or of any first layer. */
function noteShape(config: Json, walk: KerasWalk): void {
  const shape = listOf(config.batch_shape ?? config.batch_input_shape);
  if (shape.length < 2) return;
  if (typeof shape[1] === 'number') walk.window ??= shape[1];
  const size = shape.at(-1);
  if (shape.length > 2 && typeof size === 'number') walk.inputSize ??= size;
}

const nothing =
  (why: string): KerasReader =>
  (_, { chain }, source) => {
    chain.dropped(source, why);
    return undefined;
  };

const refused =
  (problem: (at: string) => Diagnostic): KerasReader =>
  (_, { chain }, source) =>
    problem(chain.at(source));

const missing = (what: string, hint: string): KerasReader => refused((at) => importLayer(at, what, hint));

const NO_ATTENTION = 'attention looks at all steps at once; take the last state of the recurrent layer instead';

/** Layers that join the outputs of several others. */
export const MERGES: readonly string[] = [
  'Add',
  'Average',
  'Concatenate',
  'Dot',
  'Maximum',
  'Minimum',
  'Multiply',
  'Subtract',
];

const READERS: Readonly<Record<string, KerasReader>> = {
  InputLayer: nothing('the input'),
  ...Object.fromEntries(
    ['Dropout', 'SpatialDropout1D', 'GaussianNoise', 'GaussianDropout', 'AlphaDropout', 'ActivityRegularization'].map(
      (type) => [type, nothing('nothing: it acts in training alone')],
    ),
  ),
  Masking: (_, { chain }, source) => {
    chain.note(PADDING);
    chain.dropped(source, 'nothing: see the note on padding');
    return undefined;
  },
  Embedding: embedding,
  SimpleRNN: recurrent('rnn'),
  GRU: recurrent('gru'),
  LSTM: recurrent('lstm'),
  Dense: (layer, walk, source) => dense(layer.config, layer.weights, walk, source),
  TimeDistributed: timeDistributed,
  BatchNormalization: batchNormalization,
  Normalization: normalization,
  Rescaling: ({ config }, { chain, inputSize }, source) => {
    const size = chain.units ?? inputSize;
    const each = (value: unknown): Float64Array | undefined => {
      const list = listOf(value).length > 0 ? listOf(value).map((own) => numberOf(own)) : [numberOf(value)];
      return size !== null && (list.length === 1 || list.length === size)
        ? Float64Array.from({ length: size }, (_, i) => list[i % list.length]!)
        : undefined;
    };
    const [scale, shift] = [each(config.scale), each(config.offset ?? 0)];
    if (!scale || !shift) return importValue(chain.at(source), 'its factors do not fit the values that it reads');
    chain.scaleShift(source, { scale, shift });
    return undefined;
  },
  Activation: ({ config }, walk, source) => activationLayer(textOf(functionName(config.activation)), walk, source),
  ReLU: ({ config }, walk, source) => {
    const plain = !(Number(config.max_value ?? 0) > 0 || Number(config.negative_slope ?? 0) !== 0);
    return activationLayer(plain ? 'relu' : 'bounded or leaky relu', walk, source);
  },
  LeakyReLU: (_, walk, source) => activationLayer('leaky relu', walk, source),
  Softmax: (_, walk, source) => activationLayer('softmax', walk, source),
  ...Object.fromEntries(
    MERGES.map((type) => [type, refused((at) => importBranches(at, 'the outputs of several layers are joined'))]),
  ),
  Flatten: flatten,
  GlobalAveragePooling1D: overAllSteps('mean'),
  GlobalMaxPooling1D: overAllSteps('max'),
  Reshape: reshape,
  Bidirectional: refused((at) => importDirection(at, 'a bidirectional layer')),
  RepeatVector: repeatVector,
  Conv1D: convolution('Conv1D'),
  DepthwiseConv1D: convolution('DepthwiseConv1D'),
  SeparableConv1D: convolution('SeparableConv1D'),
  MaxPooling1D: pooling('max'),
  AveragePooling1D: pooling('mean'),
  LayerNormalization: missing(
    'LayerNormalization',
    'its mean and variance of every step need a division and a square root; BatchNormalization costs nothing',
  ),
  Attention: missing('attention', NO_ATTENTION),
  AdditiveAttention: missing('attention', NO_ATTENTION),
  MultiHeadAttention: missing('attention', NO_ATTENTION),
  CuDNNGRU: missing('CuDNNGRU', 'load the model where Keras runs without CUDA and save it again: it becomes a GRU'),
  CuDNNLSTM: missing('CuDNNLSTM', 'load the model where Keras runs without CUDA and save it again: it becomes an LSTM'),
  Lambda: refused((at) => importCustom(at, 'a Lambda layer')),
};

const unknown: KerasReader = ({ type, config }, { chain }, source) => {
  const at = chain.at(source);
  const registered = textOf(config.registered_name);
  const custom = registered !== '' && registered !== type;
  const hint =
    'layers that are read: LSTM, GRU, SimpleRNN, Conv1D, MaxPooling1D, AveragePooling1D, Dense, Embedding, BatchNormalization, Dropout, Masking';
  return custom ? importCustom(at, `the class ${registered}`) : importLayer(at, type, hint);
};

const PADDING =
  'the model skips padded steps: on the device call advance for the real steps alone, padding in front changes results';

/** The vector of the encoder for each step of a window, which the layers behind it give back. */
function repeatVector({ config }: KerasLayer, walk: KerasWalk, source: string): Diagnostic | undefined {
  const { chain } = walk;
  const at = chain.at(source);
  if (walk.sequence) return importValue(at, 'repeats a sequence, not its last step');
  if (chain.units === null && chain.sound) return importValue(at, 'follows no layer whose outputs are known');
  const { units } = chain;
  walk.sequence = true;
  walk.steps = numberOf(config.n);
  if (units !== null) chain.repeat(source, { units, inputs: units, steps: walk.steps });
  return undefined;
}

function embedding({ config, weights }: KerasLayer, { chain }: KerasWalk, source: string): Diagnostic | undefined {
  const [table] = weights;
  const [symbols, units] = table?.shape ?? [];
  if (table === undefined || table.shape.length !== 2) return importValue(chain.at(source), 'its table is not there');
  if (config.mask_zero === true) chain.note(PADDING);
  chain.embedding(source, { units: units!, inputs: symbols!, table: table.data });
  return undefined;
}

function dense(
  config: Json,
  [kernel, bias]: readonly Tensor[],
  walk: KerasWalk,
  source: string,
): Diagnostic | undefined {
  const { chain } = walk;
  if (kernel === undefined || kernel.shape.length !== 2)
    return importValue(chain.at(source), 'its weights are not there');
  const [inputs, units] = kernel.shape as [number, number];
  const activation = activationOf(config.activation ?? 'linear', walk);
  if (typeof activation !== 'object' && !ACTIVATIONS.has(activation) && activation !== 'softmax')
    return noActivation(chain.at(source), activation, 'after a dense layer');
  chain.dense(source, {
    units,
    inputs,
    weights: transposed(kernel).data,
    bias: bias?.data ?? zeros(units),
    activation: activation === 'softmax' ? 'linear' : (activation as FloatActivation),
  });
  if (activation === 'softmax') chain.activation(`softmax of ${source}`, 'softmax');
  return undefined;
}

/** A layer at every step: what rnnq does with any layer. */
function timeDistributed({ config, weights }: KerasLayer, walk: KerasWalk, source: string): Diagnostic | undefined {
  const inner = jsonOf(config.layer);
  const type = textOf(inner.class_name);
  const layer = { type, config: jsonOf(inner.config), weights };
  const known = ['Dense', 'Dropout', 'Activation', 'BatchNormalization', 'ReLU', 'LeakyReLU', 'Softmax'];
  if (type !== 'Flatten') return (known.includes(type) ? READERS[type]! : unknown)(layer, walk, `${source} of ${type}`);
  walk.chain.dropped(source, 'nothing');
  return undefined;
}

/** Whether a layer that has an axis works on the features of each step. */
const onFeatures = ({ axis = -1 }: Json, { sequence }: KerasWalk): boolean =>
  [axis].flat().every((own) => own === -1 || own === (sequence ? 2 : 1));

/** (x - mean) / deviation of each feature, as Keras's preprocessing layer computes it. */
function normalization({ config, weights }: KerasLayer, walk: KerasWalk, source: string): Diagnostic | undefined {
  const [mean, variance] = weights.map(({ data }) => data);
  const at = walk.chain.at(source);
  if (!mean || !variance || mean.length !== variance.length || config.invert === true || !onFeatures(config, walk))
    return importValue(
      at,
      'it has no mean and variance of each feature',
      'normalize the data instead (--input-offset)',
    );
  const scale = variance.map((v) => 1 / Math.max(Math.sqrt(v), 1e-7));
  walk.chain.scaleShift(source, { scale, shift: mean.map((m, j) => -m * scale[j]!) });
  return undefined;
}

function batchNormalization({ config, weights }: KerasLayer, walk: KerasWalk, source: string): Diagnostic | undefined {
  const { chain } = walk;
  if (!onFeatures(config, walk)) return importAllSteps(chain.at(source), 'BatchNormalization over the axis of time');
  const rest = weights.map(({ data }) => data);
  const size = rest.at(-1)?.length ?? 0;
  const gamma = config.scale === false ? new Float64Array(size).fill(1) : rest.shift();
  const beta = config.center === false ? new Float64Array(size) : rest.shift();
  const [mean, variance] = rest;
  if (!gamma || !beta || !mean || !variance || rest.length !== 2)
    return importValue(chain.at(source), 'its weights are not there');
  const epsilon = numberOf(config.epsilon, 1e-3);
  const scale = gamma.map((g, j) => g / Math.sqrt(variance[j]! + epsilon));
  chain.scaleShift(source, { scale, shift: beta.map((b, j) => b - mean[j]! * scale[j]!) });
  return undefined;
}

/** (steps) -> (steps, 1) at the input changes nothing where values come step after step. */
function reshape(layer: KerasLayer, walk: KerasWalk, source: string): Diagnostic | undefined {
  const { chain, sequence, inputSize } = walk;
  const target = listOf(layer.config.target_shape);
  if (sequence && target.length === 1) return flatten(layer, walk, source);
  const first = chain.last === undefined && inputSize === null && target.length === 2 && target[1] === 1;
  if (!first && (sequence || target.length !== 1)) return importAllSteps(chain.at(source), 'Reshape');
  chain.dropped(source, 'nothing');
  return undefined;
}

function activationLayer(name: string, walk: KerasWalk, source: string): Diagnostic | undefined {
  const activation = activationOf(name, walk);
  const known = typeof activation === 'object' || ACTIVATIONS.has(activation) || activation === 'softmax';
  if (!known) return noActivation(walk.chain.at(source), name);
  walk.chain.activation(source, activation as NamedActivation);
  return undefined;
}
