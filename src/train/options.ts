import { z } from 'zod';
import { badName, badOption, badValue, type Diagnostic, fail, throwIfAny } from '../diagnostics.js';
import { MAX_SMOOTHING } from '../fixed/anomaly-score.js';
import { tableReadingFor } from '../ir/model.js';
import { isName } from '../ir/name.js';
import { complaints, flag, list, object, oneOf, oneOfNumbers, positive, real, variants, whole } from '../validate.js';
import { CELL_NAMES, CELLS } from './cells/index.js';
import { METHODS, type MethodName } from './methods/index.js';
import { MAX_EXPONENT_STEPS } from './methods/ott2016.js';
import { DENSE_ACTIVATION_NAMES } from './reference-dense.js';
import { SELECTABLE } from './selection.js';
import { WINDOWED_NAMES } from './windowed/index.js';

const methodName = oneOf(Object.keys(METHODS) as [MethodName, ...MethodName[]]);
/** Most steps of a window, and from one output to the next. */
const windowSteps = whole(1, 1024);
const windowed = variants('type', WINDOWED_NAMES, [
  object({
    type: z.literal('conv1d'),
    units: whole(1, 1024),
    window: windowSteps,
    stride: windowSteps.default(1),
    activation: oneOf(DENSE_ACTIVATION_NAMES).default('relu'),
    padding: oneOf(['valid', 'causal']).default('valid'),
  }),
  object({
    type: z.literal('pool'),
    function: oneOf(['max', 'mean']),
    window: windowSteps,
    /** One behind the other if not given. */
    stride: windowSteps.optional(),
  }),
]);
const share = real(0, 1);
const augmentation = object({
  offset: real(0, 4).optional(),
  noise: real(0, 4).optional(),
  roll: whole(0, 64).optional(),
  mask: whole(0, 1024).optional(),
  shift: whole(0, 1024).optional(),
  gain: z
    .union([real(0, 1), z.string().regex(/^\d{1,2}(\.\d+)? ?dB$/)], 'a number from 0 to 1, or decibels: 12dB')
    .optional(),
});

