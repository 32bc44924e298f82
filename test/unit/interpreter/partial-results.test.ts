import { expect, test } from 'vitest';
import { readModel } from '../../../src/compiler/1-read/read-model.js';
import { lower } from '../../../src/compiler/2-lower/lower.js';
import { fixedOutputs } from '../../../src/interpreter/fixed-outputs.js';
import { codesArray, isDenseOfSteps, type Layer, type Model } from '../../../src/ir/model.js';
import { Draw } from '../../fuzz/random-network.js';
import { sampleText } from '../../samples/sample-text.js';

/** The same model with the inputs of its windows in the state; as the last layer these give codes of the activation bits. */
const withWindows = (model: Model): Model => ({
  ...model,
  layers: model.layers.map((layer): Layer => {
    if (!('keeps' in layer)) return layer;
    const { keeps: _, ...rest } = layer;
    return rest as Layer;
  }),
});

test.each(['steps_pooled', 'steps_max_16_bits'])(
  '%s gives with partial results what it gives with whole windows',
  (name) => {
    const model = readModel(sampleText(name));
    expect(isDenseOfSteps(model.layers.at(-1)!)).toBe(true);
    const draw = new Draw(3);
    const { size } = model.input;
    const codes = codesArray(model.input, model.activationBits).from(
      Array.from({ length: 150 * size }, () => draw.integer(-127, 127)),
    );
    const outputs = (own: Model) => fixedOutputs(own, lower(own), codes, true);
    const most = model.activationBits === 16 ? 32767 : 127;
    const unit = 2 ** -(model.layers.at(-1) as { outputFraction: number }).outputFraction;
    // codes of 8 bits end earlier than those of 16
    const limited = outputs(model).map((row) => Array.from(row, (value) => Math.min(value, most * unit)));
    expect(new Set(limited.flat()).size).toBeGreaterThan(1);
    expect(limited).toEqual(outputs(withWindows(model)).map((row) => Array.from(row)));
  },
);
