import { type Command, Option } from 'commander';
import { badOption, badValue, fail } from '../diagnostics.js';
import type { PlaceOf, TrainOptions } from '../train/options.js';
import { choice } from './option-values.js';

type Key = keyof TrainOptions;
/** How the text of an option becomes the trainer's value. */
type Parse = (option: string, text: string) => unknown;

/** A text that is no number is left to the trainer, which knows what the option takes. */
const toNumber: Parse = (_option, text) => (text.trim() === '' || !Number.isFinite(Number(text)) ? text : Number(text));
const toText: Parse = (_option, text) => text;
const toNumbers: Parse = (option, text) => text.split(',').map((part) => toNumber(option, part));

/** `32:relu,16:tanh` -> dense layers */
const toDense: Parse = (option, text) =>
  text.split(',').map((part) => {
    const [units, activation, ...rest] = part.split(':');
    if (!units || !activation || rest.length > 0)
      fail(badOption(option, text, 'units:activation,units:activation, such as 32:relu,16:tanh'));
    return { units: toNumber(option, units!), activation };
  });

/** `16x3/2:relu,max2` -> convolutions and pools */
const toWindowed: Parse = (option, text) =>
  text.split(',').map((part) => {
    const [, units, window, stride, activation, padding] =
      /^(\d+)x(\d+)(?:\/(\d+))?(?::(?!causal)(\w+))?(?::(causal))?$/.exec(part) ?? [];
    const [, of, steps, every] = /^(max|mean)(\d+)(?:\/(\d+))?$/.exec(part) ?? [];
    if (units === undefined && of === undefined)
      fail(badOption(option, text, 'filters x steps or pools: 16x3, 16x3/2:tanh, 16x3:relu:causal, max2, mean4/2'));
    const strideOf = (given: string | undefined) => given !== undefined && { stride: Number(given) };
    if (of !== undefined) return { type: 'pool', function: of, window: Number(steps), ...strideOf(every) };
    return {
      ...{ type: 'conv1d', units: Number(units), window: Number(window), ...strideOf(stride) },
      ...(activation !== undefined && { activation }),
      ...(padding !== undefined && { padding }),
    };
  });

/** `a=1,b=2` -> { a: 1, b: 2 } */
const toRecord =
  (value: Parse): Parse =>
  (option, text) =>
    Object.fromEntries(
      text.split(',').map((part) => {
        const [key, own, ...rest] = part.split('=');
        if (!key || own === undefined || rest.length > 0) fail(badOption(option, text, 'name=value,name=value'));
        return [key, value(option, own!)];
      }),
    );

/**
 * One method for the matrices of the recurrent layers, one for each kind of matrix, or both: `ternary,dense=s4`. `none`
 * alone holds for the head too.
 */
const toWeights: Parse = (option, text) => {
  if (!text.includes('=')) return { input: text, recurrent: text, ...(text === 'none' && { dense: 'none' }) };
  const [first = '', ...named] = text.split(',');
  if (first.includes('=') || named.length === 0) return toRecord(toText)(option, text);
  return { input: first, recurrent: first, ...(toRecord(toText)(option, named.join(',')) as object) };
};

interface Definition {
  readonly flags: string;
  readonly key: Key;
  readonly parse: Parse | 'flag';
  readonly describe: string;
}

const define = (flags: string, key: Key, parse: Definition['parse'], describe: string): Definition => ({
  flags,
  key,
  parse,
  describe,
});

