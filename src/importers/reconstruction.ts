import { dataNothingNormal } from '../data/diagnostics.js';
import { normalLabels } from '../data/targets/inputs.js';
import { type Diagnostic, fail } from '../diagnostics.js';
import { MAX_AHEAD } from '../fixed/anomaly-score.js';
import type { Codes } from '../ir/model.js';
import { lengthened } from '../ir/reconstruction.js';
import { importDecoder } from './diagnostics.js';
import {
  type FloatLayer,
  type FloatNetwork,
  type FloatRepeat,
  type Head,
  isDense,
  isRecurrent,
  scaledRows,
  stepWidth,
} from './float-network.js';
import type { Recorded, RecordedInput } from './recorded-input.js';

/** The layer that repeats the last vector of a window; undefined: the network gives no windows back (N17). */
export const repeatOf = ({ layers }: Pick<FloatNetwork, 'layers'>): FloatRepeat | undefined =>
  layers.find((layer): layer is FloatRepeat => layer.type === 'repeat');

/** What is wrong with a layer that repeats the last vector of these layers; null: nothing. */
export function repeatProblem(
  at: string,
  { steps }: Pick<FloatRepeat, 'steps'>,
  layers: readonly FloatLayer[],
): Diagnostic | null {
  if (!(Number.isInteger(steps) && steps >= 2 && steps <= MAX_AHEAD))
    return importDecoder(at, `repeats a vector ${steps} times, 2 to ${MAX_AHEAD} are possible`);
  if (repeatOf({ layers })) return importDecoder(at, 'is the second one of the network');
  if (!layers.some(isRecurrent)) return importDecoder(at, 'has no recurrent layer in front of it');
  return null;
}

/** Why a network with a decoder does not give back the windows that it reads; null: it does, or has none. */
export function reconstructionProblem(
  path: string,
  layers: readonly FloatLayer[],
  { head, everyStep, window }: { readonly head: Head; readonly everyStep: boolean; readonly window: number | null },
): Diagnostic | null {
  const repeat = repeatOf({ layers });
  if (repeat === undefined) return null;
  const [first, last] = [layers[0]!, layers.at(-1)!];
  const say = (reason: string): Diagnostic => importDecoder(path, reason);
  if (window !== null && window !== repeat.steps)
    return say(`it reads windows of ${window} steps and gives ${repeat.steps}: a forecast`);
  if (first.type === 'embedding') return say('it reads symbols');
  const windowed = layers.find((layer) => 'window' in layer);
  if (windowed !== undefined) return say(`${windowed.name} looks at several steps`);
  if (!layers.slice(layers.indexOf(repeat)).some(isRecurrent)) return say('no recurrent layer gives the window back');
  if (!everyStep) return say('it gives an output after the last step alone');
  if (!isDense(last) || last.activation !== 'linear' || head !== 'linear')
    return say(`its last layer is ${isDense(last) ? 'not linear' : `a ${last.type}`}`);
  if (last.units !== first.inputs) return say(`it gives ${last.units} values for the ${first.inputs} of a time step`);
  return null;
}

/** How values x of a network are values u of its input codes: x = gain u + shift, feature by feature. */
export interface Affine {
  readonly gain: Float64Array;
  readonly shift: Float64Array;
}

/** The network that gives back u where it gave back x. */
export function inCodes(network: FloatNetwork, { gain, shift }: Affine): FloatNetwork {
  const last = network.layers.at(-1);
  if (!isDense(last)) return network;
  const scaled = scaledRows(last, {
    scale: gain.map((own) => 1 / own),
    shift: shift.map((own, i) => -own / gain[i]!),
  });
  return { ...network, layers: [...network.layers.slice(0, -1), scaled] };
}

/** Rows that a network gives back as u, as x. */
export const inValues = (rows: readonly ArrayLike<number>[], { gain, shift }: Affine): number[][] =>
  rows.map((row) => Array.from(row, (value, i) => value * gain[i]! + shift[i]!));

/** A sequence as long as it takes until the last whole window is given back; of other networks as it is. */
export function wholeWindows<A extends Float64Array | Codes>(values: A, network: FloatNetwork): A {
  const repeat = repeatOf(network);
  return repeat === undefined ? values : lengthened(values, stepWidth(network.input), repeat.steps);
}

/** Mean squared errors of what the file and fixed point give back. */
export interface Reconstruction {
  readonly windows: number;
  readonly float: number;
  readonly fixed: number;
}

/** Sums up how far windows are from what is given back of them. */
export class ReconstructionErrors {
  #rows = 0;
  #size = 1;
  #sums = { float: 0, fixed: 0, reversed: 0 };

  constructor(readonly steps: number) {}

  /** @param x the sequence, of whose first steps there is a row each */
  note(x: Float64Array, float: readonly ArrayLike<number>[], fixed: readonly ArrayLike<number>[]): void {
    const { steps } = this;
    float.forEach((row, t) => {
      this.#size = row.length;
      const mirrored = t - (t % steps) + steps - 1 - (t % steps);
      for (let j = 0; j < row.length; j++) {
        const own = x[t * row.length + j]!;
        this.#sums.float += (row[j]! - own) ** 2;
        this.#sums.fixed += (fixed[t]![j]! - own) ** 2;
        this.#sums.reversed += (row[j]! - x[mirrored * row.length + j]!) ** 2;
      }
    });
    this.#rows += float.length;
  }

  /** Whether the file gives windows back from their end: that is much nearer to them. */
  get isReversed(): boolean {
    return 2 * this.#sums.reversed < this.#sums.float;
  }

  result(): Reconstruction {
    const values = this.#rows * this.#size;
    return { windows: this.#rows / this.steps, float: this.#sums.float / values, fixed: this.#sums.fixed / values };
  }
}

/**
 * Flags of steps that are no anomalies, as a threshold of anomalies is chosen from (src/anomaly-threshold.ts).
 * @throws DiagnosticError data_nothing_normal
 */
export function normalSteps(
  path: string,
  { calibration, normal }: Pick<RecordedInput, 'calibration' | 'normal'>,
  codesOf: (recorded: Recorded) => Codes,
  size: number,
) {
  const names = normalLabels(normal);
  const isNormal = ({ labels }: Recorded, t: number): boolean => names.has(labels[labels.length === 1 ? 0 : t] ?? '');
  const found = new Set(calibration.flatMap(({ labels }) => (labels.length === 0 ? [''] : labels)));
  if (![...found].some((label) => names.has(label)))
    fail(
      dataNothingNormal(
        path,
        [...found].sort(),
        [...names].filter((name) => name !== ''),
      ),
    );
  return {
    sequences: calibration.map(codesOf),
    targets: calibration.map((recorded) => {
      const rows = new Float32Array((recorded.values.length / size) * (size + 1));
      for (let t = 0; t < recorded.values.length / size; t++)
        rows[t * (size + 1) + size] = Number(!isNormal(recorded, t));
      return rows;
    }),
  };
}