const options = object({
  // the network
  cell: oneOf(CELL_NAMES).default('gru'),
  /** Units of each recurrent layer. */
  units: list(whole(1, 1024), 1, 4).default([32]),
  /** Convolutions and pools over time between the input and the recurrent layers, from the input upwards. */
  conv: list(windowed, 0, 8).default([]),
  /** Dense layers between the recurrent layers and the output, from below upwards. */
  head: list(object({ units: whole(1, 1024), activation: oneOf(DENSE_ACTIVATION_NAMES) }), 0, 4).default([]),
  /** 'hard': piecewise-linear gates; each cell has its own (src/train/cells). */
  activation: oneOf(['tanh', 'hard', 'relu']).default('tanh'),
  /** GRU: reset gate after or before the recurrent product. */
  reset: oneOf(['after', 'before']).default('after'),

  /** Of everything that a matrix multiplies; the data must have codes of as many. */
  activationBits: oneOfNumbers([8, 16]).default(8),
  /** How the tables of sigmoid and tanh are read; by the activation bits if not given. */
  tables: oneOf(['nearest', 'interpolated']).optional(),

  // its weights
  /** Weight method of each kind of matrix. `bias`: method of the biases, none = not quantized in training. */
  weights: object({
    input: methodName.default('ternary'),
    recurrent: methodName.default('ternary'),
    dense: methodName.default('s8'),
    /** Of convolutions; that of `input` if not given. */
    conv: methodName.optional(),
    bias: oneOf(['none', 'binary', 'ternary-connect', 'pow2-ternary', 'exponential']).default('none'),
  }).prefault({}),
  rowScale: oneOf(['shift', 'multiplier']).default('shift'),
  scope: oneOf(['joint', 'separate']).default('separate'),
  /** Ternary weights below this factor times the mean magnitude become zero. */
  zeroThreshold: positive(3).default(0.7),
  /** Step between the weights of planes-2, planes-3, s4 and pow2 over the mean magnitude; each has its own if not given. */
  levelStep: positive(3).optional(),
  /** Stochastic rounding of the methods of Ott et al. (2016), drawn once an optimizer step. */
  stochastic: flag().default(false),
  /** H of `binary`. */
  binaryScale: z.union([z.literal('glorot'), positive(16)], 'glorot or a number above 0, 16 at most').default(1),
  /** f and m of `pow2-ternary`. */
  fractionBits: whole(0, 7).default(1),
  integerBits: whole(0, 7).default(0),
  /** Window of `exponential`. */
  exponents: z.tuple([whole(-30, 15), whole(-30, 15)], 'two whole numbers from -30 to 15').default([-6, 0]),
  /** Factor on the Glorot range of the initial weights. */
  initialRange: positive(100).default(1),
  /** Share of the training over which quantization is blended in; 0 = from the first step. */
  gradual: share.default(0),

  // normalisation
  /** Batch norm on each layer's input. */
  inputNorm: flag().default(false),
  /** Batch norm on each gate's products, shared statistics. */
  gateNorm: flag().default(false),
  /** First value of gamma. */
  gamma: positive(10).default(0.1),
  /** First value of the biases of the gates that open at 1 (GRU z, r; LSTM i, o); the LSTM's forget gate begins at 1. */
  gateBias: real(-10, 10).default(0),

  // the optimizer
  /** How long to train where neither `epochs` nor `steps` says it (src/train/defaults.ts). */
  effort: oneOf(['quick', 'normal', 'thorough']).default('normal'),
  /** Passes over the training data, unless `steps` says the number of updates. */
  epochs: whole(1, 100000).optional(),
  steps: whole(1, 100000000).optional(),
  batch: whole(1, 4096).default(64),
  /** Steps of back-propagation through time on streams. */
  backpropSteps: whole(1, 4096).default(50),
  /** Peak learning rate of gains, biases and the head; without either, rates that suit the data (src/train/defaults.ts). */
  rate: positive(10).optional(),
  /** Factor of the rate for weight matrices. */
  matrixRate: positive(10).optional(),
  /** Rates of quantized matrices times sqrt((fan in + units) / 1.5), as in the code of Ott et al. (2016). */
  scaleRates: flag().default(false),
  schedule: oneOf(['cosine', 'linear', 'constant']).default('cosine'),
  warmUp: share.default(0.05),
  /** Largest norm of the gradient. */
  clip: positive(1e6).default(1),
  dropout: real(0, 0.95).default(0),
  classWeights: oneOf(['none', 'balanced']).default('none'),
  augment: augmentation.default({}),
  /** Where a teacher is given: share of the loss that compares with it, and temperature of both softmaxes. */
  distillWeight: share.default(0.5),
  distillTemperature: positive(100).default(2),
  /** Loss of a task that may have several; absent: its first one. */
  loss: oneOf(['cross-entropy', 'binary-cross-entropy', 'mse', 'mae', 'huber']).optional(),
  /** Of `detect`: thresholds that hold a precision or a recall on the validation part; neither: the best F1. */
  precision: share.optional(),
  recall: share.optional(),
  /** Of `anomaly`: a score is the mean error over about 2^smoothing steps; default 5. */
  smoothing: whole(0, MAX_SMOOTHING).optional(),
  /** Of `anomaly`: share of the normal steps of the validation part that may reach the threshold; default 0.001. */
  falseAlarms: share.optional(),
  seed: whole(0, 4294967295).default(1),
  /** Share of the training after which activations are quantized as on the chip; 1 = never. */
  quantizeActivationsFrom: share.default(2 / 3),

  // the run
  /** Evaluations without a better one that end the training; 0 = never. */
  patience: whole(0, 100000).default(0),
  /** Figure of the validation part by which the best network is chosen: a metric of the task, or `loss`. */
  select: oneOf(SELECTABLE).optional(),
  /** Updates between evaluations on the validation part; an epoch or a hundredth of the training if not given. */
  evaluateEvery: whole(1, 100000000).optional(),
  name: z.string('a text').optional(),
});