/** Every option of the trainer; defaults and ranges are the trainer's own (src/train/options.ts). */
export const TRAIN_OPTIONS: readonly Definition[] = [
  define('--cell <cell>', 'cell', toText, 'rnn, gru or lstm (gru)'),
  define('--units <list>', 'units', toNumbers, 'units of each recurrent layer, separated by commas (32)'),
  define(
    '--conv <layers>',
    'conv',
    toWindowed,
    'convolutions over time in front of the recurrent layers as filters x steps[/stride][:activation][:causal], and pools: 16x3/2:relu,max2 (none)',
  ),
  define(
    '--head <layers>',
    'head',
    toDense,
    'dense layers before the output as units:activation (linear, relu, tanh, sigmoid), such as 32:relu,16:tanh (none)',
  ),
  define('--activation <form>', 'activation', toText, 'tanh, hard (piecewise linear) or, cell rnn, relu (tanh)'),
  define('--tables <reading>', 'tables', toText, 'nearest entry or interpolated (interpolated with 16 bits)'),
  define(
    '--activation-bits <n>',
    'activationBits',
    toNumber,
    'bits of inputs and hidden states: 8 or 16 (8; quantities at every step: 16)',
  ),
  define('--reset <place>', 'reset', toText, 'reset gate of a GRU: after or before the recurrent product (after)'),
  define(
    '--weights <methods>',
    'weights',
    toWeights,
    'weight method (docs/methods.md) or auto, and input=..,recurrent=..,dense=..,conv=..,bias=.. (ternary,dense=s8; thorough: auto)',
  ),
  define('--row-scale <form>', 'rowScale', toText, 'shift (power of two) or multiplier (shift)'),
  define('--row-scale-scope <scope>', 'scope', toText, 'joint or separate (separate)'),
  define(
    '--zero-threshold <x>',
    'zeroThreshold',
    toNumber,
    'factor of the mean magnitude below which a weight is 0 (0.7)',
  ),
  define(
    '--level-step <x>',
    'levelStep',
    toNumber,
    'step between the weights of planes-2, planes-3, s4, pow2 over the mean magnitude',
  ),
  define(
    '--stochastic',
    'stochastic',
    'flag',
    'stochastic rounding of binary, ternary-connect, pow2-ternary, exponential',
  ),
  define('--fraction-bits <f>', 'fractionBits', toNumber, 'f of pow2-ternary (1)'),
  define('--integer-bits <m>', 'integerBits', toNumber, 'm of pow2-ternary (0)'),
  define('--exponents <low,high>', 'exponents', toNumbers, 'window of exponential and pow2 (-6,0)'),
  define('--initial-range <x>', 'initialRange', toNumber, 'factor on the Glorot range of the first weights (1)'),
  define('--gradual <share>', 'gradual', toNumber, 'share of the training over which quantization is blended in (0)'),
  define('--input-norm', 'inputNorm', 'flag', "batch norm on each layer's input"),
  define('--gate-norm', 'gateNorm', 'flag', 'batch norm on the products of each gate'),
  define('--gamma <x>', 'gamma', toNumber, 'first gamma of batch norms (0.1)'),
  define('--gate-bias <x>', 'gateBias', toNumber, 'first bias of the gates (0)'),
  define(
    '--effort <level>',
    'effort',
    toText,
    'length of the training: quick, normal (10 passes, 2000 updates at least) or thorough (normal)',
  ),
  define('--epochs <n>', 'epochs', toNumber, 'passes over the training data, instead of --effort'),
  define('--steps <n>', 'steps', toNumber, 'updates, instead of --effort'),
  define('--batch <n>', 'batch', toNumber, 'sequences in a batch (64)'),
  define('--backprop-steps <n>', 'backpropSteps', toNumber, 'time steps of back-propagation on text (50)'),
  define('--rate <x>', 'rate', toNumber, 'learning rate (0.015; text: by the weight method)'),
  define(
    '--matrix-rate <x>',
    'matrixRate',
    toNumber,
    'factor of the rate for weight matrices (1; text: by the weight method)',
  ),
  define('--scale-rates', 'scaleRates', 'flag', 'rates of quantized matrices times sqrt((fan in + units) / 1.5)'),
  define('--schedule <form>', 'schedule', toText, 'learning rate: cosine, linear or constant (cosine)'),
  define('--warm-up <share>', 'warmUp', toNumber, 'share of the training with a rising rate (0.05)'),
  define('--clip <norm>', 'clip', toNumber, 'largest norm of the gradient (1)'),
  define('--dropout <rate>', 'dropout', toNumber, "share of each layer's outputs dropped in training (0)"),
  define(
    '--class-weights <form>',
    'classWeights',
    toText,
    'none, or balanced: rare classes count as much as others (none)',
  ),
  define('--loss <loss>', 'loss', toText, 'of predicted quantities: mse, mae or huber (mse)'),
  define('--precision <share>', 'precision', toNumber, 'thresholds of what is detected hold this precision'),
  define('--recall <share>', 'recall', toNumber, 'or this recall; without either the best F1 (validation part)'),
  define('--smoothing <k>', 'smoothing', toNumber, 'of anomalies: scores are means over about 2^k steps (5)'),
  define(
    '--false-alarms <share>',
    'falseAlarms',
    toNumber,
    'of anomalies: share of the normal validation steps that may be reported (0.001)',
  ),
  define(
    '--augment <list>',
    'augment',
    toRecord(toNumber),
    'offset=..,noise=..,roll=..,mask=..,shift=..,gain=.. (with --stream: 12dB)',
  ),
  define('--distill-weight <share>', 'distillWeight', toNumber, 'with --teacher: its share of the loss (0.5)'),
  define('--distill-temperature <x>', 'distillTemperature', toNumber, 'with --teacher: softmax temperature (2)'),
  define('--seed <n>', 'seed', toNumber, 'seed of every random choice (1)'),
  define(
    '--quantize-activations-from <share>',
    'quantizeActivationsFrom',
    toNumber,
    'share of the training after which activations are quantized as on the chip (0.667)',
  ),
  define('--patience <n>', 'patience', toNumber, 'evaluations without a better one that end the training (0: never)'),
  define(
    '--select <metric>',
    'select',
    toText,
    'what chooses the best network: loss, or accuracy, balanced-accuracy, macro-f1; rmse; average-precision, auc, f1 (the first of the task)',
  ),
  define(
    '--evaluate-every <n>',
    'evaluateEvery',
    toNumber,
    'updates between evaluations (an epoch, or a hundredth of the training)',
  ),
];

