import { outputCount, ratesOf } from '../../ir/rate.js';
import { windowedDef, windowedMatrices } from '../windowed/index.js';
import type { WindowedLayer } from '../windowed/windowed.js';
import { DenseBlock, type DenseFormats } from './dense.js';
import type { Kernels } from './kernels.js';
import { type Arena, type DenseParameters, pad8, type WindowedShape } from './layout.js';

/** Addresses of the parameters of windowed layers, or of their gradients; null of those without. */
export class WindowedBlocks {
  readonly layers: readonly (DenseBlock | null)[];

  constructor(shapes: readonly WindowedShape[], arena: Arena) {
    this.layers = windowedMatrices(shapes).map((size) => size && new DenseBlock(size.inputs, size.units, arena));
  }

  load(memory: Float32Array, parameters: readonly (DenseParameters | null)[]): void {
    this.layers.forEach((layer, i) => void layer?.load(memory, parameters[i]!));
  }

  unload(memory: Float32Array, parameters: readonly (DenseParameters | null)[]): void {
    this.layers.forEach((layer, i) => void layer?.unload(memory, parameters[i]!));
  }
}

/** Rows of each of `steps` steps whose sequence, so many time steps long and the longest first, has not ended. */
export const activeAt = (lengths: readonly number[], steps: number): number[] =>
  Array.from({ length: steps }, (_, t) => lengths.filter((length) => length > t).length);

/** All layers in front of the recurrent ones; there may be none. */
export class WindowedLayers {
  readonly #layers: readonly WindowedLayer[];
  readonly #steps: readonly number[];

  /** @param inputs from one row of the network's input to the next */
  constructor(
    readonly shapes: readonly WindowedShape[],
    { steps, batch, inputs }: { readonly steps: number; readonly batch: number; readonly inputs: number },
    parameters: WindowedBlocks,
    gradients: WindowedBlocks,
    arena: Arena,
  ) {
    this.#steps = ratesOf(shapes).map((rate) => outputCount(rate, steps));
    this.#layers = shapes.map((shape, i) => {
      const [own, gradient] = [parameters.layers[i]!, gradients.layers[i]!];
      const place = {
        ...{ inputSteps: this.#steps[i - 1] ?? steps, steps: this.#steps[i]!, batch },
        stride: i === 0 ? inputs : pad8(shape.inputs),
      };
      return windowedDef(shape).layer(shape, place, own && { parameters: own, gradient }, arena);
    });
  }

  /** What the layer above reads, of an input x. */
  outputs(x: number): number {
    return this.#layers.at(-1)?.outputs ?? x;
  }

  /** Its gradient; null where there is no layer. */
  get dOutputs(): number | null {
    return this.#layers.at(-1)?.dOutputs ?? null;
  }

  /** `chips`: formats of the outputs of each layer, or null. */
  forward(k: Kernels, x: number, lengths: readonly number[], chips: readonly DenseFormats[] | null): void {
    const rates = ratesOf(this.shapes);
    this.#layers.forEach((layer, i) => {
      const own = lengths.map((length) => outputCount(rates[i]!, length));
      const input = this.#layers[i - 1]?.outputs ?? x;
      layer.forward(k, input, activeAt(own, this.#steps[i]!), chips && chips[i]!);
    });
  }

  backward(k: Kernels, chip: boolean): void {
    for (let i = this.#layers.length - 1; i >= 0; i--)
      this.#layers[i]!.backward(k, this.#layers[i - 1]?.dOutputs ?? null, chip);
  }

  /** What the layers with weights reached in the last pass, 0 of tanh and sigmoid; 0 of other layers. */
  ranges(k: Kernels): number[] {
    return this.#layers.map((layer) => layer.largest?.(k) ?? 0);
  }
}
