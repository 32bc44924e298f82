import { accumulate, affine } from '../cells/float64.js';
import { HiddenDense } from '../engine/dense.js';
import type { Kernels } from '../engine/kernels.js';
import { type Arena, type ConvShape, pad8 } from '../engine/layout.js';
import { DENSE_ACTIVATIONS } from '../reference-dense.js';
import type { Place, WeightPlaces, WindowedDef, WindowedLayer } from './windowed.js';
import { clear, sideBySide } from './windows.js';

/** f(W [the last inputs, the oldest first] + b). */
export const conv1d: WindowedDef<'conv1d'> = {
  prefix: 'conv',
  shape: ({ type, units, window, stride, activation, padding }, inputs) => ({
    ...{ type, inputs, units, activation, window, stride },
    first: padding === 'causal' ? 1 : window,
  }),
  matrix: ({ window, inputs, units }) => ({ inputs: window * inputs, units }),
  layer: (shape, place, weights, arena) => new Convolution(shape, place, weights!, arena),
  reference: {
    forward: ({ activation }, p, inputs) =>
      affine(p!.weights, sideBySide(inputs), p!.bias).map(DENSE_ACTIVATIONS[activation].value),
    backward({ activation }, { p, g }, inputs, output, d) {
      const { slope } = DENSE_ACTIVATIONS[activation];
      const x = sideBySide(inputs);
      const dx = new Float64Array(x.length);
      const sums = output.map((value, j) => d[j]! * slope(value));
      accumulate(p!.weights, g!.weights, g!.bias, sums, x, dx);
      return dx;
    },
  },
  toReal: ({ type, window, first, stride }, _name, trained) => ({ ...trained!, type, window, first, stride }),
};

/** A dense layer of rows that hold whole windows. */
class Convolution implements WindowedLayer {
  readonly #dense: HiddenDense;
  readonly #windows: number;
  readonly #dWindows: number;
  /** Values of a whole window, padded. */
  readonly #row: number;

  constructor(
    readonly shape: ConvShape,
    readonly place: Place,
    { parameters, gradient }: WeightPlaces,
    arena: Arena,
  ) {
    const rows = place.steps * place.batch;
    this.#row = pad8(shape.window * shape.inputs);
    this.#windows = arena.floats(rows * this.#row);
    this.#dWindows = arena.floats(rows * this.#row);
    this.#dense = new HiddenDense(shape, rows, parameters, gradient, arena);
  }

  get outputs(): number {
    return this.#dense.outputs;
  }

  get dOutputs(): number {
    return this.#dense.dOutputs;
  }

  get #form() {
    const { inputs, window, first, stride } = this.shape;
    const { steps, batch, stride: row } = this.place;
    return [steps, batch, inputs, row, window, window - first, stride] as const;
  }

  forward(k: Kernels, x: number, active: readonly number[], chip: Parameters<WindowedLayer['forward']>[3]): void {
    k.gatherWindows(...this.#form, x, this.#row, this.#windows);
    this.#dense.forward(k, this.#windows, chip);
    const { batch } = this.place;
    active.forEach((rows, t) => void this.#dense.clear(k, t * batch + rows, batch - rows));
  }

  backward(k: Kernels, dx: number | null, chip: boolean): void {
    this.#dense.backward(k, this.#windows, dx === null ? null : this.#dWindows, chip);
    if (dx === null) return;
    clear(k, this.place, dx);
    k.scatterWindows(...this.#form, this.#dWindows, this.#row, dx);
  }

  largest(k: Kernels): number {
    return this.#dense.largest(k);
  }
}