/** The last of several `--weights` counts, as of every option; `auto` and another one contradict each other. */
function onceIfAuto(text: string, before: string | undefined): string {
  if (before !== undefined && before !== text && [before, text].some((one) => one.split(',').includes('auto')))
    fail(badValue('--weights', `is given as ${before} and as ${text}: a format is chosen or given`));
  return text;
}

/** Adds the trainer's options to a command. */
export function addTrainOptions(command: Command): Command {
  for (const { flags, key, describe } of TRAIN_OPTIONS)
    command.addOption(
      key === 'weights' ? new Option(flags, describe).argParser(onceIfAuto) : new Option(flags, describe),
    );
  return command.addOption(
    choice('--recipe <name>', 'defaults of the other options', ['default', 'ott2016']).default('default'),
  );
}

/** The trainer's options, and where each was given, for complaints. */
export interface GivenTrainOptions {
  readonly options: TrainOptions;
  readonly placeOf: PlaceOf;
}

/**
 * The trainer's options from a command line, which overrides those of a configuration file, which override those of a
 * recipe.
 * @param configPath the configuration file, for complaints
 */
export function readTrainOptions(
  given: Readonly<Record<string, unknown>>,
  recipe: Readonly<Record<string, unknown>>,
  config: Readonly<Record<string, unknown>>,
  configPath: string,
): GivenTrainOptions {
  const own: Record<string, unknown> = {};
  const flags = new Map<PropertyKey, string>();
  for (const { flags: text, key, parse } of TRAIN_OPTIONS) {
    const value = given[new Option(text).attributeName()];
    if (value === undefined) continue;
    const [flag] = text.split(' ') as [string];
    own[key] = parse === 'flag' ? true : parse(flag, value as string);
    flags.set(key, flag);
  }
  if (given.name !== undefined) {
    own.name = given.name;
    flags.set('name', '--name');
  }
  const weights = isRecord(config.weights ?? {}) ? { ...(config.weights as object), ...(own.weights as object) } : null;
  const options = { ...recipe, ...config, ...own, weights: weights ?? own.weights ?? config.weights };
  const placeOf: PlaceOf = ([key, ...rest]) => {
    const fromFlag = key === 'weights' ? Object.hasOwn((own.weights as object) ?? {}, rest[0] ?? '') : flags.has(key!);
    if (!fromFlag) return `${configPath}: ${[key, ...rest].map(String).join('.')}`;
    const parts = rest.map((part) => (typeof part === 'number' ? `layer ${part + 1}` : String(part)));
    return [flags.get(key!)!, ...parts].join(' ');
  };
  return { options: options as TrainOptions, placeOf };
}

const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
