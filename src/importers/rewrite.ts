import type { Diagnostic } from '../diagnostics.js';
import { isApart } from '../ir/model.js';
import { importActivation, importLayer, importValue, inFile } from './diagnostics.js';
import {
  activationName,
  type FloatActivation,
  type FloatConv1d,
  type FloatDense,
  type FloatEmbedding,
  type FloatLayer,
  type FloatNetwork,
  type FloatPool,
  type FloatRecurrent,
  type FloatScaleShift,
  type FloatWeighted,
  GATE_COUNTS,
  isRecurrent,
  isWeighted,
  parameterCount,
  scaledRows,
  type Weights,
} from './float-network.js';
import { MAX_WEIGHTS } from './tensor.js';

/** A network of layers that rnnq has, and what was done for that. */
export interface Rewritten {
  readonly network: FloatNetwork;
  readonly notes: readonly string[];
  readonly problems: readonly Diagnostic[];
}

/** Slope and offset of rnnq's hard sigmoid (N6). */
const HARD = { kind: 'hard-sigmoid', slope: 0.25, offset: 0.5 } as const;

/**
 * Says a network in the layers that rnnq has, without changing what it computes: batch normalizations and embeddings
 * become part of the weights behind them, hard sigmoids get rnnq's slope by scaling the rows of their gates. What
 * cannot be said exactly is a problem.
 */
export function rewrite(path: string, network: FloatNetwork): Rewritten {
  const notes: string[] = [];
  const folded = asClasses(foldScaleShifts(foldEmbedding(network, notes), notes), notes);
  const layers = folded.layers.map((layer) => (isRecurrent(layer) ? withRnnqGates(layer, notes) : layer));
  return {
    network: { ...folded, layers },
    notes,
    problems: layers.flatMap((layer, i) => problemOf(inFile(path, layer.name), layer, i === layers.length - 1) ?? []),
  };
}

/** The network for inputs u where it was made for x = scale u + shift: part of the first layer. */
export function withInput(network: FloatNetwork, scale: Float64Array, shift: Float64Array): FloatNetwork {
  const units = scale.length;
  const front: FloatScaleShift = { type: 'scaleShift', name: 'input', units, inputs: units, scale, shift };
  return foldScaleShifts({ ...network, layers: [front, ...network.layers] }, []);
}

/** One sigmoid says yes where its logit is above 0: two classes, the first of which has the logit 0. */
function asClasses(network: FloatNetwork, notes: string[]): FloatNetwork {
  const last = network.layers.at(-1);
  if (network.head !== 'sigmoid' || !isWeighted(last) || last.units !== 1) return network;
  const cols = last.weights.length;
  const [weights, bias] = [new Float64Array(2 * cols), Float64Array.of(0, last.bias[0]!)];
  weights.set(last.weights, cols);
  notes.push('the sigmoid became the classes 0 and 1: the second output is its logit, the first one is 0');
  const layers = [...network.layers.slice(0, -1), { ...last, units: 2, weights, bias }];
  return { ...network, layers, head: 'softmax' };
}

/** The network whose outputs are divided by `scale`, each by its own; null where the last layer cannot be scaled. */
export function withOutputs(network: FloatNetwork, scale: Float64Array): FloatNetwork | null {
  const last = network.layers.at(-1);
  if (!isWeighted(last)) return null;
  const cols = last.weights.length / last.units;
  const weights = last.weights.map((w, k) => w / scale[Math.floor(k / cols)]!);
  const bias = last.bias.map((b, j) => b / scale[j]!);
  return { ...network, layers: [...network.layers.slice(0, -1), { ...last, weights, bias }] };
}

/** W_x' = W_x E^T: an embedding in front of a matrix is a matrix for one-hot symbols. */
function foldEmbedding(network: FloatNetwork, notes: string[]): FloatNetwork {
  const [first, ...rest] = network.layers;
  if (first?.type !== 'embedding') return network;
  const scaled = rest[0]?.type === 'scaleShift' ? rest.shift() : undefined;
  const [next, ...others] = rest;
  if (next === undefined || !(isRecurrent(next) || isWeighted(next) || next.type === 'pool')) return network;
  if ('window' in next) {
    // a window holds vectors, not symbols
    const dense = denseOf(first);
    notes.push(`the embedding became a dense layer of ${first.units} units`);
    return { ...network, layers: [dense, ...network.layers.slice(1)] };
  }
  const { table, inputs: symbols, units } = first;
  const rows =
    scaled?.type === 'scaleShift'
      ? table.map((value, i) => value * scaled.scale[i % units]! + scaled.shift[i % units]!)
      : table;
  const weights = inputWeights(next);
  const outputs = weights.length / units;
  // too large for any network: the embedding stays, and is refused
  if (outputs * symbols > MAX_WEIGHTS) return network;
  const product = new Float64Array(outputs * symbols);
  for (let j = 0; j < outputs; j++)
    for (let k = 0; k < symbols; k++) {
      let sum = 0;
      for (let i = 0; i < units; i++) sum += weights[j * units + i]! * rows[k * units + i]!;
      product[j * symbols + k] = sum;
    }
  const layers = [{ ...withInputWeights(next, product), inputs: symbols }, ...others];
  const merged = { ...network, layers };
  notes.push(
    `the embedding became part of ${next.name}: ${parameterCount(network)} weights in the file are ${parameterCount(merged)} now`,
  );
  return merged;
}

