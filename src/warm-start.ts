import type { Dataset } from './data/dataset.js';
import { fail } from './diagnostics.js';
import { importWarmStart } from './importers/diagnostics.js';
import {
  type ActivationName,
  type FloatDense,
  type FloatNetwork,
  type FloatRecurrent,
  hasTwoBiases,
  isDense,
  isRecurrent,
} from './importers/float-network.js';
import type { Imported } from './importers/importer.js';
import { rewrite, withInput } from './importers/rewrite.js';
import { type CheckedTrainOptions, checkTrainOptions } from './train/options.js';

/** A network as a training starts from it. */
export interface WarmStart {
  readonly options: CheckedTrainOptions;
  /** By the names of a run's checkpoint. */
  readonly weights: ReadonlyMap<string, Float32Array>;
}

/**
 * The network of another tool as the trainer has networks: recurrent layers of one kind, and dense layers behind them, the last
 * one linear, for the scaling of these data.
 * @throws DiagnosticError import_warm_start where the trainer has no such network
 */
export function warmStart(path: string, imported: Imported, data: Dataset): WarmStart {
  const { network } = rewrite(path, imported.network);
  const { cells, head, output } = trainable(path, network);
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
    units: cells.map(({ units }) => units),
    head: head.map(({ units, activation }) => ({ units, activation: activation as ActivationName })),
    reset: first.reset,
    activation: first.activation === 'relu' ? 'relu' : 'tanh',
    activationBits: data.activationBits ?? 8,
    weights: { input: 'none', recurrent: 'none', dense: 'none' },
  });
  return { options, weights: weightsOf(trainable(path, forInput(network, data)), first) };
}

/** Refuses a network that the trainer lacks, before data are looked for. @throws DiagnosticError import_warm_start */
export const checkTrainable = (path: string, { network }: Imported): void =>
  void trainable(path, rewrite(path, network).network);

interface Trainable {
  readonly cells: readonly FloatRecurrent[];
  /** Dense layers between them and the output. */
  readonly head: readonly FloatDense[];
  readonly output: FloatDense;
}

function trainable(path: string, { layers, input }: FloatNetwork): Trainable {
  const cells = layers.filter(isRecurrent);
  const dense = layers.slice(cells.length);
  const output = dense.at(-1);
  const refuse = (why: string): never => fail(importWarmStart(path, why));
  if (output === undefined || !dense.every(isDense) || !isDense(output) || output.activation !== 'linear')
    return refuse(`it is ${layers.map(({ type }) => type).join(', ')}`);
  const kinds = new Set(cells.map(({ type, activation, reset }) => `${type} ${activation} ${reset}`));
  if (kinds.size !== 1) return refuse('its recurrent layers are of different kinds');
  if (cells.some(({ gateActivation }) => gateActivation !== 'sigmoid')) return refuse('its gates are hard sigmoids');
  if (input.encoding === 'symbols') return refuse('it reads symbols of its own alphabet');
  return { cells, head: dense.slice(0, -1), output };
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

function weightsOf({ cells, head, output }: Trainable, first: FloatRecurrent): ReadonlyMap<string, Float32Array> {
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
  const dense = [...head, output].flatMap(({ weights, bias }, i): [string, Float64Array][] => {
    const name = i < head.length ? `head${i}` : 'dense';
    return [
      [`${name}/weights`, weights],
      [`${name}/bias`, bias],
    ];
  });
  const all = [...own, ...dense];
  return new Map(all.map(([name, values]) => [name, Float32Array.from(values)]));
}
