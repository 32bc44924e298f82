import { type Command, Option } from 'commander';
import { badOption, fail } from '../diagnostics.js';
import type { TrainOptions } from '../train/options.js';

type Key = keyof TrainOptions;
/** How the text of an option becomes the trainer's value. */
type Parse = (option: string, text: string) => unknown;

const toNumber: Parse = (option, text) => {
  const value = Number(text);
  return text.trim() === '' || !Number.isFinite(value) ? fail(badOption(option, text, 'a number')) : value;
};
const toText: Parse = (_option, text) => text;
const toNumbers: Parse = (option, text) => text.split(',').map((part) => toNumber(option, part));

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

/** One method for the matrices of the recurrent layers, or one for each kind of matrix. `none` holds for the head too. */
const toWeights: Parse = (option, text) => {
  if (text.includes('=')) return toRecord(toText)(option, text);
  return { input: text, recurrent: text, ...(text === 'none' && { dense: 'none' }) };
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
const DEFINITIONS: readonly Definition[] = [
  define('--cell <cell>', 'cell', toText, 'rnn, gru or lstm (gru)'),
  define('--units <list>', 'units', toNumbers, 'units of each recurrent layer, separated by commas (32)'),
  define('--activation <form>', 'activation', toText, 'tanh, hard (piecewise linear) or, cell rnn, relu (tanh)'),
  define('--activation-bits <n>', 'activationBits', toNumber, 'bits of inputs and hidden states: 8 or 16 (8)'),
  define('--reset <place>', 'reset', toText, 'reset gate of a GRU: after or before the recurrent product (after)'),
  define(
    '--weights <methods>',
    'weights',
    toWeights,
    'weight method (docs/methods.md), or input=..,recurrent=..,dense=..,bias=.. (ternary, dense=s8)',
  ),
  define('--row-scale <form>', 'rowScale', toText, 'shift (power of two) or multiplier (shift)'),
  define('--row-scale-scope <scope>', 'scope', toText, 'joint or separate (separate)'),
  define('--threshold <x>', 'threshold', toNumber, 'factor of the mean magnitude below which a weight is 0 (0.7)'),
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
  define('--epochs <n>', 'epochs', toNumber, 'passes over the training data (10)'),
  define('--steps <n>', 'steps', toNumber, 'updates, instead of epochs'),
  define('--batch <n>', 'batch', toNumber, 'sequences in a batch (64)'),
  define('--window <n>', 'window', toNumber, 'time steps of back-propagation on text (50)'),
  define('--rate <x>', 'rate', toNumber, 'learning rate (0.005)'),
  define('--matrix-rate <x>', 'matrixRate', toNumber, 'factor of the rate for weight matrices (1)'),
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
  define('--augment <list>', 'augment', toRecord(toNumber), 'offset=..,noise=..,roll=..,mask=..,shift=..,gain=..'),
  define(
    '--distillation <list>',
    'distillation',
    toRecord(toNumber),
    'weight=..,temperature=.. (0.5, 2), with --teacher',
  ),
  define('--seed <n>', 'seed', toNumber, 'seed of every random choice (1)'),
  define(
    '--chip-from <share>',
    'fakeQuantizationFrom',
    toNumber,
    'part of the training after which activations are those of the chip (0.667)',
  ),
  define('--patience <n>', 'patience', toNumber, 'evaluations without a better one that end the training (0: never)'),
  define('--evaluate-every <n>', 'evaluateEvery', toNumber, 'updates between evaluations (an epoch)'),
];

/** Adds the trainer's options to a command. */
export function addTrainOptions(command: Command): Command {
  for (const { flags, describe } of DEFINITIONS) command.option(flags, describe);
  return command.addOption(
    new Option('--recipe <name>', 'defaults of the other options').choices(['default', 'founding']).default('default'),
  );
}

/**
 * The trainer's options from a command line, which overrides those of a configuration file, which override those of a
 * recipe.
 */
export function readTrainOptions(
  given: Readonly<Record<string, unknown>>,
  recipe: Readonly<Record<string, unknown>>,
  config: Readonly<Record<string, unknown>>,
): TrainOptions {
  const own: Record<string, unknown> = {};
  for (const { flags, key, parse } of DEFINITIONS) {
    const name = new Option(flags).attributeName();
    const text = given[name];
    if (text === undefined) continue;
    own[key] = parse === 'flag' ? true : parse(flags.split(' ')[0]!, text as string);
  }
  const weights = { ...(config.weights as object), ...(own.weights as object) };
  return { ...recipe, ...config, ...own, weights } as TrainOptions;
}
