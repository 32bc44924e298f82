import type { RowScaleKind } from '../../src/fixed/formats.js';
import { xorshift } from '../../src/interpreter/golden.js';
import { ALPHABETS } from '../../src/ir/alphabets.js';
import {
  ACTIVATION_FORMATS,
  codesArray,
  type FormatName,
  type InputScaling,
  type Model,
  readsTable,
} from '../../src/ir/model.js';
import { buildModel } from '../../src/quantizers/build-model.js';
import { QUANTIZERS } from '../../src/quantizers/index.js';
import type { RealLayer, RealMatrix, RealNetwork } from '../../src/quantizers/real-network.js';

const FORMATS = Object.keys(QUANTIZERS) as FormatName[];

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
function realScale(draw: Draw, magnitudeOfCodes: number, cols: number, spread: number): number {
  const typical = magnitudeOfCodes * Math.sqrt(cols) * 0.5;
  return Math.min((spread / typical) * 2 ** draw.real(-0.5, 0.5), 2);
}

function matrix(
  draw: Draw,
  format: FormatName,
  rows: number,
  cols: number,
  spread: number,
  rowScale: RowScaleKind,
): RealMatrix {
  const { largest, isCode } = ALPHABETS[QUANTIZERS[format].alphabet];
  const zeros = draw.pick(0, 0.33, 0.5, 0.9, 1) === 1 && draw.integer(0, 9) === 0 ? 1 : draw.pick(0, 0.33, 0.5, 0.9);
  const codes = Int8Array.from({ length: rows * cols }, () => {
    if (isCode(0) && draw.real(0, 1) < zeros) return 0;
    let magnitude = draw.integer(0, 7) === 0 ? largest : draw.integer(1, largest);
    while (!isCode(magnitude)) magnitude--;
    return draw.pick(-magnitude, magnitude);
  });
  const scales = Float64Array.from({ length: rows }, () => realScale(draw, largest * 0.6, cols, spread));
  return { format, rows, cols, codes, scales, rowScale };
}

const bias = (draw: Draw, length: number, spread: number): Float64Array =>
  Float64Array.from({ length }, () => (draw.integer(0, 3) === 0 ? 0 : draw.real(-spread, spread)));

export interface RandomNetwork {
  readonly model: Model;
  readonly description: string;
}

