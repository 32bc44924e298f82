import { chooseFraction } from '../fixed/formats.js';
import type { InputScaling } from '../ir/model.js';
import type { RealDense, RealLayer, RealNetwork } from '../quantizers/build-model.js';
import type { TrainedNetwork } from './network.js';

/** Default fraction bits of an LSTM's cell state: +-16, no saturation seen in practice. */
export const DEFAULT_CELL_FRACTION = 11;

/** Fraction bits of a cell state that reaches `largest`. */
export const chooseCellFraction = (largest: number): number =>
  Math.max(4, Math.min(DEFAULT_CELL_FRACTION, chooseFraction(largest, 16)));

export interface Calibration {
  readonly cellFractions: readonly number[];
  readonly largestLogit: number;
}

export interface Description {
  readonly name: string;
  readonly input: InputScaling;
  readonly labels: readonly string[];
  readonly goldenInput: Int8Array;
  readonly training: RealNetwork['training'];
}

/** A trained network as real codes and scales, ready for buildModel. */
export function exportNetwork(
  network: TrainedNetwork,
  calibration: Calibration,
  description: Description,
): RealNetwork {
  network.effective();
  const layers = network.shape.layers.map(({ cell, units }, i): RealLayer => {
    const shared = { name: `${cell}${i}`, units, ...network.weights[i]!.export() };
    const { input, recurrent } = network.biases[i]!;
    if (cell === 'lstm')
      return { type: cell, ...shared, bias: Float64Array.from(input), cellFraction: calibration.cellFractions[i]! };
    return { type: cell, ...shared, inputBias: Float64Array.from(input), recurrentBias: Float64Array.from(recurrent) };
  });
  return { ...description, layers: [...layers, exportHead(network, calibration.largestLogit)] };
}

function exportHead({ head, headBias, shape }: TrainedNetwork, largestOutput: number): RealDense {
  const bias = Float64Array.from(headBias);
  return {
    type: 'dense',
    name: 'dense',
    units: shape.outputs,
    activation: 'linear',
    ...head.export(),
    bias,
    largestOutput,
  };
}
