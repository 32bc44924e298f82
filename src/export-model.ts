import type { Dataset } from './data/dataset.js';
import { evaluationPieces } from './data/pieces.js';
import { throwIfAny } from './diagnostics.js';
import { FloatRun } from './importers/float-run.js';
import { onnx } from './importers/onnx.js';
import { quantizedFloatOutputs } from './interpreter/quantized-float.js';
import { ACTIVATION_FORMATS, type Codes, type Model } from './ir/model.js';
import { comesAt, outputRate } from './ir/rate.js';
import { taskDef } from './tasks/index.js';

export { toNpz } from './exporters/npz.js';
export { toOnnx } from './exporters/onnx.js';

/** An exported ONNX graph beside the quantized float network of its model. */
export interface OnnxComparison {
  readonly sequences: number;
  /** Rows of outputs. */
  readonly rows: number;
  /** Rows that decide the same; null of a task that decides nothing, and without data. */
  readonly equal: number | null;
  /** Largest difference of an output: a logit, or a quantity in its unit. */
  readonly worst: number;
}

/**
 * Reads an exported graph back with the ONNX importer, runs it in float64 and compares it with the quantized float network:
 * on at most `most` test sequences, or, without data, after every step of the model's golden input.
 */
export async function compareOnnx(
  bytes: Uint8Array,
  model: Model,
  data?: Pick<Dataset, 'task' | 'stream' | 'input' | 'test'>,
  most?: number,
): Promise<OnnxComparison> {
  const path = 'the exported graph';
  const { network, problems } = await onnx.read({ path, bytes, beside: () => new Uint8Array() }, {});
  throwIfAny(problems);
  const run = new FloatRun(network);
  const sequences =
    data === undefined ? [model.goldenInput] : evaluationPieces(data, data.test).sequences.slice(0, most);
  const everyStep = data?.task.everyStep ?? true;
  const decide = data === undefined ? undefined : taskDef(data.task).decide;
  let [rows, equal, worst] = [0, 0, 0];
  for (const codes of sequences) {
    const whole = run.run(inputValues(model, codes));
    const found = everyStep ? whole.filter((_, t) => isNew(model, t)) : whole.slice(-1);
    graphOutputs(model, codes, everyStep).forEach((expected, t) => {
      const own = found[t]!;
      rows++;
      if (decide?.(own) === decide?.(expected)) equal++;
      expected.forEach((value, j) => {
        const difference = Math.abs(value - own[j]!);
        if (!(difference <= worst)) worst = difference;
      });
    });
  }
  return { sequences: sequences.length, rows, equal: decide === undefined ? null : equal, worst };
}

/** What the exported graph should give: outputs of the quantized float network, quantities in their units. */
export const graphOutputs = (model: Model, codes: Codes, everyStep: boolean): Float64Array[] =>
  quantizedFloatOutputs(model, codes, everyStep)
    .filter((_, t) => !everyStep || isNew(model, t))
    .map((row) => {
      const { outputs } = model;
      return outputs === undefined ? row : row.map((y, j) => outputs[j]!.offset + outputs[j]!.scale * y);
    });

/** Whether a time step, from 0, gives a new output: a graph has no other. */
const isNew = ({ layers }: Model, t: number): boolean => comesAt(outputRate(layers), t + 1);

/** The application's values that become these codes; of a one-hot input its vectors. */
export function inputValues({ input, activationBits }: Model, codes: Codes): Float64Array {
  const { size, encoding, fraction, offset, scale } = input;
  if (encoding === 'one-hot') {
    const vectors = new Float64Array(codes.length * size);
    codes.forEach((symbol, t) => {
      if (symbol >= 0 && symbol < size) vectors[t * size + symbol] = 1;
    });
    return vectors;
  }
  const { largest } = ACTIVATION_FORMATS[activationBits];
  const each = (list: readonly number[], i: number): number => Math.fround(list[list.length === 1 ? 0 : i % size]!);
  return Float64Array.from(
    codes,
    (code, i) => (Math.max(code, -largest) * 2 ** -fraction) / each(scale, i) + each(offset, i),
  );
}