/** A random network: 1 to 8 layers, sizes 1 to 70, every cell, format, scale form and scope, 8 or 16 bits. */
export function randomNetwork(seed: number): RandomNetwork {
  const draw = new Draw(seed);
  const size = () => draw.pick(draw.integer(1, 9), draw.integer(1, 70), draw.pick(1, 2, 3, 4, 63, 64, 65, 70));
  const format = () => draw.pick<FormatName>('ternary', ...FORMATS);
  const rowScaleKind = () => draw.pick<'shift' | 'multiplier'>('shift', 'multiplier');
  const spread = draw.pick(0.3, 1, 1, 2, 8);
  let inputs = size();
  // by the seed, so that networks of 8 bits stay what they were
  const activationBits = seed % 4 === 3 ? 16 : 8;
  const tables = seed % 8 === 7 || seed % 16 === 4 ? 'interpolated' : 'nearest';
  const { largest: most, unitFraction } = ACTIVATION_FORMATS[activationBits];
  const more = unitFraction - 7;
  const oneHot = draw.integer(0, 4) === 0;
  const inputFraction = more + (oneHot ? draw.pick(7, 7, 4) : draw.pick(7, 7, 5, 3));
  const scaling = { size: inputs, fraction: inputFraction, offset: [0], scale: [1] };
  const input: InputScaling = oneHot ? { ...scaling, encoding: 'one-hot' } : scaling;
  let fraction = inputFraction;
  // what the codes in front of a layer reach: more than 1 behind a relu
  let magnitude = 1;
  // what is asked of the network, by the seed too: of one in five its own input
  const predicts = seed % 5 === 2 && !oneHot;
  // and of some of those the windows that they read (N17)
  const givesBack = predicts && seed % 15 === 7;
  const layers: RealLayer[] = [];
  // windows and rates, by the seed too, from draws of their own
  const windowed = new Draw(seed + 1_000_000);
  const hasWindows = seed % 11 === 8 && !oneHot && !predicts;
  const drawn = draw.pick(1, 1, 2);
  const recurrent = givesBack ? 2 : drawn;
  if (draw.integer(0, 5) === 0) addDense(false);
  for (let i = 0; i < recurrent; i++) {
    if (!(oneHot && layers.length === 0) && draw.integer(0, 4) === 0) addScaleShift();
    if (hasWindows && (i === 0 || windowed.integer(0, 1) === 0)) addWindowed();
    addRecurrent(i);
    if (givesBack && i === 0) layers.push({ type: 'repeat', name: 'window', units: inputs, steps: 2 + (seed % 3) });
    if (i + 1 < recurrent && draw.integer(0, 3) === 0) addDense(false);
  }
  if (draw.integer(0, 5) > 0 || givesBack) {
    if (draw.integer(0, 4) === 0) addDense(false);
    if (seed % 13 === 9) addStack();
    addDense(true);
  }
  const steps = draw.integer(1, 6);
  const goldenInput = oneHot
    ? Int16Array.from({ length: steps }, () => draw.integer(0, input.size - 1))
    : codesArray(input, activationBits).from(
        Array.from({ length: steps * input.size }, () => draw.integer(-most, most)),
      );
  const network: RealNetwork = {
    name: `net${seed}`,
    activationBits,
    tables,
    input,
    layers,
    ...taskOf(layers.at(-1)!),
    goldenInput,
    training: { seed },
  };
  const description = layers.map((l) => `${l.type} ${l.units}`).join(', ');
  return {
    model: buildModel(network),
    description: `seed ${seed}, ${activationBits} bits, ${tables} entries: ${input.size} -> ${description}`,
  };

  function taskOf({ type, units }: RealLayer): Pick<RealNetwork, 'task' | 'labels' | 'outputs' | 'anomaly'> {
    const names = Array.from({ length: units }, (_, j) => `q${j}`);
    if (type !== 'dense' && type !== 'conv1d') return { labels: [] };
    if (predicts) {
      const [ahead, smoothing] = givesBack ? [0, 0] : [1 + (seed % 3) * (seed % 4), seed % 11];
      return { task: 'anomaly', labels: [], anomaly: { ahead, smoothing, threshold: 1 } };
    }
    if (seed % 5 === 3)
      return {
        task: 'regress',
        labels: [],
        outputs: names.map((name, j) => ({ name, scale: 0.1 + j, offset: 0 - j })),
      };
    return seed % 5 === 4 ? { task: 'detect', labels: names } : { labels: [] };
  }

  function addScaleShift(): void {
    const outputFraction = more + draw.pick(7, 7, draw.integer(0, 7));
    layers.push({
      type: 'scaleShift',
      name: `norm${layers.length}`,
      units: inputs,
      scale: Float64Array.from(
        { length: inputs },
        () => draw.pick(0, draw.real(-2, 2), draw.real(-0.01, 0.01), 16) / magnitude,
      ),
      shift: Float64Array.from({ length: inputs }, () => draw.pick(0, draw.real(-1, 1))),
      outputFraction,
    });
    fraction = outputFraction;
    magnitude = 1;
  }

  function addWindowed(): void {
    for (const type of windowed.pick(['conv1d'], ['conv1d', 'pool'], ['pool'], ['conv1d', 'conv1d']) as (
      | 'conv1d'
      | 'pool'
    )[]) {
      const window = windowed.pick(1, 2, 3, 5);
      const name = `${type}${layers.length}`;
      const keeps = window > 1 && windowed.integer(0, 2) === 0;
      const rate = keeps
        ? ({ window, first: window, stride: window, keeps: 'partial' } as const)
        : { window, first: windowed.pick(1, window, window), stride: windowed.pick(1, 1, 2, 3) };
      if (type === 'pool') {
        layers.push({ type, name, units: inputs, ...rate, function: windowed.pick('max', 'mean') });
        continue;
      }
      const units = windowed.integer(1, 20);
      const activation = windowed.pick('linear', 'relu', 'tanh', 'sigmoid');
      const weights = matrix(windowed, format(), units, window * inputs, spread / magnitude, rowScaleKind());
      const own = { weights, bias: bias(windowed, units, spread), largestOutput: spread * windowed.pick(0.5, 2, 4) };
      layers.push({ type, name, units, ...rate, activation, ...own });
      inputs = units;
      fraction = readsTable(activation) ? unitFraction : -1;
      magnitude = 1;
    }
  }

  function addDense(last: boolean): void {
    const drawn = last ? draw.integer(1, 20) : size();
    const units = last && predicts ? input.size : drawn;
    // of all steps of a window
    const window = last && hasWindows ? windowed.pick(1, 2, 5) : 1;
    const weights = matrix(draw, format(), units, window * inputs, spread / magnitude, rowScaleKind());
    const form = draw.pick<'linear' | 'relu'>('linear', 'relu');
    // by the seed, as the bits are
    const activation = last || seed % 3 !== 1 ? form : ({ linear: 'tanh', relu: 'sigmoid' } as const)[form];
    const own = {
      ...{ name: `dense${layers.length}`, units, activation, weights },
      ...{ bias: bias(draw, units, spread), largestOutput: spread * draw.pick(0.5, 2, 4) },
    };
    layers.push(
      window === 1
        ? { type: 'dense', ...own }
        : { type: 'conv1d', ...own, window, first: window, stride: window, keeps: 'partial' },
    );
    inputs = units;
    // an inner dense layer without a table chooses its own fraction; a joint scope cannot follow it
    fraction = readsTable(activation) ? unitFraction : -1;
    magnitude = 1;
  }

  /** Dense layers of a head, by the seed too, from draws of their own. */
  function addStack(): void {
    const stack = new Draw(seed + 2_000_000);
    for (let more = stack.integer(2, 3); more > 0; more--) {
      const units = stack.integer(1, 24);
      const activation = stack.pick('linear', 'relu', 'tanh', 'sigmoid');
      const weights = matrix(
        stack,
        stack.pick(...FORMATS),
        units,
        inputs,
        spread / magnitude,
        stack.pick('shift', 'multiplier'),
      );
      const own = { weights, bias: bias(stack, units, spread), largestOutput: spread * stack.pick(0.5, 2, 4) };
      layers.push({ type: 'dense', name: `dense${layers.length}`, units, activation, ...own });
      inputs = units;
      fraction = readsTable(activation) ? unitFraction : -1;
      magnitude = 1;
    }
  }

  function addRecurrent(index: number): void {
    const units = size();
    const type = draw.pick<'rnn' | 'gru' | 'lstm'>('rnn', 'gru', 'gru', 'lstm', 'lstm');
    const gates = { rnn: 1, gru: 3, lstm: 4 }[type];
    const relu = type === 'rnn' && draw.integer(0, 2) === 0;
    // by the seed, as the bits are; states of few fraction bits need more than the row scales here leave of int32
    const isRelu = activationBits === 16 && seed % 12 < 4;
    const reluFraction = 12 - 2 * (Math.floor(seed / 12) % 7);
    const form = isRelu || seed % 12 === 4 ? ({ gateActivation: seed % 24 < 12 ? 'hard' : 'sigmoid' } as const) : {};
    const functions = (drawn: 'tanh' | 'hard') => ({ activation: isRelu ? ('relu' as const) : drawn, ...form });
    const scope =
      fraction === unitFraction && !relu && !(isRelu && type !== 'rnn')
        ? draw.pick<'joint' | 'separate'>('joint', 'separate')
        : 'separate';
    const kind = rowScaleKind();
    const formats = [format(), draw.pick(true, false) ? null : format()] as const;
    const x = matrix(draw, formats[0], gates * units, inputs, spread / magnitude, kind);
    const ownKind = scope === 'joint' ? kind : rowScaleKind();
    const own = matrix(draw, formats[1] ?? formats[0], gates * units, units, spread, ownKind);
    const recurrent = scope === 'joint' ? { ...own, scales: x.scales } : own;
    const shared = { name: `${type}${index}`, units, scope, input: x, recurrent };
    const b = () => bias(draw, gates * units, spread);
    const activation = draw.pick<'tanh' | 'hard'>('tanh', 'tanh', 'hard');
    fraction = unitFraction;
    if (type === 'rnn') {
      const largestHidden = draw.pick(0.5, 2, 9);
      layers.push({ ...shared, type, activation: relu ? 'relu' : activation, bias: b(), largestHidden });
      // the state of relu chooses its own fraction
      if (relu) fraction = -1;
    } else if (type === 'gru') {
      const reset = draw.pick<'after' | 'before'>('after', 'after', 'before');
      const own = { type, reset, ...functions(activation), inputBias: b(), recurrentBias: b() };
      layers.push(isRelu ? { ...shared, ...own, hiddenFraction: reluFraction } : { ...shared, ...own });
    } else {
      const own = { type, ...functions(activation), bias: b(), cellFraction: draw.integer(4, 15) };
      layers.push(isRelu ? { ...shared, ...own, cellFraction: reluFraction } : { ...shared, ...own });
    }
    magnitude = 1;
    if (isRelu && type !== 'rnn') {
      fraction = reluFraction;
      magnitude = 2 ** (15 - reluFraction);
    }
    inputs = units;
  }
}
