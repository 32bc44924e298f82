import { dense, fractionsOfDense, leastOf, lowerDense } from './dense.js';
import { bias, choice, fraction, matrix } from './fields.js';
import type { LayerDef } from './layer.js';
import { checkWindow, declareHeld, lowerWindow, windowFields } from './windowed.js';

/** y = f(W [x_(t-window+1) .. x_t] + b): a dense layer of the last inputs, held until the next output (N15). */
export const conv1d: LayerDef<'conv1d'> = {
  stateful: true,
  gates: dense.gates,
  fields: {
    ...windowFields(),
    activation: choice('linear', 'relu', 'tanh', 'sigmoid'),
    weights: matrix(({ layer, inputs }) => [layer.units, layer.window * inputs]),
    bias: bias(({ layer }) => layer.units),
    outputFraction: fraction(fractionsOfDense),
  },
  check: ({ window }, sizes, at, say) => checkWindow('conv1d', window, sizes, at, say),
  lower(layer, x, builder) {
    const { units, activation, outputFraction } = layer;
    const window = lowerWindow(layer, x, builder);
    const { largest } = builder.activation;
    const min = leastOf(activation, largest);
    const h = declareHeld(builder, outputFraction, units, min);
    lowerDense(layer, window, builder, false)({ into: h });
    return {
      hidden: () => h,
      output: () =>
        builder.add('narrow', [h], { shift: 0, min, max: largest, to: 's16' }, { name: 'y', role: 'output' }),
    };
  },
};
