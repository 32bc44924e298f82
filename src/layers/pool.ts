import { chooseMultiplier, choosePreShift } from '../fixed/formats.js';
import type { TensorId } from '../ir/program.js';
import { layerUnits, poolFraction } from './diagnostics.js';
import { choice, fraction } from './fields.js';
import type { LayerDef } from './layer.js';
import type { ProgramBuilder, Target } from './program-builder.js';
import { checkWindow, declareHeld, lowerPartial, lowerWindow, windowFields } from './windowed.js';

/** The largest or the mean of the last inputs, element by element, held until the next output (N15, N16). */
export const pool: LayerDef<'pool'> = {
  stateful: true,
  gates: [],
  fields: {
    ...windowFields(),
    function: choice('max', 'mean'),
    outputFraction: fraction(),
  },
  check(layer, sizes, at, say) {
    const { units, outputFraction } = layer;
    checkWindow('pool', layer, sizes, at, say);
    say(units !== sizes.inputs && layerUnits(`${at}/units`, 'pool', sizes.inputs, units));
    const { fraction: expected } = sizes;
    say(outputFraction !== expected && poolFraction(`${at}/outputFraction`, expected, outputFraction));
  },
  lower(layer, x, builder) {
    const { units: length, window, outputFraction } = layer;
    const { dtype, largest: max } = builder.activation;
    const limits = { min: -max, max };
    const held = (): Target => ({ into: declareHeld(builder, outputFraction, length, -max) });
    const narrowed = (id: TensorId) => builder.add('narrow', [id], { shift: 0, ...limits, to: dtype }, held());
    const isMax = layer.function === 'max';
    let h: TensorId;
    if (layer.keeps === 'partial') {
      const widened = () => builder.add('narrow', [x], { shift: 0, ...limits, to: 's32' }, { name: 'x32' });
      const whole = isMax
        ? lowerPartial(layer, { part: () => x, join: 'max', limit: max }, builder)
        : lowerPartial(layer, { part: widened, join: 'sum', limit: window * max }, builder);
      h = narrowed(isMax ? whole : meanOf(builder, whole, window));
    } else {
      const line = lowerWindow(layer, x, builder);
      h = isMax
        ? builder.add('pool', [line], { take: 'max', length }, held())
        : narrowed(meanOf(builder, builder.add('pool', [line], { take: 'sum', length }, { name: 'sum' }), window));
    }
    return {
      hidden: () => h,
      output: () => builder.add('narrow', [h], { shift: 0, ...limits, to: 's16' }, { name: 'y', role: 'output' }),
    };
  },
};

/** A sum of `count` codes divided by it: the row scale 1 / count (N2, N3). */
function meanOf(builder: ProgramBuilder, sum: TensorId, count: number): TensorId {
  const { fraction: own, length } = builder.typeOf(sum);
  const pre = choosePreShift(count * 2 ** (builder.activationBits - 1));
  const { m, n } = chooseMultiplier(1 / count, pre);
  const scale = {
    kind: 'multiplier',
    pre,
    m: new Int16Array(length).fill(m),
    n: new Uint8Array(length).fill(n),
  } as const;
  const { largest: max } = builder.activation;
  return builder.add('requantize', [sum], { scale, fraction: own, min: -max, max }, { name: 'mean' });
}
