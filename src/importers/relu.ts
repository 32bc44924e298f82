import { chooseReluFraction } from '../quantizers/fractions.js';
import type { LayerRange } from './calibrate.js';
import { type FloatLayer, type FloatNetwork, isRecurrent } from './float-network.js';
import { FloatRun, type Kind } from './float-run.js';

/** Largest share of the values of the calibration data that may saturate. */
export const MAX_SATURATED = 0.001;
/** Largest codes (N13). */
const MAX_CODES: Readonly<Record<Kind, number>> = { output: 32767, cell: 32767, candidate: 32767, reset: 65535 };

/** Whether the values of a layer have no limit but their format: relu in a GRU or an LSTM. */
export const isUnbounded = (layer: FloatLayer): boolean =>
  isRecurrent(layer) && layer.type !== 'rnn' && layer.activation === 'relu';

/** Fraction bits of the state of such a layer. */
export const reluFraction = ({ output, cell, candidate, reset }: LayerRange): number =>
  chooseReluFraction(Math.max(output, cell, candidate, reset / 2));

/** What of a layer does not fit its format. */
export interface Saturation {
  readonly name: string;
  readonly fraction: number;
  /** The largest value that the format holds, and the largest that was met. */
  readonly limit: number;
  readonly largest: number;
  readonly saturated: number;
  readonly values: number;
}

/** Counts, of every layer of relu, the values of sequences that its format cannot hold. */
export function countSaturated(
  network: FloatNetwork,
  ranges: readonly LayerRange[],
  sequences: readonly Float64Array[],
): Saturation[] {
  const fractions = network.layers.map((layer, i) => (isUnbounded(layer) ? reluFraction(ranges[i]!) : null));
  if (fractions.every((fraction) => fraction === null)) return [];
  const counts = network.layers.map(() => ({ saturated: 0, values: 0, largest: 0 }));
  const run = new FloatRun(network, (layer, kind, values) => {
    const fraction = fractions[layer]!;
    if (fraction === null) return;
    const limit = MAX_CODES[kind] * 2 ** -fraction;
    const count = counts[layer]!;
    for (const value of values) {
      if (Math.abs(value) > limit) count.saturated++;
      if (kind !== 'reset') count.largest = Math.max(count.largest, Math.abs(value));
    }
    count.values += values.length;
  });
  for (const sequence of sequences) run.run(sequence);
  return fractions.flatMap((fraction, i) =>
    fraction === null
      ? []
      : { name: network.layers[i]!.name, fraction, limit: MAX_CODES.output * 2 ** -fraction, ...counts[i]! },
  );
}

/** `lstm0: relu with 4 fraction bits, values up to 2048; 0 of 12800 values of the calibration data saturate` */
export const saturationNote = ({ name, fraction, limit, saturated, values }: Saturation): string =>
  `${name}: relu with ${fraction} fraction bits, values up to ${Math.round(limit)}; ${saturated} of ${values} values of the calibration data saturate`;
