import { bug } from '../diagnostics.js';
import { MAX_AHEAD } from '../fixed/anomaly-score.js';
import { layerOneHot, layerUnits, repeatFraction } from './diagnostics.js';
import { fraction, integer } from './fields.js';
import type { LayerDef } from './layer.js';

/** The last vector of a window of inputs, held while the layers behind give the window back (N17). */
export const repeat: LayerDef<'repeat'> = {
  stateful: true,
  gates: [],
  fields: {
    steps: integer(2, MAX_AHEAD),
    outputFraction: fraction(),
  },
  check({ units, outputFraction }, { inputs, oneHot, fraction: expected }, at, say) {
    say(oneHot && layerOneHot(at, 'repeat'));
    say(units !== inputs && layerUnits(`${at}/units`, 'repeat', inputs, units));
    say(outputFraction !== expected && repeatFraction(`${at}/outputFraction`, expected, outputFraction));
  },
  lower({ steps, units: length, outputFraction }, x, builder) {
    const { dtype, largest } = builder.activation;
    const count = builder.window ?? bug('a repeat layer without a count of inputs');
    builder.add('count', [count], { length: steps }, { into: count });
    const type = { dtype, fraction: outputFraction, length, min: -largest, max: largest };
    const h = builder.declare('h', 'state', type);
    builder.add('hold', [h, x, count], {}, { into: h });
    return {
      hidden: () => h,
      output: () => bug('a repeat layer as the last one'),
    };
  },
};
