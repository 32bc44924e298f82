import { fail, rangeOverflow } from '../../diagnostics.js';
import type { Model } from '../../ir/model.js';
import { DTYPE_RANGE, type Program } from '../../ir/program.js';
import { layerDef } from '../../layers/index.js';
import type { Lowered } from '../../layers/layer.js';
import { LoweringError, ProgramBuilder } from '../../layers/program-builder.js';

/**
 * Model -> Program: layers up to the last recurrent one in `advance`, the rest in `output`. Formats stand in the model;
 * lowering obeys. A model whose numbers could leave int32 is refused (range_overflow).
 */
export function lower(model: Model): Program {
  try {
    return lowerLayers(model);
  } catch (error) {
    if (error instanceof LoweringError) fail(rangeOverflow(error.origin, error.message));
    throw error;
  }
}

function lowerLayers({ activationBits, tables, input, layers, task }: Model): Program {
  const builder = new ProgramBuilder(activationBits, tables);
  const { fraction, size: length } = input;
  const oneHot = input.encoding === 'one-hot';
  const { dtype, largest: most } = builder.activation;
  const xType = oneHot ? 's16' : dtype;
  const [min, max] = DTYPE_RANGE[xType];
  const x = builder.declare('x', 'input', { dtype: xType, fraction, length: oneHot ? 1 : length, min, max });
  builder.origin = '/input';
  let current = x;
  if (!oneHot)
    current = builder.add(
      'narrow',
      [x],
      { shift: 0, min: -most, max: most, to: dtype },
      { name: `x${activationBits}` },
    );
  const lastRecurrent = layers.findLastIndex((layer) => layerDef(layer).recurrent);
  let lowered: Lowered | null = null;
  layers.forEach((layer, index) => {
    const last = index === layers.length - 1;
    if (index > 0) current = lowered!.hidden();
    builder.origin = `/layers/${index}`;
    builder.layer = layer.name;
    lowered = layerDef(layer).lower(layer, current, builder, last);
    if (index === lastRecurrent) builder.phase = 'output';
  });
  const y = lowered!.output();
  // logits of classes become a decision; the values of other tasks are the application's
  if (task === undefined) {
    builder.phase = 'argmax';
    builder.layer = '';
    builder.add('argmax', [y], {}, { name: 'best' });
  }
  return builder.finish(x, y);
}
