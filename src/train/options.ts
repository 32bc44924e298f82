import { z } from 'zod';
import { throwIfAny } from '../diagnostics.js';
import { badTrainingOption } from './diagnostics.js';
import { MOST_STEPS } from './methods/founding.js';
import { METHODS, type MethodName } from './methods/index.js';

const methodName = z.enum(Object.keys(METHODS) as [MethodName, ...MethodName[]]);
const share = z.number().min(0).max(1);
const augmentation = z.strictObject({
  offset: z.number().min(0).max(4).optional(),
  noise: z.number().min(0).max(4).optional(),
  roll: z.int().min(0).max(64).optional(),
  mask: z.int().min(0).max(1024).optional(),
  shift: z.int().min(0).max(1024).optional(),
  gain: z.number().min(0).max(1).optional(),
});

const schema = z.strictObject({
  // the network
  cell: z.enum(['rnn', 'gru', 'lstm']).default('gru'),
  /** Units of each recurrent layer. */
  units: z.array(z.int().min(1).max(1024)).min(1).max(4).default([32]),
  /** 'hard': piecewise-linear gates; 'relu': cell rnn only. */
  activation: z.enum(['tanh', 'hard', 'relu']).default('tanh'),
  /** GRU: reset gate after or before the recurrent product. */
  reset: z.enum(['after', 'before']).default('after'),

  /** Of everything that a matrix multiplies; the data must have codes of as many. */
  activationBits: z.literal([8, 16]).default(8),

  // its weights
  /** Weight method of each kind of matrix. `bias`: method of the biases, none = not quantized in training. */
  weights: z
    .strictObject({
      input: methodName.default('ternary'),
      recurrent: methodName.default('ternary'),
      dense: methodName.default('s8'),
      bias: z.enum(['none', 'binary', 'ternary-connect', 'pow2-ternary', 'exponential']).default('none'),
    })
    .prefault({}),
  rowScale: z.enum(['shift', 'multiplier']).default('shift'),
  scope: z.enum(['joint', 'separate']).default('separate'),
  /** Factor of the ternary threshold. */
  threshold: z.number().positive().max(3).default(0.7),
  /** Stochastic rounding of the founding methods, drawn once an optimizer step. */
  stochastic: z.boolean().default(false),
  /** H of `binary`. */
  binaryScale: z.union([z.literal('glorot'), z.number().positive().max(16)]).default(1),
  /** f and m of `pow2-ternary`. */
  fractionBits: z.int().min(0).max(7).default(1),
  integerBits: z.int().min(0).max(7).default(0),
  /** Window of `exponential`. */
  exponents: z.tuple([z.int().min(-30).max(15), z.int().min(-30).max(15)]).default([-6, 0]),
  /** Factor on the Glorot range of the initial weights. */
  initialRange: z.number().positive().max(100).default(1),
  /** Share of the training over which quantization is blended in; 0 = from the first step. */
  gradual: share.default(0),

  // normalisation
  /** Batch norm on each layer's input. */
  inputNorm: z.boolean().default(false),
  /** Batch norm on each gate's products, shared statistics. */
  gateNorm: z.boolean().default(false),
  /** First value of gamma. */
  gamma: z.number().positive().max(10).default(0.1),
  /** First value of the biases of the gates that open at 1 (GRU z, r; LSTM i, o); the LSTM's forget gate begins at 1. */
  gateBias: z.number().min(-10).max(10).default(0),

  // the optimizer
  /** Passes over the training data, unless `steps` says the number of updates. */
  epochs: z.int().min(1).max(100000).default(10),
  steps: z.int().min(1).max(100000000).optional(),
  batch: z.int().min(1).max(4096).default(64),
  /** Steps of back-propagation through time on streams. */
  window: z.int().min(1).max(4096).default(50),
  /** Peak learning rate of gains, biases and the head. */
  rate: z.number().positive().max(10).default(5e-3),
  /** Factor of the rate for weight matrices. */
  matrixRate: z.number().positive().max(10).default(1),
  /** Rates of quantized matrices times sqrt((fan in + units) / 1.5), as in the founding code. */
  scaleRates: z.boolean().default(false),
  schedule: z.enum(['cosine', 'linear', 'constant']).default('cosine'),
  warmUp: share.default(0.05),
  /** Largest norm of the gradient. */
  clip: z.number().positive().max(1e6).default(1),
  dropout: z.number().min(0).max(0.95).default(0),
  classWeights: z.enum(['none', 'balanced']).default('none'),
  augment: augmentation.default({}),
  /** Weight and temperature of distillation, where a teacher is given. */
  distillation: z
    .strictObject({ weight: share.default(0.5), temperature: z.number().positive().max(100).default(2) })
    .prefault({}),
  seed: z.int().min(0).max(4294967295).default(1),
  /** Part of the training after which activations are those of the chip; 1 = never. */
  fakeQuantizationFrom: share.default(2 / 3),

  // the run
  /** Evaluations without a better one that end the training; 0 = never. */
  patience: z.int().min(0).max(100000).default(0),
  /** Updates between evaluations on the validation part; an epoch if not given. */
  evaluateEvery: z.int().min(1).max(100000000).optional(),
  name: z.string().optional(),
});

export type TrainOptions = z.input<typeof schema>;
export type CheckedTrainOptions = z.output<typeof schema>;

/** Fills in defaults; throws a diagnostic for each option that is out of range. */
export function checkTrainOptions(options: TrainOptions): CheckedTrainOptions {
  const result = schema.safeParse(options);
  if (!result.success)
    throwIfAny(result.error.issues.map((i) => badTrainingOption(i.path.map(String).join('.'), i.message)));
  const checked = result.data!;
  const [low, high] = checked.exponents;
  if (high < low || high - low >= MOST_STEPS)
    throwIfAny([badTrainingOption('exponents', `${low} to ${high}: a window has 1 to ${MOST_STEPS} steps`)]);
  const bits = checked.fractionBits + checked.integerBits;
  if (bits < 1 || bits > 7)
    throwIfAny([
      badTrainingOption('fractionBits', `with integerBits they are ${bits} bits: 1 to 7 have a weight format`),
    ]);
  if (checked.scope === 'joint' && (checked.inputNorm || checked.gateNorm || checked.activation === 'relu'))
    throwIfAny([badTrainingOption('scope', 'joint row scales do not go with inputNorm, gateNorm or relu')]);
  if (checked.activation === 'relu' && checked.cell !== 'rnn')
    throwIfAny([badTrainingOption('activation', `relu is for the cell rnn, not for ${checked.cell}`)]);
  return checked;
}

/** True where every matrix stays in full precision: the network is evaluated as it is trained, without the chip's roundings. */
export const isFloat = ({ weights: { input, recurrent, dense } }: CheckedTrainOptions): boolean =>
  [input, recurrent, dense].every((method) => method === 'none');
