import { type Diagnostic, fail } from '../diagnostics.js';
import { Chain } from './chain.js';
import {
  importActivation,
  importAllSteps,
  importAttribute,
  importBranches,
  importCustom,
  importDirection,
  importLayer,
  importLoop,
  importUnreadable,
  importValue,
} from './diagnostics.js';
import type { FloatActivation } from './float-network.js';
import type { Importer } from './importer.js';
import { zeros } from './tensor.js';
import { readGraph, type TfliteGraph, type TfliteOperator, type TfliteTensor } from './tflite/graph.js';

/** Networks of fused LSTMs in TFLite, of float32 or of 8 bits. */
export const tflite: Importer = {
  title: 'TFLite',
  recognizes: (bytes, name) =>
    Buffer.from(bytes.subarray(4, 8)).toString('latin1') === 'TFL3' || /\.tflite$/i.test(name),
  async read({ path, bytes }) {
    try {
      return new TfliteWalk(path, readGraph(bytes)).run();
    } catch (error) {
      // an offset that leads out of the file, also one that is followed only where it is used
      if (error instanceof RangeError) fail(importUnreadable(path, `damaged flatbuffer: ${error.message}`));
      throw error;
    }
  },
};

/** ActivationFunctionType of schema.fbs. */
const ACTIVATIONS: Readonly<Record<number, FloatActivation>> = { 0: 'linear', 1: 'relu', 4: 'tanh' };
const TANH = 4;

/** What a fused LSTM may have beside gates, by the number of its input. */
const EXTRAS: readonly (readonly [index: number, what: string])[] = [
  ...[9, 10, 11].map((index) => [index, 'peepholes'] as const),
  [16, 'projection of the state'],
  ...[20, 21, 22, 23].map((index) => [index, 'layer normalization inside the cell'] as const),
];

const GIVE_KERAS = 'import the Keras file that the converter read';

class TfliteWalk {
  readonly chain: Chain;
  /** The value of the chain so far. */
  #value: number;
  #sequence = true;
  #window: number | null;
  /** Constants that operators make of other constants, by the number of their tensor. */
  readonly #made = new Map<number, TfliteTensor>();
  /** Which axis of a sequence is time: an LSTM says it. */
  timeAxis = 1;

