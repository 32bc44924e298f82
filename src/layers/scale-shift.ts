import { ACTIVATION_FORMATS } from '../ir/model.js';
import { layerOneHot, layerUnits } from './diagnostics.js';
import { bias, fraction, integers, SHIFT, type Sizes } from './fields.js';
import type { LayerDef, LayerOf } from './layer.js';

const units = ({ layer }: Sizes<LayerOf<'scaleShift'>>): number => layer.units;

/** y = x m + b, element by element (N9). */
export const scaleShift: LayerDef<'scaleShift'> = {
  stateful: false,
  gates: [],
  fields: {
    m: integers(Int16Array, [-32767, 32767], units),
    n: integers(Uint8Array, SHIFT, units),
    bias: bias(units),
    outputFraction: fraction((_, bits) => [0, ACTIVATION_FORMATS[bits].unitFraction]),
  },
  check(layer, { inputs, oneHot }, at, say) {
    say(layer.units !== inputs && layerUnits(`${at}/units`, 'scaleShift', inputs, layer.units));
    say(oneHot && layerOneHot(at, 'scaleShift'));
  },
  lower(layer, x, builder) {
    const { m, n, outputFraction } = layer;
    const { dtype: to, largest: max } = builder.activation;
    const attributes = { m, n, bias: layer.bias, fraction: outputFraction, min: -max, max, to };
    const y = builder.add('scaleShift', [x], attributes, { name: 'y' });
    return {
      hidden: () => y,
      output: () =>
        builder.add('narrow', [y], { shift: 0, min: -max, max, to: 's16' }, { name: 'y16', role: 'output' }),
    };
  },
};
