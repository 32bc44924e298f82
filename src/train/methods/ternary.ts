import type { RowScaleKind } from '../../fixed/formats.js';
import type { SeededRandom } from '../../fixed/random.js';
import type { RealMatrix } from '../../quantizers/build-model.js';
import { GATES } from '../engine/layout.js';
import { glorot, type Method } from './method.js';
import { floatHead } from './none.js';

/** Smallest |g| / ||t|| that is used: a dead row must keep a scale that a chip can represent. */
const LEAST_SCALE = 2 ** -14;

/**
 * Weight-normalised ternary (docs/numerics.md N10; Hou et al., NeurIPS 2019): per gate threshold, row j used in the
 * forward pass = g_j t_j / ||t_j||, g_j learned. Scope joint: one g_j over the row [input | recurrent].
 */
export const ternary: Method = {
  name: 'ternary',
  describe: 'weight-normalised ternary weights, learned row scales',
  create({ cell, inputs, units }, { rowScale, scope, threshold }, random) {
    const rows = GATES[cell] * units;
    const input = makeBlock(rows, inputs, units, random);
    const recurrent = makeBlock(rows, units, units, random);
    const groups =
      scope === 'joint'
        ? [new TernaryGroup([input, recurrent], rows, units, rowScale, threshold)]
        : [input, recurrent].map((block) => new TernaryGroup([block], rows, units, rowScale, threshold));
    const matrix = (block: Block, group: TernaryGroup): RealMatrix => ({
      format: 'ternary',
      rows,
      cols: block.cols,
      ...group.export(block),
    });
    return {
      masters: [input.weights, recurrent.weights, ...groups.map((group) => group.gains)],
      input: input.effective,
      recurrent: recurrent.effective,
      quantize: () => groups.forEach((group) => void group.quantize()),
      backward(dInput, dRecurrent) {
        const gradients =
          scope === 'joint'
            ? [groups[0]!.backward([dInput, dRecurrent])]
            : [groups[0]!.backward([dInput]), groups[1]!.backward([dRecurrent])];
        return [...gradients.flatMap((g) => g.weights), ...gradients.map((g) => g.gains)];
      },
      export: () => ({
        input: matrix(input, groups[0]!),
        recurrent: matrix(recurrent, groups.at(-1)!),
        rowScale,
        scope,
      }),
    };
  },
  createHead(outputs, units, { rowScale, threshold, head }, random) {
    if (head === 's8') return floatHead(outputs, units, rowScale, random);
    const block = makeBlock(outputs, units, outputs, random);
    const group = new TernaryGroup([block], outputs, outputs, rowScale, threshold);
    return {
      masters: [block.weights, group.gains],
      weights: block.effective,
      quantize: () => group.quantize(),
      backward(gradient) {
        const { weights, gains } = group.backward([gradient]);
        return [...weights, gains];
      },
      export: () => ({ weights: { format: 'ternary', rows: outputs, cols: units, ...group.export(block) }, rowScale }),
    };
  },
};

function makeBlock(rows: number, cols: number, units: number, random: SeededRandom): Block {
  const weights = glorot(rows, cols, units, random);
  return { weights, cols, codes: new Int8Array(rows * cols), effective: new Float32Array(rows * cols) };
}

interface Block {
  readonly weights: Float32Array;
  readonly cols: number;
  readonly codes: Int8Array;
  readonly effective: Float32Array;
}

/** Matrices whose rows share a gain. */
class TernaryGroup {
  readonly gains: Float32Array;
  /** ||t_j||, at least 1, and the scale used in the forward pass. */
  readonly #norms: Float64Array;
  readonly #scales: Float64Array;

  constructor(
    readonly blocks: readonly Block[],
    readonly rows: number,
    readonly units: number,
    readonly rowScale: RowScaleKind,
    readonly threshold: number,
  ) {
    this.#norms = new Float64Array(rows);
    this.#scales = new Float64Array(rows);
    this.gains = Float32Array.from({ length: rows }, (_, j) =>
      Math.sqrt(blocks.reduce((sum, b) => sum + rowSquares(b, j), 0)),
    );
  }

  quantize(): void {
    for (const block of this.blocks) assignCodes(block, this.rows, this.units, this.threshold);
    for (let j = 0; j < this.rows; j++) {
      const squares = this.blocks.reduce((sum, { codes, cols }) => sum + countCodes(codes, j * cols, cols), 0);
      this.#norms[j] = Math.max(1, Math.sqrt(squares));
      this.#scales[j] = this.#roundScale(this.gains[j]! / this.#norms[j]!);
    }
    for (const { codes, cols, effective } of this.blocks)
      for (let j = 0; j < this.rows; j++) {
        const scale = this.#scales[j]!;
        for (let i = j * cols; i < (j + 1) * cols; i++) effective[i] = scale * codes[i]!;
      }
  }

  #roundScale(s: number): number {
    const magnitude = Math.max(Math.abs(s), LEAST_SCALE);
    const rounded = this.rowScale === 'shift' ? 2 ** Math.round(Math.log2(magnitude)) : magnitude;
    return s < 0 ? -rounded : rounded;
  }

  /** N10, straight through the codes and through the rounding of the scale. */
  backward(gradients: readonly Float32Array[]): { weights: Float32Array[]; gains: Float32Array } {
    const weights = this.blocks.map(({ weights: w }) => new Float32Array(w.length));
    const gains = new Float32Array(this.rows);
    for (let j = 0; j < this.rows; j++) {
      const norm = this.#norms[j]!;
      let product = 0;
      this.blocks.forEach(({ codes, cols }, b) => {
        for (let i = j * cols; i < (j + 1) * cols; i++) product += codes[i]! * gradients[b]![i]!;
      });
      gains[j] = product / norm;
      const scale = this.#scales[j]!;
      const pull = ((this.gains[j]! / norm) * product) / (norm * norm);
      this.blocks.forEach(({ codes, cols }, b) => {
        for (let i = j * cols; i < (j + 1) * cols; i++) weights[b]![i] = scale * gradients[b]![i]! - pull * codes[i]!;
      });
    }
    return { weights, gains };
  }

  /** Codes and positive scales; a negative gain flips its row's codes. */
  export({ codes, cols }: Block): { codes: Int8Array; scales: Float64Array } {
    const flipped = codes.map((code, i) => (this.#scales[Math.floor(i / cols)]! < 0 ? -code : code));
    return { codes: flipped, scales: this.#scales.map(Math.abs) };
  }
}

function rowSquares({ weights, cols }: Block, j: number): number {
  let sum = 0;
  for (let i = j * cols; i < (j + 1) * cols; i++) sum += weights[i]! ** 2;
  return sum;
}

function countCodes(codes: Int8Array, from: number, count: number): number {
  let sum = 0;
  for (let i = from; i < from + count; i++) sum += codes[i]! & 1;
  return sum;
}

function assignCodes({ weights, codes, cols }: Block, rows: number, units: number, factor: number): void {
  for (let gate = 0; gate < rows / units; gate++) {
    const [from, to] = [gate * units * cols, (gate + 1) * units * cols];
    let sum = 0;
    for (let i = from; i < to; i++) sum += Math.abs(weights[i]!);
    const threshold = (factor * sum) / (to - from);
    for (let i = from; i < to; i++) codes[i] = weights[i]! > threshold ? 1 : weights[i]! < -threshold ? -1 : 0;
  }
}
