import type { LayerDef } from './layer.js';

/** y = x m + b, element by element (N9). */
export const affine: LayerDef<'affine'> = {
  recurrent: false,
  gates: [],
  lower({ m, n, bias, outputFraction: fraction }, x, builder) {
    const { dtype: to, largest: max } = builder.activation;
    const y = builder.add('affine', [x], { m, n, bias, fraction, min: -max, max, to }, { name: 'y' });
    return {
      hidden: () => y,
      output: () =>
        builder.add('narrow', [y], { shift: 0, min: -max, max, to: 's16' }, { name: 'y16', role: 'output' }),
    };
  },
};
