import type { RowScaleKind } from '../../fixed/formats.js';
import type { SeededRandom } from '../../fixed/random.js';
import type { ScaleScope } from '../../ir/model.js';
import type { RealMatrix } from '../../quantizers/build-model.js';
import type { LayerShape } from '../engine/layout.js';

export interface MethodOptions {
  readonly rowScale: RowScaleKind;
  readonly scope: ScaleScope;
  /** Weights below this factor of the gate's mean magnitude become zero. */
  readonly threshold: number;
  /** Weight format of the head. */
  readonly head: 'ternary' | 's8';
}

/** Both weight matrices of a recurrent layer as a training method sees them. */
export interface LayerWeights {
  /** Full-precision parameters that the optimizer changes: [input, recurrent, ...row gains]. */
  readonly masters: readonly Float32Array[];
  /** Matrices of the forward pass, rows = outputs; filled by quantize(). */
  readonly input: Float32Array;
  readonly recurrent: Float32Array;
  /** Masters -> input and recurrent. */
  quantize(): void;
  /** Gradients of input and recurrent -> gradients of the masters, in their order. */
  backward(dInput: Float32Array, dRecurrent: Float32Array): readonly Float32Array[];
  /** What the chip gets. */
  export(): {
    readonly input: RealMatrix;
    readonly recurrent: RealMatrix;
    readonly rowScale: RowScaleKind;
    readonly scope: ScaleScope;
  };
}

/** The head's matrix [outputs][units] as a training method sees it; fields as in LayerWeights. */
export interface HeadWeights {
  readonly masters: readonly Float32Array[];
  readonly weights: Float32Array;
  quantize(): void;
  backward(gradient: Float32Array): readonly Float32Array[];
  export(): { readonly weights: RealMatrix; readonly rowScale: RowScaleKind };
}

/** A weight method of the trainer. */
export interface Method {
  readonly name: string;
  readonly describe: string;
  create(layer: LayerShape, options: MethodOptions, random: SeededRandom): LayerWeights;
  createHead(outputs: number, units: number, options: MethodOptions, random: SeededRandom): HeadWeights;
}

/** Uniform in +-sqrt(6 / (fan in + fan out)) (Glorot & Bengio 2010), fans of one gate. */
export function glorot(rows: number, cols: number, units: number, random: SeededRandom): Float32Array {
  const limit = Math.sqrt(6 / (cols + units));
  return Float32Array.from({ length: rows * cols }, () => (2 * random.next() - 1) * limit);
}
