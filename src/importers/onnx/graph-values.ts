import type { Chain } from '../chain.js';
import type { Tensor } from '../tensor.js';
import type { Axes } from './axes.js';

/** What is known of a value while the graph is walked through. */
export type Value =
  | { readonly kind: 'constant'; readonly tensor: Tensor }
  /** Zeros, whatever their shape. */
  | { readonly kind: 'zeros' }
  /** Sizes of other values, computed when the graph runs. */
  | { readonly kind: 'sizes' }
  /** An input of the graph that is not the first: the state that a cell may begin with. */
  | { readonly kind: 'state' }
  /** Outputs of the chain as it was when `layers` layers were there. */
  | { readonly kind: 'data'; readonly axes: Axes; readonly layers: number; readonly zeros?: Zeros }
  /** Behind something that was refused: complaints about it would not help. */
  | { readonly kind: 'unknown' };

/** Zeros that were put in front of and behind each axis, which a convolution may read. */
export interface Zeros {
  readonly before: readonly number[];
  readonly behind: readonly number[];
}

/** What is known of all values so far, and the chain of layers that they come from. */
export class GraphValues {
  protected readonly values = new Map<string, Value>();
  /** Appended layers and those refused: a value of an earlier count has been passed. */
  protected layers = 0;

  /** Sizes of the graph's input, where they are fixed. */
  inputShape: readonly (number | undefined)[] = [];
  /** Steps of a sequence at the input where a layer has said which axis is time, and behind the last layer; null: unknown. */
  inputSteps?: number | null;
  steps?: number | null;

  constructor(readonly chain: Chain) {}

  value(name: string): Value {
    return this.values.get(name) ?? { kind: 'unknown' };
  }

  constant(name: string | undefined): Tensor | undefined {
    const value = name === undefined || name === '' ? undefined : this.values.get(name);
    return value?.kind === 'constant' ? value.tensor : undefined;
  }

  /** Whether a cell that begins with this begins with zeros, or with what the application kept. */
  isZero(name: string | undefined): boolean {
    if (name === undefined || name === '') return true;
    const value = this.value(name);
    if (value.kind === 'constant') return value.tensor.data.every((element) => element === 0);
    return value.kind === 'zeros' || value.kind === 'state' || value.kind === 'unknown';
  }

  /** A new layer: what was computed before it is passed. */
  advance(): void {
    this.layers++;
  }

  give(name: string | undefined, axes: Axes, zeros?: Zeros): void {
    if (name) this.values.set(name, { kind: 'data', axes, layers: this.layers, ...(zeros && { zeros }) });
  }
}