/**
 * Each scale and shift becomes part of the matrix behind it, or of the linear layer in front of it. Where windows are filled with
 * zeros in between, or the largest of values would become the least, it becomes a separate layer.
 */
function foldScaleShifts(network: FloatNetwork, notes: string[]): FloatNetwork {
  const layers: FloatLayer[] = [];
  let pending: FloatScaleShift | undefined;
  const settle = (own: FloatScaleShift, why: string): void => {
    const isMatrix = own.units ** 2 <= MAX_WEIGHTS;
    layers.push(isMatrix ? diagonal(own) : own);
    if (isMatrix) notes.push(`${own.name}, ${why}, became a dense layer`);
    pending = undefined;
  };
  for (const layer of network.layers) {
    if (layer.type === 'scaleShift') {
      const last = layers.at(-1);
      if (pending !== undefined) pending = composed(pending, layer);
      else if (isWeighted(last) && last.activation === 'linear') {
        layers[layers.length - 1] = scaledRows(last, layer);
        notes.push(`${layer.name} became part of ${last.name}`);
      } else pending = layer;
      continue;
    }
    if (pending !== undefined && 'window' in layer && !passes(pending, layer))
      settle(pending, `behind which ${layer.name} reads zeros or the largest values`);
    const isOver = layer.type === 'embedding' || layer.type === 'pool' || layer.type === 'repeat';
    if (pending === undefined || isOver) layers.push(layer);
    else {
      layers.push(scaledColumns(layer, pending));
      notes.push(`${pending.name} became part of ${layer.name}`);
      pending = undefined;
    }
  }
  if (pending !== undefined) settle(pending, 'behind which there is no matrix');
  return { ...network, layers };
}

/** Whether a scale and shift in front of a window gives what it gives behind it. */
function passes({ scale, shift }: FloatScaleShift, layer: FloatConv1d | FloatPool): boolean {
  const zerosStay = layer.first === layer.window || shift.every((t) => t === 0);
  return zerosStay && (layer.type === 'conv1d' || layer.function === 'mean' || scale.every((s) => s >= 0));
}

const composed = (first: FloatScaleShift, second: FloatScaleShift): FloatScaleShift => ({
  ...second,
  inputs: first.inputs,
  scale: first.scale.map((s, j) => s * second.scale[j]!),
  shift: first.shift.map((t, j) => t * second.scale[j]! + second.shift[j]!),
});

/** W' = W diag(s), b' = b + W t. */
function scaledColumns(layer: FloatRecurrent | FloatWeighted, { scale, shift }: FloatScaleShift): FloatLayer {
  const weights = inputWeights(layer);
  const cols = layer.inputs * ('window' in layer ? layer.window : 1);
  const added = new Float64Array(weights.length / cols);
  weights.forEach((w, k) => {
    added[Math.floor(k / cols)]! += w * shift[k % layer.inputs]!;
  });
  const scaled = withInputWeights(
    layer,
    weights.map((w, k) => w * scale[k % layer.inputs]!),
  );
  const bias = (own: Float64Array): Float64Array => own.map((b, j) => b + added[j]!);
  return isWeighted(scaled) ? { ...scaled, bias: bias(scaled.bias) } : { ...scaled, inputBias: bias(scaled.inputBias) };
}

/** An embedding as a matrix for one-hot symbols. */
function denseOf({ units, inputs, table }: FloatEmbedding): FloatDense {
  const weights = Float64Array.from(table, (_, k) => table[(k % inputs) * units + Math.floor(k / inputs)]!);
  return {
    type: 'dense',
    name: 'embedding0',
    units,
    inputs,
    weights,
    bias: new Float64Array(units),
    activation: 'linear',
  };
}