  constructor(
    path: string,
    readonly graph: TfliteGraph,
  ) {
    this.chain = new Chain(path);
    this.#value = graph.inputs[0] ?? -1;
    const steps = graph.tensors[this.#value]?.shape.at(-2) ?? 1;
    this.#window = steps > 1 ? steps : null;
  }

  run() {
    const { graph, chain } = this;
    const names = new Set(graph.operators.map(({ op }) => op));
    if (names.has('WHILE')) chain.refuse('WHILE', importLoop(chain.path, 'a WHILE loop'));
    else if (names.has('SPLIT') && names.has('LOGISTIC') && !names.has('UNIDIRECTIONAL_SEQUENCE_LSTM'))
      chain.refuse('SPLIT', importLoop(chain.path, 'single steps of FULLY_CONNECTED, SPLIT, LOGISTIC and MUL'));
    else
      graph.operators.forEach((operator, index) => {
        this.#operator(operator, index);
      });
    const [output] = graph.outputs;
    if (chain.sound && output !== this.#value)
      chain.refuse('the output', importBranches(chain.path, 'its first output is not that of its last operator'));
    const producer = graph.description;
    return chain.finish({ format: 'TFLite', producer }, { everyStep: this.#sequence, window: this.#window });
  }

  #operator(operator: TfliteOperator, index: number): void {
    if (this.#isConstant(operator)) return;
    const source = `${operator.op} ${index}`;
    const at = this.chain.at(source);
    const reads = operator.inputs[0] === this.#value || !this.chain.sound;
    const known = Object.hasOwn(OPERATORS, operator.op) ? OPERATORS[operator.op] : undefined;
    const problem =
      known === undefined
        ? importLayer(at, operator.op, GIVE_KERAS)
        : reads
          ? known(operator, this, source)
          : importBranches(at, 'it reads another value than the operator before it gives');
    if (problem) this.chain.refuse(source, problem);
    this.#value = operator.outputs[0] ?? -1;
  }

  /** Weights of float16 become real ones by an operator: their tensor is that of its input. */
  #isConstant({ op, inputs, outputs }: TfliteOperator): boolean {
    const [from = -1] = inputs;
    const weights = this.#made.get(from) ?? this.graph.tensors[from];
    if (op !== 'DEQUANTIZE' || from === this.#value || weights === undefined) return false;
    this.#made.set(outputs[0] ?? -1, weights);
    return true;
  }

  tensor(operator: TfliteOperator, index: number): TfliteTensor | undefined {
    const number = operator.inputs[index] ?? -1;
    return this.#made.get(number) ?? this.graph.tensors[number];
  }

  get sequence(): boolean {
    return this.#sequence;
  }
  takeLast(): void {
    this.#sequence = false;
  }
}

type Reader = (operator: TfliteOperator, walk: TfliteWalk, source: string) => Diagnostic | undefined;

const lstm: Reader = (operator, walk, source) => {
  const { chain } = walk;
  const at = chain.at(source);
  const { options } = operator;
  if ((options?.scalar(0, 'Int8') ?? 0) !== TANH)
    return importActivation(at, 'activation but tanh', 'in a fused LSTM', GIVE_KERAS);
  if (walk.tensor(operator, 1) === undefined) return importAttribute(at, 'coupled input and forget gates', GIVE_KERAS);
  const extra = EXTRAS.find(([index]) => walk.tensor(operator, index) !== undefined);
  if (extra !== undefined) return importAttribute(at, extra[1], GIVE_KERAS);
  walk.timeAxis = (options?.scalar(3, 'Int8') ?? 0) === 0 ? 1 : 0;
  if ((options?.scalar(2, 'Float32') ?? 0) !== 0) return importAttribute(at, 'clipping of a projection', GIVE_KERAS);
  const joined = (first: number): Float64Array | undefined => {
    const parts = [0, 1, 2, 3].map((k) => walk.tensor(operator, first + k)?.values);
    return parts.every((part) => part !== undefined)
      ? Float64Array.from(parts.flatMap((part) => Array.from(part)))
      : undefined;
  };
  // gates i, f, c, o as rnnq has them
  const [input, recurrent, bias] = [joined(1), joined(5), joined(12)];
  if (!input || !recurrent || !bias) return importValue(at, 'its weights are not constants');
  const [units = 0, inputs = 0] = walk.tensor(operator, 2)!.shape;
  const cellClip = options?.scalar(1, 'Float32') ?? 0;
  chain.recurrent(source, 'lstm', {
    units,
    inputs,
    input,
    recurrent,
    inputBias: bias,
    recurrentBias: zeros(4 * units),
    activation: 'tanh',
    gateActivation: 'sigmoid',
    reset: 'after',
    ...(cellClip > 0 ? { cellClip } : {}),
  });
  return undefined;
};

const fullyConnected: Reader = (operator, walk, source) => {
  const at = walk.chain.at(source);
  const [weights, bias] = [walk.tensor(operator, 1), walk.tensor(operator, 2)];
  const code = operator.options?.scalar(0, 'Int8') ?? 0;
  const activation = ACTIVATIONS[code];
  if (weights?.values === undefined) return importValue(at, 'its weights are not constants');
  if ((operator.options?.scalar(1, 'Int8') ?? 0) !== 0)
    return importAttribute(at, 'weights in the order of another machine (weights_format)', GIVE_KERAS);
  if (activation === undefined)
    return importActivation(at, `activation ${code} of TFLite`, 'of a dense layer', 'train with relu');
  const [units = 0, inputs = 0] = weights.shape;
  const own = bias?.values ?? zeros(units);
  const [steps = 1, values = inputs] = walk.tensor(operator, 0)?.shape.slice(-2) ?? [];
  // it reads rows of as many values as its matrix has columns
  if (walk.sequence && values !== inputs && steps * values === inputs) {
    walk.chain.flatten(`input of ${source}`, steps);
    walk.takeLast();
  }
  walk.chain.dense(source, { units, inputs, weights: weights.values, bias: own, activation });
  return undefined;
};

/** Shapes with one step less, or the steps side by side. */
const moved: Reader = (operator, walk, source) => {
  const { chain, graph } = walk;
  const before = walk.tensor(operator, 0)?.shape ?? [];
  const after = graph.tensors[operator.outputs[0] ?? -1]?.shape ?? [];
  const units = chain.last?.units ?? before.at(-1);
  if (walk.sequence && after.at(-1) !== units) {
    const steps = before.at(-2) ?? 0;
    if (after.at(-1) !== steps * (units ?? 0)) return importAllSteps(chain.at(source), operator.op);
    chain.flatten(source, steps);
    walk.takeLast();
    return undefined;
  }
  chain.dropped(source, 'nothing');
  return undefined;
};

/** The mean of all steps. */
const mean: Reader = (operator, walk, source) => {
  const { chain } = walk;
  const shape = walk.tensor(operator, 0)?.shape ?? [];
  const axes = Array.from(walk.tensor(operator, 1)?.values ?? [], (axis) => (axis < 0 ? axis + shape.length : axis));
  const [steps, units] = shape.slice(-2);
  if (!walk.sequence || steps === undefined || units === undefined || axes.join() !== String(shape.length - 2))
    return importAllSteps(chain.at(source), 'MEAN of anything but time');
  chain.poolOfSteps(source, units, steps, 'mean');
  walk.takeLast();
  return undefined;
};

/** One place of the axis of time: the last. */
const slice: Reader = (operator, walk, source) => {
  const { timeAxis } = walk;
  const shape = walk.tensor(operator, 0)?.shape ?? [];
  const at = walk.tensor(operator, 1)?.values?.[timeAxis];
  // a bit of the mask: the axis begins with its first place, whatever `begin` says
  const masked = ((operator.options?.scalar(0, 'Int32') ?? 0) >> timeAxis) & 1;
  const last = masked === 0 && (at === -1 || at === (shape[timeAxis] ?? 0) - 1);
  if (!walk.sequence || shape.length !== 3 || !last)
    return importAllSteps(walk.chain.at(source), 'a slice that is not the last step');
  walk.takeLast();
  walk.chain.dropped(source, 'the last step');
  return undefined;
};

const activation =
  (name: 'relu' | 'tanh' | 'sigmoid' | 'softmax'): Reader =>
  (_, { chain }, source) => {
    chain.activation(source, name);
    return undefined;
  };

const converted: Reader = (_, { chain }, source) => {
  chain.dropped(source, 'nothing: weights and formats are read as real values');
  return undefined;
};

const refused =
  (problem: (at: string) => Diagnostic): Reader =>
  (_, { chain }, source) =>
    problem(chain.at(source));

const OPERATORS: Readonly<Record<string, Reader>> = {
  UNIDIRECTIONAL_SEQUENCE_LSTM: lstm,
  FULLY_CONNECTED: fullyConnected,
  RESHAPE: moved,
  SQUEEZE: moved,
  TRANSPOSE: moved,
  STRIDED_SLICE: slice,
  SOFTMAX: activation('softmax'),
  LOGISTIC: activation('sigmoid'),
  TANH: activation('tanh'),
  RELU: activation('relu'),
  QUANTIZE: converted,
  DEQUANTIZE: converted,
  BIDIRECTIONAL_SEQUENCE_LSTM: refused((at) => importDirection(at, 'a bidirectional LSTM')),
  BIDIRECTIONAL_SEQUENCE_RNN: refused((at) => importDirection(at, 'a bidirectional layer')),
  MEAN: mean,
  CUSTOM: refused((at) => importCustom(at, 'a custom operator')),
};
