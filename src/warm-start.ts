import type { Dataset } from './data/dataset.js';
import { fail } from './diagnostics.js';
import { importWarmStart } from './importers/diagnostics.js';
import {
  type ActivationName,
  type FloatConv1d,
  type FloatDense,
  type FloatNetwork,
  type FloatPool,
  type FloatRecurrent,
  hasTwoBiases,
  isDense,
  isRecurrent,
  isWeighted,
  isWindowed,
} from './importers/float-network.js';
import type { Imported } from './importers/importer.js';
import { rewrite, withInput } from './importers/rewrite.js';
import { type CheckedTrainOptions, checkTrainOptions } from './train/options.js';
import { windowedNames } from './train/windowed/index.js';
import type { WindowedOption } from './train/windowed/windowed.js';

/** A network as a training starts from it. */
export interface WarmStart {
  readonly options: CheckedTrainOptions;
  /** By the names of a run's checkpoint. */
  readonly weights: ReadonlyMap<string, Float32Array>;
}

/**
 * The network of another tool as the trainer has networks: convolutions and pools, recurrent layers of one kind, and dense layers
 * behind them, the last one linear, for the scaling of these data.
 * @throws DiagnosticError import_warm_start where the trainer has no such network
 */
export function warmStart(path: string, imported: Imported, data: Dataset): WarmStart {
  const { network } = rewrite(path, imported.network);
  const { windowed, cells, head, output } = trainable(path, network);
  if (output.units !== data.task.labels.length || network.input.size !== data.input.size)
    fail(
      importWarmStart(
        path,
        `it reads ${network.input.size} values and gives ${output.units}, the data have ${data.input.size} and ${data.task.labels.length}`,
      ),
    );
  const [first] = cells as readonly [FloatRecurrent];
  const options = checkTrainOptions({
    cell: first.type,
    conv: windowed.map(optionOf),
    units: cells.map(({ units }) => units),
    head: head.map(({ units, activation }) => ({ units, activation: activation as ActivationName })),
    reset: first.reset,
    activation: first.activation === 'relu' ? 'relu' : 'tanh',
    activationBits: data.activationBits ?? 8,
    weights: { input: 'none', recurrent: 'none', dense: 'none' },
  });
  const scaled = forInput(network, data);
  if (scaled.layers.length > network.layers.length)
    fail(
      importWarmStart(path, 'zeros fill the first windows of its convolution, which are no zeros of data with offsets'),
    );
  return { options, weights: weightsOf(trainable(path, scaled), first) };
}

/** Refuses a network that the trainer lacks, before data are looked for. @throws DiagnosticError import_warm_start */
export const checkTrainable = (path: string, { network }: Imported): void =>
  void trainable(path, rewrite(path, network).network);

interface Trainable {
  /** In front of the recurrent layers. */
  readonly windowed: readonly (FloatConv1d | FloatPool)[];
  readonly cells: readonly FloatRecurrent[];
  /** Dense layers between them and the output. */
  readonly head: readonly FloatDense[];
  readonly output: FloatDense;
}

function trainable(path: string, { layers, input }: FloatNetwork): Trainable {
  const refuse = (why: string): never => fail(importWarmStart(path, why));
  const cells = layers.filter(isRecurrent);
  const first = layers.findIndex((layer) => !isWindowed(layer));
  const windowed = layers.slice(0, first).filter(isWindowed);
  const dense = layers.slice(windowed.length + cells.length);
  const output = dense.at(-1);
  if (windowed.length > 0 && !isWeighted(windowed[0])) return refuse('its first layer is a pooling');
  for (const layer of windowed) checkWindow(layer, refuse);
  if (output === undefined || !dense.every(isDense) || !isDense(output) || output.activation !== 'linear')
    return refuse(`it is ${layers.map(({ type }) => type).join(', ')}`);
  const kinds = new Set(cells.map(({ type, activation, reset }) => `${type} ${activation} ${reset}`));
  if (kinds.size !== 1) return refuse('its recurrent layers are of different kinds');
  if (cells.some(({ gateActivation }) => gateActivation !== 'sigmoid')) return refuse('its gates are hard sigmoids');
  if (input.encoding === 'symbols') return refuse('it reads symbols of its own alphabet');
  return { windowed, cells, head: dense.slice(0, -1), output };
}

/** The trainer's windows are full from the first output on, or filled with zeros by all but one input. */
function checkWindow(layer: FloatConv1d | FloatPool, refuse: (why: string) => never): void {
  const { name, window, first, keeps } = layer;
  if (keeps !== undefined) refuse(`${name} is of all steps`);
  if (first !== window && !(first === 1 && isWeighted(layer)))
    refuse(`the first output of ${name} comes with input ${first} of ${window}`);
}

/** A layer as the option --conv has it. */
function optionOf(layer: FloatConv1d | FloatPool): WindowedOption {
  const { window, stride } = layer;
  if (!isWeighted(layer)) return { type: layer.type, function: layer.function, window, stride };
  const { units, activation, first } = layer;
  const padding = first === window ? 'valid' : 'causal';
  return { type: layer.type, units, window, stride, activation: activation as ActivationName, padding };
}

/** For u = (v - offset) scale of the data's values v, which the network reads as they are. */
function forInput(network: FloatNetwork, { input }: Dataset): FloatNetwork {
  const at = (list: readonly number[]): Float64Array =>
    Float64Array.from({ length: input.size }, (_, i) => list[i % list.length]!);
  return withInput(
    network,
    at(input.scale).map((scale) => 1 / scale),
    at(input.offset),
  );
}

function weightsOf(
  { windowed, cells, head, output }: Trainable,
  first: FloatRecurrent,
): ReadonlyMap<string, Float32Array> {
  const { type } = first;
  const apart = hasTwoBiases(first);
  const own = cells.flatMap((cell, i): [string, Float64Array][] => {
    const { input, recurrent, inputBias, recurrentBias } = cell;
    const bias = inputBias.map((b, j) => b + recurrentBias[j]!);
    return [
      [`${type}${i}/input`, input],
      [`${type}${i}/recurrent`, recurrent],
      [`${type}${i}/inputBias`, apart ? inputBias : bias],
      ...(apart ? [[`${type}${i}/recurrentBias`, recurrentBias] as [string, Float64Array]] : []),
    ];
  });
  const names = windowedNames(windowed);
  const front = windowed.flatMap((layer, i): [string, Float64Array][] =>
    isWeighted(layer)
      ? [
          [`${names[i]}/weights`, layer.weights],
          [`${names[i]}/bias`, layer.bias],
        ]
      : [],
  );
  const dense = [...head, output].flatMap(({ weights, bias }, i): [string, Float64Array][] => {
    const name = i < head.length ? `head${i}` : 'dense';
    return [
      [`${name}/weights`, weights],
      [`${name}/bias`, bias],
    ];
  });
  const all = [...front, ...own, ...dense];
  return new Map(all.map(([name, values]) => [name, Float32Array.from(values)]));
}
