import {
  type FloatActivation,
  type FloatLayer,
  type FloatNetwork,
  type FloatPool,
  type FloatRecurrent,
  type FloatRepeat,
  type FloatWeighted,
  isRecurrent,
  stepWidth,
  type Weights,
} from './float-network.js';

/**
 * What a layer computed in one step, seen by whoever calibrates; `cell` is c of an LSTM, `candidate` its g, and n of a GRU, whose
 * `reset` is what the reset gate multiplies after the recurrent product.
 */
export type Kind = 'output' | 'cell' | 'candidate' | 'reset';
export type Observer = (layer: number, kind: Kind, values: Float64Array) => void;

interface State {
  readonly h: Float64Array;
  readonly c: Float64Array;
}

/** Of a layer that looks at its last inputs: these, and how many it still waits for before it gives an output. */
interface WindowState {
  readonly values: Float64Array;
  missing: number;
}

const zeroState = ({ units }: { readonly units: number }): State => ({
  h: new Float64Array(units),
  c: new Float64Array(units),
});

/** What a cell computed on the way to its new state. */
interface Inner {
  readonly candidate?: Float64Array;
  readonly reset?: Float64Array;
}

/**
 * The network of another tool in float64, step after step, as its own tool computes it: the reference that imports are
 * measured against. It shares no code with the compiler or the trainer.
 */
export class FloatRun {
  #states: (State | null)[] = [];
  #windows: (WindowState | null)[] = [];
  #output: Float64Array = new Float64Array(0);
  /** Steps since the reset. */
  #step = 0;

  constructor(
    readonly network: FloatNetwork,
    readonly observe: Observer = () => {},
  ) {
    this.reset();
  }

  /** All states to zero. */
  reset(): void {
    this.#states = this.network.layers.map((layer) =>
      isRecurrent(layer) || layer.type === 'repeat' ? zeroState(layer) : null,
    );
    this.#windows = this.network.layers.map((layer) =>
      'window' in layer ? { values: new Float64Array(layer.window * layer.inputs), missing: layer.first } : null,
    );
    this.#output = new Float64Array(this.network.layers.at(-1)?.units ?? 0);
    this.#step = 0;
  }

  /**
   * One time step: `input` values, or one symbol where an embedding is first. Gives the last layer's output, of layers that
   * wait for further inputs the newest there was; zeros before the first.
   */
  step(input: ArrayLike<number>): Float64Array {
    let values: Float64Array = Float64Array.from(input);
    const { encoding, size } = this.network.input;
    if (encoding === 'symbols' && this.network.layers[0]!.type !== 'embedding') values = oneHot(values[0]!, size);
    this.#step++;
    for (const layer of this.network.layers) if (layer.type === 'repeat') this.#restart(layer);
    for (const [i, layer] of this.network.layers.entries()) {
      const next = this.#layer(layer, i, values);
      if (next === null) return this.#output;
      values = next;
      this.observe(i, 'output', values);
    }
    this.#output = values;
    return values;
  }

  /** Outputs of one sequence from reset, after every step. */
  run(sequence: Float64Array): Float64Array[] {
    this.reset();
    const width = stepWidth(this.network.input);
    const rows: Float64Array[] = [];
    for (let t = 0; t < sequence.length; t += width) rows.push(this.step(sequence.subarray(t, t + width)));
    return rows;
  }

  /** Layers in front of a `repeat` begin with the first input of a window, those behind it with the last. */
  #restart(repeat: FloatRepeat): void {
    const { layers } = this.network;
    const place = layers.indexOf(repeat);
    const inWindow = this.#step % repeat.steps;
    this.#states = this.#states.map((state, i) => {
      const begins = isRecurrent(layers[i]!) && inWindow === (i < place ? 1 : 0);
      return begins ? zeroState(layers[i]!) : state;
    });
  }

  /** The inputs that a layer looks at, the oldest first, or null where it waits for more. */
  #window({ stride }: { readonly stride: number }, index: number, x: Float64Array): Float64Array | null {
    const state = this.#windows[index]!;
    state.values.copyWithin(0, x.length);
    state.values.set(x, state.values.length - x.length);
    state.missing--;
    if (state.missing > 0) return null;
    state.missing = stride;
    return state.values;
  }

  #layer(layer: FloatLayer, index: number, x: Float64Array): Float64Array | null {
    switch (layer.type) {
      case 'conv1d': {
        const window = this.#window(layer, index, x);
        return window && weighted(layer, window);
      }
      case 'pool': {
        const window = this.#window(layer, index, x);
        return window && pooled(layer, window);
      }
      case 'embedding': {
        const symbol = x[0]!;
        const known = symbol >= 0 && symbol < layer.inputs;
        return known
          ? layer.table.slice(symbol * layer.units, (symbol + 1) * layer.units)
          : new Float64Array(layer.units);
      }
      case 'repeat': {
        const held = this.#states[index]!;
        const state = this.#step % layer.steps === 0 ? { ...held, h: x } : held;
        this.#states[index] = state;
        return state.h;
      }
      case 'scaleShift':
        return x.map((value, j) => value * layer.scale[j]! + layer.shift[j]!);
      case 'dense':
        return weighted(layer, x);
      default: {
        const state = STEPS[layer.type](layer, x, this.#states[index]!);
        this.#states[index] = state;
        if (layer.type === 'lstm') this.observe(index, 'cell', state.c);
        for (const kind of ['candidate', 'reset'] as const) {
          const values = state[kind];
          if (values !== undefined) this.observe(index, kind, values);
        }
        return state.h;
      }
    }
  }
}