function diagonal({ name, units, scale, shift }: FloatScaleShift): FloatDense {
  const weights = new Float64Array(units * units);
  scale.forEach((s, j) => {
    weights[j * (units + 1)] = s;
  });
  return { type: 'dense', name, units, inputs: units, weights, bias: shift, activation: 'linear' };
}

const inputWeights = (layer: FloatRecurrent | FloatWeighted): Weights =>
  isWeighted(layer) ? layer.weights : layer.input;
const withInputWeights = <L extends FloatRecurrent | FloatWeighted>(layer: L, weights: Weights): L =>
  isWeighted(layer) ? { ...layer, weights } : { ...layer, input: weights };

/** slope x + 1/2 = x' / 4 + 1/2 for x' = 4 slope x: rows of the gates, biases and all, times 4 slope. */
function withRnnqGates(layer: FloatRecurrent, notes: string[]): FloatRecurrent {
  const { type, units, gateActivation, inputs } = layer;
  if (typeof gateActivation === 'string' || gateActivation.offset !== HARD.offset) return layer;
  if (gateActivation.slope === HARD.slope || type === 'rnn') return layer;
  const factor = 4 * gateActivation.slope;
  const candidate = { gru: 2, lstm: 2 }[type];
  const scaled = (values: Float64Array, cols: number): Float64Array =>
    values.map((value, k) => (Math.floor(k / (cols * units)) === candidate ? value : value * factor));
  notes.push(`${layer.name}: rows of gates times ${Number(factor.toPrecision(6))}, for the slope of the hard sigmoid`);
  return {
    ...layer,
    input: scaled(layer.input, inputs),
    recurrent: scaled(layer.recurrent, units),
    inputBias: scaled(layer.inputBias, 1),
    recurrentBias: scaled(layer.recurrentBias, 1),
    gateActivation: HARD,
  };
}

/** Whether gates are rnnq's hard sigmoids. */
export const isHard = (activation: FloatActivation): boolean =>
  typeof activation !== 'string' && activation.slope === HARD.slope && activation.offset === HARD.offset;

/** Activations that the layers of rnnq have. */
const CELL_ACTIVATIONS: Readonly<Record<FloatRecurrent['type'], readonly FloatActivation[]>> = {
  rnn: ['tanh', 'relu'],
  gru: ['tanh', 'relu'],
  lstm: ['tanh', 'relu'],
};
const DENSE_ACTIVATIONS: Readonly<Record<'inner' | 'last', readonly FloatActivation[]>> = {
  inner: ['linear', 'relu', 'tanh', 'sigmoid'],
  last: ['linear', 'relu'],
};

function problemOf(at: string, layer: FloatLayer, last: boolean): Diagnostic | undefined {
  if ('window' in layer && last && !(isWeighted(layer) && isApart(layer)))
    return importLayer(
      at,
      `${layer.type} as the last layer`,
      'put a dense layer behind it, or take the layers up to one',
    );
  if (isWeighted(layer)) {
    const place = last ? 'last' : 'inner';
    const possible = DENSE_ACTIVATIONS[place];
    if (possible.includes(layer.activation)) return undefined;
    const hint = `train it with ${possible.map(activationName).join(' or ')}`;
    const what = layer.type === 'dense' || last ? `the ${place} dense layer` : 'a convolution';
    return importActivation(at, activationName(layer.activation), `for ${what}`, hint);
  }
  if (layer.type === 'pool' || layer.type === 'repeat') return undefined;
  if (layer.type === 'scaleShift' || layer.type === 'embedding') {
    const { type, inputs, units } = layer;
    const size = Math.max(inputs, units) ** 2;
    if (size > MAX_WEIGHTS)
      return importValue(
        at,
        `is a ${type} of ${inputs} x ${units}, which would become a matrix of more weights`,
        `rnnq reads at most ${MAX_WEIGHTS}`,
      );
  }
  if (!isRecurrent(layer)) return importLayer(at, layer.type, 'put it in front of a recurrent or dense layer');
  const { type, activation, gateActivation } = layer;
  if (!CELL_ACTIVATIONS[type].includes(activation)) {
    const hint = `train it with ${CELL_ACTIVATIONS[type].map(activationName).join(' or ')}`;
    return importActivation(at, activationName(activation), `as the activation of a ${type}`, hint);
  }
  if (GATE_COUNTS[type] === 1 || gateActivation === 'sigmoid' || isHard(gateActivation)) return undefined;
  return importActivation(
    at,
    activationName(gateActivation),
    `for the gates of a ${type}`,
    'train it with sigmoid gates',
  );
}