const schema = options.transform((given) => ({
  ...given,
  conv: given.conv.map((layer) => ({ ...layer, stride: layer.stride ?? layer.window })),
  tables: given.tables ?? tableReadingFor(given.activationBits),
}));

export type TrainOptions = z.input<typeof schema>;
export type CheckedTrainOptions = z.output<typeof schema>;

/** Where an option came from, for messages: a path into the options as the flag or the file that gave it. */
export type PlaceOf = (path: readonly PropertyKey[]) => string;

const byName: PlaceOf = (path) => path.map(String).join('.');

/** Fills in defaults; throws a diagnostic for each option that is out of range or does not go with another. */
export function checkTrainOptions(options: TrainOptions, placeOf: PlaceOf = byName): CheckedTrainOptions {
  const checked = parseTrainOptions(options, placeOf);
  if (checked.name !== undefined && !isName(checked.name)) fail(badName(placeOf(['name']), checked.name));
  const { cell, activation, conv, scope, exponents, fractionBits, integerBits } = checked;
  const wrong = (key: keyof CheckedTrainOptions, expected: string): Diagnostic =>
    badOption(placeOf([key]), checked[key], expected);
  const [low, high] = exponents;
  const bits = fractionBits + integerBits;
  throwIfAny([
    ...(high < low || high - low >= MAX_EXPONENT_STEPS
      ? [wrong('exponents', `a window of 1 to ${MAX_EXPONENT_STEPS} steps`)]
      : []),
    ...(bits < 1 || bits > 7
      ? [wrong('fractionBits', `possible: with integerBits ${integerBits} they must be 1 to 7 bits`)]
      : []),
    ...(scope === 'joint' && (checked.inputNorm || checked.gateNorm || activation === 'relu' || conv.length > 0)
      ? [wrong('scope', 'possible together with inputNorm, gateNorm, relu or conv')]
      : []),
    ...(conv.length > 0 && !('activation' in conv[0]!)
      ? [badValue(placeOf(['conv']), 'begins with a pool; the first layer must be a convolution')]
      : []),
    ...(!CELLS[cell].activations.includes(activation)
      ? [wrong('activation', `an activation of the cell ${cell}`)]
      : []),
    ...(checked.precision !== undefined && checked.recall !== undefined
      ? [wrong('recall', 'possible together with precision: a threshold holds one of them')]
      : []),
  ]);
  return checked;
}

/** Once each: a flag that gives several values may be wrong in the same way for all of them. */
const unlike = (all: readonly Diagnostic[]): Diagnostic[] => [
  ...new Map(all.map((one) => [`${one.at} ${one.message}`, one])).values(),
];

/** Fills in defaults, checks each option by itself; the options of a run that was made before are read so. */
export function parseTrainOptions(options: unknown, placeOf: PlaceOf = byName): CheckedTrainOptions {
  const result = schema.safeParse(options);
  if (!result.success)
    throwIfAny(unlike(complaints(result.error, options).map(({ path, message }) => badValue(placeOf(path), message))));
  return result.data!;
}

/** Weight method of convolutions. */
export const convolutionMethod = ({ weights: { conv, input } }: CheckedTrainOptions): MethodName => conv ?? input;

/** True where every matrix stays in full precision: the network is evaluated as it is trained, without the chip's roundings. */
export const isFloat = (options: CheckedTrainOptions): boolean => {
  const { input, recurrent, dense } = options.weights;
  const convolutions = options.conv.length === 0 ? [] : [convolutionMethod(options)];
  return [input, recurrent, dense, ...convolutions].every((method) => method === 'none');
};
