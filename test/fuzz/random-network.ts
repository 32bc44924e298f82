import { xorshift } from '../../src/interpreter/golden.js';
import type { FormatName, Model } from '../../src/ir/model.js';
import { buildModel, type RealLayer, type RealMatrix, type RealNetwork } from '../../src/quantizers/build-model.js';
import { QUANTIZERS } from '../../src/quantizers/index.js';

/** Seeded draws for random networks. */
export class Draw {
  readonly #next: () => number;
  constructor(seed: number) {
    this.#next = xorshift(Math.imul(seed + 1, 0x9e3779b1));
    for (let i = 0; i < 8; i++) this.#next();
  }
  /** Uniform integer of [low, high]. */
  integer(low: number, high: number): number {
    return low + (this.#next() % (high - low + 1));
  }
  /** Uniform real of [low, high). */
  real(low: number, high: number): number {
    return low + ((high - low) * this.#next()) / 2 ** 24;
  }
  pick<T>(...choices: readonly T[]): T {
    return choices[this.integer(0, choices.length - 1)]!;
  }
}

/** Real scale of a row such that the pre-activation of random inputs has about `spread` standard deviation. */
function rowScale(draw: Draw, magnitudeOfCodes: number, cols: number, spread: number): number {
  const typical = magnitudeOfCodes * Math.sqrt(cols) * 0.5;
  return Math.min((spread / typical) * 2 ** draw.real(-0.5, 0.5), 2);
}

function matrix(draw: Draw, format: FormatName, rows: number, cols: number, spread: number): RealMatrix {
  const { largest } = QUANTIZERS[format];
  const zeros = draw.pick(0, 0.33, 0.5, 0.9, 1) === 1 && draw.integer(0, 9) === 0 ? 1 : draw.pick(0, 0.33, 0.5, 0.9);
  const codes = Int8Array.from({ length: rows * cols }, () => {
    if (draw.real(0, 1) < zeros) return 0;
    const magnitude = draw.integer(0, 7) === 0 ? largest : draw.integer(1, largest);
    return draw.pick(-magnitude, magnitude);
  });
  const scales = Float64Array.from({ length: rows }, () => rowScale(draw, largest * 0.6, cols, spread));
  return { format, rows, cols, codes, scales };
}

const bias = (draw: Draw, length: number, spread: number): Float64Array =>
  Float64Array.from({ length }, () => (draw.integer(0, 3) === 0 ? 0 : draw.real(-spread, spread)));

export interface RandomNetwork {
  readonly model: Model;
  readonly description: string;
}

/** A random network: 1 to 3 layers, sizes 1 to 70, every cell, format, scale form and scope. */
export function randomNetwork(seed: number): RandomNetwork {
  const draw = new Draw(seed);
  const size = () => draw.pick(draw.integer(1, 9), draw.integer(1, 70), draw.pick(1, 2, 3, 4, 63, 64, 65, 70));
  const format = () => draw.pick<FormatName>('ternary', 'ternary', 's8');
  const rowScaleKind = () => draw.pick<'shift' | 'multiplier'>('shift', 'multiplier');
  const spread = draw.pick(0.3, 1, 1, 2, 8);
  let inputs = size();
  const inputFraction = draw.pick(7, 7, 5, 3);
  const input = { size: inputs, fraction: inputFraction, offset: [0], scale: [1] };
  let fraction = inputFraction;
  const layers: RealLayer[] = [];
  const recurrent = draw.pick(1, 1, 2);
  if (draw.integer(0, 5) === 0) addDense(false);
  for (let i = 0; i < recurrent; i++) {
    addRecurrent(i);
    if (i + 1 < recurrent && draw.integer(0, 3) === 0) addDense(false);
  }
  if (draw.integer(0, 5) > 0) {
    if (draw.integer(0, 4) === 0) addDense(false);
    addDense(true);
  }
  const goldenInput = Int8Array.from({ length: inputs0(input.size) }, () => draw.integer(-127, 127));
  const network: RealNetwork = { name: `net${seed}`, input, layers, labels: [], goldenInput, training: { seed } };
  const description = layers.map((l) => `${l.type} ${l.units}`).join(', ');
  return { model: buildModel(network), description: `seed ${seed}: ${input.size} -> ${description}` };

  function inputs0(n: number): number {
    return n * draw.integer(1, 6);
  }

  function addDense(last: boolean): void {
    const units = last ? draw.integer(1, 20) : size();
    const weights = matrix(draw, format(), units, inputs, spread);
    layers.push({
      type: 'dense',
      name: `dense${layers.length}`,
      units,
      activation: draw.pick('linear', 'relu'),
      rowScale: rowScaleKind(),
      weights,
      bias: bias(draw, units, spread),
      largestOutput: spread * draw.pick(0.5, 2, 4),
    });
    inputs = units;
    // an inner dense layer chooses its own fraction; a joint scope cannot follow it
    fraction = -1;
  }

  function addRecurrent(index: number): void {
    const units = size();
    const type = draw.pick<'gru' | 'lstm'>('gru', 'lstm');
    const gates = type === 'gru' ? 3 : 4;
    const scope = fraction === 7 ? draw.pick<'joint' | 'separate'>('joint', 'separate') : 'separate';
    const x = matrix(draw, format(), gates * units, inputs, spread);
    const own = matrix(draw, format(), gates * units, units, spread);
    const h = scope === 'joint' ? { ...own, scales: x.scales } : own;
    const shared = { name: `${type}${index}`, units, scope, rowScale: rowScaleKind(), input: x, recurrent: h };
    const b = () => bias(draw, gates * units, spread);
    layers.push(
      type === 'gru'
        ? { ...shared, type, inputBias: b(), recurrentBias: b() }
        : { ...shared, type, bias: b(), cellFraction: draw.integer(4, 15) },
    );
    inputs = units;
    fraction = 7;
  }
}
