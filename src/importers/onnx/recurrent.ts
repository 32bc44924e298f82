import type { Diagnostic } from '../../diagnostics.js';
import type { Chain } from '../chain.js';
import { importActivation, importAttribute, importDirection, importState, importValue } from '../diagnostics.js';
import { type FloatActivation, type FloatRecurrent, GATE_COUNTS } from '../float-network.js';
import { reordered, type Tensor, zeros } from '../tensor.js';
import type { OnnxNode } from './node.js';

const TYPES = { RNN: 'rnn', GRU: 'gru', LSTM: 'lstm' } as const;
export type RecurrentOp = keyof typeof TYPES;

/** rnnq's gate k is ONNX's gate ORDER[k]: z, r, h are alike; i, o, f, c become i, f, c, o. */
const ORDER = { rnn: [0], gru: [0, 1, 2], lstm: [0, 2, 3, 1] } as const;
const DEFAULTS = { rnn: ['Tanh'], gru: ['Sigmoid', 'Tanh'], lstm: ['Sigmoid', 'Tanh', 'Tanh'] } as const;

/** Inputs of the node that are constants, by position, and whether its initial states are zeros or the application's. */
export interface RecurrentInputs {
  readonly constant: (index: number) => Tensor | undefined;
  readonly startsWithZeros: boolean;
  /** Lengths of the sequences are given: steps behind them are not computed. */
  readonly hasLengths: boolean;
}

/** Appends an RNN, GRU or LSTM node, or says why not. */
export function readRecurrent(
  node: OnnxNode,
  chain: Chain,
  { constant, startsWithZeros, hasLengths }: RecurrentInputs,
): Diagnostic | undefined {
  const at = chain.at(node.label);
  const type = TYPES[node.op as RecurrentOp];
  const direction = node.text('direction', 'forward');
  if (direction !== 'forward') return importDirection(at, `the direction ${direction}`);
  const attribute = unsupported(node, constant(7));
  if (attribute !== null) return importAttribute(at, attribute, 'export the network without it');
  if (!startsWithZeros) return importState(at, 'begins with a state that is not zero');
  const [input, recurrent, bias] = [constant(1), constant(2), constant(3)];
  if (input === undefined || recurrent === undefined)
    return importValue(
      at,
      'its weights are not constants',
      'export the graph with its weights inside, as initializers',
    );
  const functions = functionsOf(node, type);
  if (typeof functions === 'string')
    return importActivation(at, functions, `in a ${node.op}`, 'train with tanh or relu, and sigmoid gates');
  if (hasLengths) chain.note('lengths of sequences are ignored: the network ends where the application stops stepping');
  const units = node.integer('hidden_size', recurrent.shape[2] ?? 0);
  const rows = GATE_COUNTS[type] * units;
  const biases = bias?.data ?? zeros(2 * rows);
  chain.recurrent(node.label, type, {
    units,
    inputs: input.shape[2] ?? 0,
    input: reordered(input.data, ORDER[type]),
    recurrent: reordered(recurrent.data, ORDER[type]),
    inputBias: reordered(biases.subarray(0, rows), ORDER[type]),
    recurrentBias: reordered(biases.subarray(rows), ORDER[type]),
    ...functions,
    reset: node.integer('linear_before_reset', 0) === 1 ? 'after' : 'before',
  });
  return undefined;
}

/** What rnnq's cells do not have. */
function unsupported(node: OnnxNode, peepholes: Tensor | undefined): string | null {
  if (node.integer('layout', 0) !== 0) return 'layout 1 (batch first inside the cell)';
  if (node.integer('input_forget', 0) !== 0) return 'coupled input and forget gates (input_forget)';
  if (node.has('clip')) return `clipping of pre-activations (clip ${node.number('clip', 0)})`;
  return peepholes?.data.some((value) => value !== 0) ? 'peepholes' : null;
}

/** Activations of the gates and the candidate; a text names one that is none of rnnq's. */
function functionsOf(
  node: OnnxNode,
  type: FloatRecurrent['type'],
): Pick<FloatRecurrent, 'activation' | 'gateActivation'> | string {
  const names = node.texts('activations') ?? DEFAULTS[type];
  const [alphas, betas] = [node.numbers('activation_alpha'), node.numbers('activation_beta')];
  const found = names.map((name, k): FloatActivation | undefined => {
    const simple = { tanh: 'tanh', relu: 'relu', sigmoid: 'sigmoid' } as const;
    const lower = name.toLowerCase();
    if (lower === 'hardsigmoid') return { kind: 'hard-sigmoid', slope: alphas[k] ?? 0.2, offset: betas[k] ?? 0.5 };
    return Object.hasOwn(simple, lower) ? simple[lower as keyof typeof simple] : undefined;
  });
  const unknown = found.indexOf(undefined);
  if (unknown >= 0) return names[unknown]!;
  const [first, second, third] = found as FloatActivation[];
  if (type === 'rnn') return { activation: first!, gateActivation: 'sigmoid' };
  if (second === undefined || (type === 'lstm' && JSON.stringify(second) !== JSON.stringify(third)))
    return `combination ${names.join(', ')}`;
  return { activation: second, gateActivation: first! };
}
