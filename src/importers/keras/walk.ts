import type { Diagnostic } from '../../diagnostics.js';
import type { Chain } from '../chain.js';
import type { Json } from '../json.js';
import type { Tensor } from '../tensor.js';

/** A layer of a Keras configuration with its weights in Keras' order. */
export interface KerasLayer {
  readonly type: string;
  readonly config: Json;
  readonly weights: readonly Tensor[];
}

/** What the walk through the layers knows. */
export interface KerasWalk {
  readonly chain: Chain;
  /** Slope of this version's hard sigmoid: x / 5 + 1/2 until Keras 2, x / 6 + 1/2 from Keras 3. */
  readonly hardSlope: number;
  /** Values behind the last layer come step after step, not from the last step alone. */
  sequence: boolean;
  window: number | null;
  /** Steps of a sequence behind the last layer, where it is not the window's; null: unknown. */
  steps?: number | null;
  inputSize: number | null;
}

/** Appends a layer to the chain, or gives the reason why rnnq cannot. */
export type KerasReader = (layer: KerasLayer, walk: KerasWalk, source: string) => Diagnostic | undefined;
