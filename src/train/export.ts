import type { InputScaling } from '../ir/model.js';
import { chooseScaleShiftFraction } from '../quantizers/fractions.js';
import type { RealDense, RealLayer, RealNetwork } from '../quantizers/real-network.js';
import type { Task } from '../tasks/task.js';
import { CELLS } from './cells/index.js';
import { DEPLOYED, type TrainedNetwork } from './network.js';
import type { CheckedTrainOptions } from './options.js';
import type { Ranges } from './ranges.js';
import type { RecurrentWeights } from './recurrent-weights.js';

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
  const recurrent = network.layers.flatMap((weights, i): RealLayer[] => {
    const { inputScale, inputShift, inputBias, recurrentBias } = layers[i]!;
    const layer = exportLayer(weights, i, inputBias, recurrentBias, ranges[i]!);
    if (inputScale === undefined) return [layer];
    const scaleShift: RealLayer = {
      type: 'scaleShift',
      name: `norm${i}`,
      units: inputScale.length,
      scale: Float64Array.from(inputScale),
      shift: Float64Array.from(inputShift!),
      outputFraction: chooseScaleShiftFraction(ranges[i]!.scaleShift, activationBits),
    };
    return [scaleShift, layer];
  });
  return {
    ...description,
    activationBits,
    tables,
    layers: [...recurrent, ...exportHead(network, ranges, largestLogit)],
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

function exportHead(
  { head, shape, layers }: TrainedNetwork,
  ranges: readonly Ranges[],
  largestLogit: number,
): RealDense[] {
  return head.map(({ name, units, group, bias }, i) => ({
    ...{ type: 'dense', name, units },
    activation: shape.head?.[i]?.activation ?? 'linear',
    weights: group.export()[0]!,
    bias: Float64Array.from(bias.effective(DEPLOYED)),
    largestOutput: i === head.length - 1 ? largestLogit : ranges[layers.length + i]!.hidden,
  }));
}
