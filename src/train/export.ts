import { chooseFraction } from '../fixed/formats.js';
import type { InputScaling } from '../ir/model.js';
import type { RealDense, RealLayer, RealMatrix, RealNetwork } from '../quantizers/build-model.js';
import { s8 } from '../quantizers/s8.js';
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

/** The head has 8-bit weights; with shift scales its codes are chosen for a power of two. */
function exportHead({ head, shape, options }: TrainedNetwork, largestOutput: number): RealDense {
  const [rows, cols] = [shape.outputs, shape.layers.at(-1)!.units];
  const rowScale = options.method === 'none' ? 'multiplier' : options.rowScale;
  const quantized = s8.quantize(head.weights, rows, cols);
  const weights: RealMatrix = {
    format: 's8',
    rows,
    cols,
    ...(rowScale === 'shift' ? toPowerOfTwo(head.weights, quantized, cols) : quantized),
  };
  const bias = Float64Array.from(head.bias);
  return { type: 'dense', name: 'dense', units: rows, activation: 'linear', rowScale, weights, bias, largestOutput };
}

function toPowerOfTwo(weights: Float32Array, { scales }: { scales: Float64Array }, cols: number) {
  const powers = scales.map((s) => 2 ** Math.ceil(Math.log2(s)));
  const codes = Int8Array.from(weights, (w, i) => Math.floor(w / powers[Math.floor(i / cols)]! + 0.5));
  return { codes, scales: powers };
}
