import { chooseMultiplier, choosePreShift } from '../../fixed/formats.js';
import type { DenseFormats } from '../engine/dense.js';
import type { Kernels } from '../engine/kernels.js';
import type { Arena, PoolShape } from '../engine/layout.js';
import type { Place, WindowedDef, WindowedLayer } from './windowed.js';
import { clear } from './windows.js';

/** The largest or the mean of the last inputs, element by element. */
export const pool: WindowedDef<'pool'> = {
  prefix: 'pool',
  shape: ({ type, function: of, window, stride }, inputs) => ({
    ...{ type, function: of, inputs, units: inputs, window, first: window, stride },
  }),
  matrix: () => null,
  layer: (shape, place, _weights, arena) => new Pool(shape, place, arena),
  reference: {
    forward: ({ function: of, window }, _p, inputs) =>
      inputs[0]!.map((_, j) =>
        of === 'max' ? Math.max(...inputs.map((x) => x[j]!)) : inputs.reduce((sum, x) => sum + x[j]!, 0) / window,
      ),
    backward({ function: of, window, units }, _weights, inputs, output, d) {
      const dx = new Float64Array(window * units);
      d.forEach((value, j) => {
        const chosen = inputs.findIndex((x) => x[j] === output[j]);
        for (let k = 0; k < window; k++) dx[k * units + j] = of === 'mean' ? value / window : k === chosen ? value : 0;
      });
      return dx;
    },
  },
  toReal: ({ type, function: of, units, window, first, stride }, name) => ({
    ...{ type, name, units, window, first, stride, function: of },
  }),
};

class Pool implements WindowedLayer {
  readonly outputs: number;
  readonly dOutputs: number;
  /** Of a maximum: which input of the window it is. */
  readonly #which: number;

  constructor(
    readonly shape: PoolShape,
    readonly place: Place,
    arena: Arena,
  ) {
    const values = place.steps * place.batch * place.stride;
    this.outputs = arena.floats(values);
    this.dOutputs = arena.floats(values);
    this.#which = arena.floats(shape.function === 'max' ? values : 0);
  }

  forward(k: Kernels, x: number, _active: readonly number[], chip: DenseFormats | null): void {
    const { window, first, stride, function: of } = this.shape;
    const { steps, batch, stride: row } = this.place;
    const form = [steps, batch, row, window, window - first, stride, x, this.outputs] as const;
    if (of === 'max') {
      k.maxForward(...form, this.#which);
      return;
    }
    const pre = chip === null ? 0 : choosePreShift(window * (chip.largest + 1));
    const { m, n } = chooseMultiplier(1 / window, pre);
    k.meanForward(...form, chip?.hiddenScale ?? 0, pre, m, n);
  }

  backward(k: Kernels, dx: number | null): void {
    if (dx === null) return;
    const { window, first, stride, function: of } = this.shape;
    const { steps, batch, stride: row } = this.place;
    clear(k, this.place, dx);
    if (of === 'max') k.maxBackward(steps, batch, row, window - first, stride, this.dOutputs, this.#which, dx);
    else k.meanBackward(steps, batch, row, window, window - first, stride, this.dOutputs, dx);
  }
}
