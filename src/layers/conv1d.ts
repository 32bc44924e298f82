import { isDenseOfSteps, readsTable } from '../ir/model.js';
import type { TensorId, Weights } from '../ir/program.js';
import { dense, fractionsOfDense, leastOf, lowerDense, lowerSums, weightsOf } from './dense.js';
import { lastActivation } from './diagnostics.js';
import { bias, choice, fraction, matrix } from './fields.js';
import type { LayerDef, LayerOf } from './layer.js';
import type { ProgramBuilder } from './program-builder.js';
import { checkWindow, declareHeld, lowerPartial, lowerWindow, windowFields } from './windowed.js';

/** y = f(W [x_(t-window+1) .. x_t] + b): a dense layer of the last inputs, held until the next output (N15, N16). */
export const conv1d: LayerDef<'conv1d'> = {
  stateful: true,
  quantities: isDenseOfSteps,
  gates: dense.gates,
  fields: {
    ...windowFields(),
    activation: choice('linear', 'relu', 'tanh', 'sigmoid'),
    weights: matrix(({ layer, inputs }) => [layer.units, layer.window * inputs]),
    bias: bias(({ layer }) => layer.units),
    outputFraction: fraction(fractionsOfDense),
  },
  check(layer, sizes, at, say) {
    const { activation } = layer;
    checkWindow('conv1d', layer, sizes, at, say);
    const isLast = sizes.last && isDenseOfSteps(layer);
    say(isLast && readsTable(activation) && lastActivation(`${at}/activation`, activation));
  },
  lower(layer, x, builder, last) {
    const { units, activation, outputFraction } = layer;
    const wide = last && isDenseOfSteps(layer);
    const give =
      layer.keeps === undefined
        ? lowerDense(layer, lowerWindow(layer, x, builder), builder, false)
        : lowerSums(layer, sumOfSteps(layer, x, builder), builder, wide);
    const max = wide ? 32767 : builder.activation.largest;
    const min = leastOf(activation, max);
    const h = give({ into: declareHeld(builder, outputFraction, units, min, wide) });
    return {
      hidden: () => h,
      output: () => builder.add('narrow', [h], { shift: 0, min, max, to: 's16' }, { name: 'y', role: 'output' }),
    };
  },
};

/** W [x_1 .. x_window], step by step: each input has its own matrix. */
function sumOfSteps(layer: LayerOf<'conv1d'>, x: TensorId, builder: ProgramBuilder): TensorId {
  const { window } = layer;
  const weights = inSteps(weightsOf(layer), window);
  const attributes = { weights, parts: window };
  const part = (count: TensorId): TensorId => builder.add('matvecAt', [x, count], attributes, { name: 'acc' });
  return lowerPartial(layer, { part, join: 'sum', limit: builder.activation.largest * largestRow(layer) }, builder);
}

/** Largest sum of the magnitudes of a row. */
function largestRow({ weights: { rows, cols, codes } }: LayerOf<'conv1d'>): number {
  const sums = new Float64Array(rows);
  codes.forEach((code, k) => {
    sums[Math.floor(k / cols)]! += Math.abs(code);
  });
  return Math.max(1, ...sums);
}

/** The columns of each step as a matrix, one below the other. */
function inSteps({ rows, cols, codes, ...rest }: Weights, steps: number): Weights {
  const inputs = cols / steps;
  const parts = new Int8Array(codes.length);
  for (let k = 0; k < steps; k++)
    for (let j = 0; j < rows; j++) {
      const from = j * cols + k * inputs;
      parts.set(codes.subarray(from, from + inputs), (k * rows + j) * inputs);
    }
  return { ...rest, rows: steps * rows, cols: inputs, codes: parts };
}
