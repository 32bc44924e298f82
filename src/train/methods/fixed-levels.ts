import type { RowScaleKind } from '../../fixed/formats.js';
import type { SeededRandom } from '../../fixed/random.js';
import type { FormatName } from '../../ir/model.js';
import type { RealMatrix } from '../../quantizers/real-network.js';
import {
  type GroupGradients,
  glorot,
  type MatrixShape,
  type Method,
  type MethodOptions,
  type Quantization,
  type WeightGroup,
} from './method.js';

/** Codes of one matrix under a rule: weight = scale of its row times code. */
export interface Levels {
  readonly codes: Int8Array;
  /** One scale a row. */
  readonly scales: Float64Array;
}

/** Turns masters into codes and scales. `random`: stochastic rounding; null: deterministic. */
export type LevelRule = (
  masters: Float32Array,
  shape: MatrixShape,
  options: MethodOptions,
  random: SeededRandom | null,
  levels: Levels,
) => void;

/** A method whose weights are levels of a rule without learned gains, straight through in the backward pass. */
export function levelMethod(
  name: string,
  describe: string,
  format: (options: MethodOptions) => FormatName,
  rule: LevelRule,
): Method {
  return {
    name,
    describe,
    joint: false,
    create: ([shape], options, random, initial) =>
      new LevelGroup(
        shape!,
        options,
        format(options),
        rule,
        initial?.[0] ?? glorot(shape!, options.initialRange, random),
      ),
  };
}

class LevelGroup implements WeightGroup {
  readonly shapes: readonly MatrixShape[];
  readonly masters: readonly Float32Array[];
  readonly gains: readonly Float32Array[] = [];
  readonly effective: readonly Float32Array[];
  readonly #levels: Levels;

  constructor(
    readonly shape: MatrixShape,
    readonly options: MethodOptions,
    readonly format: FormatName,
    readonly rule: LevelRule,
    masters: Float32Array,
  ) {
    this.shapes = [shape];
    this.masters = [masters];
    this.effective = [new Float32Array(masters.length)];
    this.#levels = { codes: new Int8Array(masters.length), scales: new Float64Array(shape.rows) };
  }

  quantize({ random, share }: Quantization): void {
    this.rule(this.masters[0]!, this.shape, this.options, random, this.#levels);
    const { codes, scales } = this.#levels;
    const { rows, cols } = this.shape;
    const [masters, effective] = [this.masters[0]!, this.effective[0]!];
    for (let j = 0; j < rows; j++) {
      const scale = scales[j]!;
      for (let i = j * cols; i < (j + 1) * cols; i++) {
        const level = scale * codes[i]!;
        effective[i] = share === 1 ? level : (1 - share) * masters[i]! + share * level;
      }
    }
  }

  backward(gradients: readonly Float32Array[]): GroupGradients {
    return { masters: gradients, gains: [] };
  }

  export(): readonly RealMatrix[] {
    this.rule(this.masters[0]!, this.shape, this.options, null, this.#levels);
    const { rows, cols } = this.shape;
    const codes = this.#levels.codes.slice();
    const scales = this.#levels.scales.slice();
    return [{ format: this.format, rows, cols, codes, scales, rowScale: this.options.rowScale }];
  }
}

/** s as the options want row scales: a power of two, or itself. */
export const roundScale = (s: number, rowScale: RowScaleKind, round: (x: number) => number = Math.round): number =>
  rowScale === 'shift' ? 2 ** round(Math.log2(s)) : s;
