import type { InputScaling } from '../ir/model.js';
import { chooseScaleShiftFraction } from '../quantizers/fractions.js';
import type { RealDense, RealLayer, RealNetwork } from '../quantizers/real-network.js';
import type { Task } from '../tasks/task.js';
import { CELLS } from './cells/index.js';
import type { DenseWeights } from './dense-weights.js';
import { DEPLOYED, type TrainedNetwork } from './network.js';
import type { CheckedTrainOptions } from './options.js';
import { type Ranges, rangesByKind } from './ranges.js';
import type { RecurrentWeights } from './recurrent-weights.js';
import { windowedDef, windowedNames } from './windowed/index.js';

export interface Calibration {
  /** Of every layer but the last: what its formats are chosen from. */
  readonly ranges: readonly Ranges[];
  readonly largestLogit: number;
}

export interface Description {
  readonly name: string;
  readonly input: InputScaling;
  readonly task?: RealNetwork['task'];
  readonly labels: readonly string[];
  readonly outputs?: RealNetwork['outputs'];
  readonly thresholds?: RealNetwork['thresholds'];
  readonly anomaly?: RealNetwork['anomaly'];
  readonly goldenInput: RealNetwork['goldenInput'];
  readonly training: RealNetwork['training'];
}

/** A threshold that every score reaches, until one is chosen (src/anomaly-threshold.ts). */
const LEAST_THRESHOLD = 2 ** -30;

/**
 * What the model says of its outputs: labels of classes, quantities, what is detected, from which logit on, or how anomalies
 * are found.
 */
export function outputsOf(
  task: Task,
  { smoothing = 5 }: Pick<CheckedTrainOptions, 'smoothing'>,
  thresholds?: readonly number[],
): Pick<Description, 'task' | 'labels' | 'outputs' | 'thresholds' | 'anomaly'> {
  const { name, labels, outputs, ahead } = task;
  if (ahead !== undefined)
    return { task: 'anomaly', labels: [], anomaly: { ahead, smoothing, threshold: LEAST_THRESHOLD } };
  if (name === 'regress') return { task: name, labels: [], ...(outputs !== undefined && { outputs }) };
  return name === 'detect' ? { task: name, labels, ...(thresholds && { thresholds }) } : { labels };
}

/** A trained network as real codes and scales, ready for buildModel. */
export function exportNetwork(
  network: TrainedNetwork,
  { ranges, largestLogit }: Calibration,
  description: Description,
): RealNetwork {
  const { layers } = network.effective(DEPLOYED);
  const { activationBits, tables } = network.options;
  const own = rangesByKind(ranges, network.options);
  const recurrent = network.layers.flatMap((weights, i): RealLayer[] => {
    const { inputScale, inputShift, inputBias, recurrentBias } = layers[i]!;
    const layer = exportLayer(weights, i, inputBias, recurrentBias, own.recurrent[i]!);
    if (inputScale === undefined) return [layer];
    const scaleShift: RealLayer = {
      type: 'scaleShift',
      name: `norm${i}`,
      units: inputScale.length,
      scale: Float64Array.from(inputScale),
      shift: Float64Array.from(inputShift!),
      outputFraction: chooseScaleShiftFraction(own.recurrent[i]!.scaleShift, activationBits),
    };
    return [scaleShift, layer];
  });
  return {
    ...description,
    activationBits,
    tables,
    layers: [
      ...exportWindowed(network, own.windowed),
      ...recurrent,
      ...exportHead(network, [...own.head.map(({ hidden }) => hidden), largestLogit]),
    ],
  };
}

function exportLayer(
  { shape, groups, scope }: RecurrentWeights,
  index: number,
  inputBias: Float32Array,
  recurrentBias: Float32Array,
  ranges: Ranges,
): RealLayer {
  const [input, recurrent] = groups.flatMap((group) => group.export());
  return CELLS[shape.cell].toReal({
    ...{ shape, name: `${shape.cell}${index}`, scope, input: input!, recurrent: recurrent!, ranges },
    inputBias: Float64Array.from(inputBias),
    recurrentBias: Float64Array.from(recurrentBias),
  });
}

const exportWindowed = ({ shape, windowed }: TrainedNetwork, ranges: readonly Ranges[]): RealLayer[] =>
  (shape.windowed ?? []).map((layer, i) => {
    const own = windowed[i]!;
    const activation = 'activation' in layer ? layer.activation : 'linear';
    const trained = own && exportDense(own, activation, ranges[i]!.hidden);
    return windowedDef(layer).toReal(layer, windowedNames(shape.windowed!)[i]!, trained);
  });

/** @param largest of the outputs of each dense layer */
const exportHead = ({ head, shape }: TrainedNetwork, largest: readonly number[]): RealDense[] =>
  head.map((layer, i) => exportDense(layer, shape.head?.[i]?.activation ?? 'linear', largest[i]!));

const exportDense = (
  { name, units, group, bias }: DenseWeights,
  activation: RealDense['activation'],
  largestOutput: number,
): RealDense => ({
  ...{ type: 'dense', name, units, activation, largestOutput },
  weights: group.export()[0]!,
  bias: Float64Array.from(bias.effective(DEPLOYED)),
});
