import { badValue, fail } from '../diagnostics.js';
import { inputCodes } from '../ir/input-codes.js';
import { ACTIVATION_FORMATS, type ActivationBits, type Codes, type InputScaling } from '../ir/model.js';
import { inputRange, syntheticSequences } from './calibrate.js';
import { type FloatNetwork, stepWidth } from './float-network.js';
import { type Affine, repeatOf } from './reconstruction.js';
import type { Recorded, RecordedInput } from './recorded-input.js';
import { withInput } from './rewrite.js';

/** What the network reads, and from what its formats are chosen. */
export interface InputWishes {
  /** Recorded input, or the range of random input. */
  readonly data: RecordedInput | readonly [low: number, high: number];
  /** The network reads (v - offset) * scale of the data's values v: one number, or one for each feature. */
  readonly inputOffset?: readonly number[] | undefined;
  readonly inputScale?: readonly number[] | undefined;
}

/** Room above the largest input of the calibration data; what is not normal may lie well beyond what is. */
const INPUT_MARGIN = 1.1;
const ANOMALY_MARGIN = 2;

/** Whether the first layer fills a window with zeros in front of its input. */
const readsZeros = ({ layers: [first] }: FloatNetwork): boolean =>
  first !== undefined && 'window' in first && first.first < first.window;

/** Values of the data, values of the network and codes of the model. */
export class ImportedInput {
  readonly notes: string[] = [];
  readonly width: number;
  readonly #offset: Float64Array;
  readonly #scale: Float64Array;

  constructor(
    readonly network: FloatNetwork,
    readonly wishes: InputWishes,
  ) {
    const { window } = network.input;
    this.width = stepWidth(network.input);
    const spread = (option: string, given: readonly number[] | undefined, otherwise: number): Float64Array => {
      if (given !== undefined && given.length !== 1 && given.length !== this.width)
        fail(badValue(option, `has ${given.length} values, 1 or ${this.width} are needed`));
      return Float64Array.from({ length: this.width }, (_, i) => given?.[i % given.length] ?? otherwise);
    };
    this.#offset = spread('--input-offset', wishes.inputOffset, 0);
    this.#scale = spread('--input-scale', wishes.inputScale, 1);
    const repeat = repeatOf(network);
    if (repeat !== undefined)
      this.notes.push(
        `windows of ${repeat.steps} steps, one behind the other, are given back ${repeat.steps - 1} steps later; a reset begins a window`,
      );
    else if (window !== null)
      this.notes.push(
        `the source has sequences of ${window} steps: reset the network before each, and take its output after ${window} steps`,
      );
  }

  recorded(): Omit<RecordedInput, 'source'> {
    const { data } = this.wishes;
    if ('source' in data) return data;
    this.notes.push(`formats were chosen from random input between ${data[0]} and ${data[1]}, which is only a guess`);
    const random = syntheticSequences(this.network, data).map((values) => ({ values, labels: [] }));
    return { calibration: random, test: random, labels: [] };
  }

  /** What the network reads where the data have v. */
  toNetwork(values: Float64Array): Float64Array {
    if (this.network.input.encoding === 'symbols') return values;
    return values.map((v, k) => (v - this.#offset[k % this.width]!) * this.#scale[k % this.width]!);
  }

  /** The real value of the model's code where the data have v. */
  toCodes(values: Float64Array, { offset, scale }: InputScaling): Float64Array {
    if (this.network.input.encoding === 'symbols') return values;
    return values.map((v, k) => (v - offset[k % this.width]!) * scale[k % this.width]!);
  }

  /** Codes over the range of the calibration data. */
  scaling(calibration: readonly Recorded[], bits: ActivationBits): InputScaling {
    const { size, encoding } = this.network.input;
    const fraction = ACTIVATION_FORMATS[bits].unitFraction;
    if (encoding === 'symbols') return { size, encoding: 'one-hot', fraction, offset: [0], scale: [1] };
    const { low, high } = inputRange(
      calibration.map(({ values }) => values),
      size,
    );
    // zeros that fill a window are the network's, and must be the code 0
    const zeros = readsZeros(this.network);
    const offset = Array.from(low, (least, i) => Math.fround(zeros ? this.#offset[i]! : (least + high[i]!) / 2));
    const scale = Array.from(low, (least, i) => {
      const reach = zeros ? 2 * Math.max(high[i]! - offset[i]!, offset[i]! - least) : high[i]! - least;
      const half = (INPUT_MARGIN * reach) / 2;
      return half > 1e-30 ? Math.fround(1 / half) : 1;
    });
    if (repeatOf(this.network) === undefined) return { size, fraction, offset, scale };
    // squares of all features are summed up: one scale in the units of the network, so that errors are those of the file
    const half = low.reduce(
      (most, least, i) => Math.max(most, ((high[i]! - least) / 2) * Math.abs(this.#scale[i]!)),
      0,
    );
    const unit = half > 1e-30 ? 1 / (ANOMALY_MARGIN * half) : 1;
    return { size, fraction, offset, scale: Array.from(this.#scale, (own) => Math.fround(unit * Math.abs(own))) };
  }

  /** The network for u = (v - offset) * scale of the model's codes. */
  readBy(network: FloatNetwork, scaling: InputScaling): FloatNetwork {
    if (network.input.encoding === 'symbols') return network;
    const { gain, shift } = this.affine(scaling);
    // zeros stay zeros, but for the rounding of the offset to float32
    return withInput(network, gain, readsZeros(network) ? new Float64Array(gain.length) : shift);
  }

  /** What the network reads of the real values of the model's codes. */
  affine({ offset, scale }: InputScaling): Affine {
    return {
      gain: this.#scale.map((s, i) => s / scale[i]!),
      shift: this.#scale.map((s, i) => (offset[i]! - this.#offset[i]!) * s),
    };
  }

  codes(values: Float64Array, scaling: InputScaling, bits: ActivationBits): Codes {
    return scaling.encoding === 'one-hot' ? Int16Array.from(values) : inputCodes(values, scaling, bits);
  }
}