function weighted({ weights, bias, activation }: FloatWeighted, x: Float64Array): Float64Array {
  const f = functionOf(activation);
  return product(weights, x).map((sum, j) => f(sum + bias[j]!));
}

const pooled = ({ function: f, window: count, inputs }: FloatPool, window: Float64Array): Float64Array =>
  Float64Array.from({ length: inputs }, (_, j) => {
    const own = Array.from({ length: count }, (_step, k) => window[k * inputs + j]!);
    return f === 'max' ? Math.max(...own) : own.reduce((sum, value) => sum + value, 0) / count;
  });

/** Zeros, but for the symbol's place; an unknown symbol stands for zeros alone. */
const oneHot = (symbol: number, size: number): Float64Array =>
  Float64Array.from({ length: size }, (_, i) => (i === symbol ? 1 : 0));

type Step = (layer: FloatRecurrent, x: Float64Array, state: State) => State & Inner;

const STEPS: Readonly<Record<FloatRecurrent['type'], Step>> = {
  rnn(layer, x, state) {
    const f = functionOf(layer.activation);
    const [a, b] = parts(layer, x, state.h);
    return { ...state, h: a.map((sum, j) => f(sum + b[j]!)) };
  },
  gru(layer, x, state) {
    const { units, reset, recurrent, recurrentBias } = layer;
    const [f, gate] = [functionOf(layer.activation), functionOf(layer.gateActivation)];
    const [a, b] = parts(layer, x, state.h);
    const sums = (k: number, j: number): number => a[k * units + j]! + b[k * units + j]!;
    const z = Float64Array.from({ length: units }, (_, j) => gate(sums(0, j)));
    const r = Float64Array.from({ length: units }, (_, j) => gate(sums(1, j)));
    const before = (): Float64Array => {
      const resetHidden = state.h.map((h, j) => h * r[j]!);
      const own = product(recurrent.subarray(2 * units * units), resetHidden);
      return own.map((sum, j) => sum + recurrentBias[2 * units + j]!);
    };
    const held = reset === 'before' ? before() : r.map((value, j) => value * b[2 * units + j]!);
    const n = held.map((sum, j) => f(a[2 * units + j]! + sum));
    const after = reset === 'after' && { reset: b.subarray(2 * units) };
    return { c: state.c, candidate: n, ...after, h: state.h.map((h, j) => z[j]! * h + (1 - z[j]!) * n[j]!) };
  },
  lstm(layer, x, state) {
    const { units, cellClip = Number.POSITIVE_INFINITY } = layer;
    const [f, gate] = [functionOf(layer.activation), functionOf(layer.gateActivation)];
    const [a, b] = parts(layer, x, state.h);
    const sums = (k: number, j: number): number => a[k * units + j]! + b[k * units + j]!;
    const candidate = Float64Array.from({ length: units }, (_, j) => f(sums(2, j)));
    const c = state.c.map((before, j) => {
      const after = gate(sums(1, j)) * before + gate(sums(0, j)) * candidate[j]!;
      return Math.max(-cellClip, Math.min(cellClip, after));
    });
    return { c, candidate, h: c.map((value, j) => gate(sums(3, j)) * f(value)) };
  },
};

/** W x + b and U h + b of all gates. */
function parts(layer: FloatRecurrent, x: Float64Array, h: Float64Array): [Float64Array, Float64Array] {
  const { input, recurrent, inputBias, recurrentBias } = layer;
  return [
    product(input, x).map((sum, j) => sum + inputBias[j]!),
    product(recurrent, h).map((sum, j) => sum + recurrentBias[j]!),
  ];
}

function product(weights: Weights, x: Float64Array): Float64Array {
  const out = new Float64Array(weights.length / x.length);
  for (let j = 0, at = 0; j < out.length; j++) {
    let sum = 0;
    for (let i = 0; i < x.length; i++) sum += weights[at++]! * x[i]!;
    out[j] = sum;
  }
  return out;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

function functionOf(activation: FloatActivation): (x: number) => number {
  if (typeof activation !== 'string') return (x) => Math.max(0, Math.min(1, activation.slope * x + activation.offset));
  return { linear: (x: number) => x, relu: (x: number) => Math.max(0, x), tanh: Math.tanh, sigmoid }[activation];
}
