import type { LayerDef } from './layer.js';

/** y = x m + b, element by element, s8 to s8 (N9). */
export const affine: LayerDef<'affine'> = {
  recurrent: false,
  gates: [],
  lower({ m, n, bias, outputFraction: fraction }, x, builder) {
    const y = builder.add('affine', [x], { m, n, bias, fraction, min: -127, max: 127 }, { name: 'y' });
    return {
      hidden: () => y,
      output: () =>
        builder.add('narrow', [y], { shift: 0, min: -127, max: 127, to: 's16' }, { name: 'y16', role: 'output' }),
    };
  },
};
