import { fail, rangeOverflow } from '../../diagnostics.js';
import { differenceFormat, MAX_SCORE } from '../../fixed/anomaly-score.js';
import { type AnomalyRule, type Model, outputFraction as outputFractionOf } from '../../ir/model.js';
import { DTYPE_RANGE, type Program, type TensorId } from '../../ir/program.js';
import { layerDef } from '../../layers/index.js';
import type { Lowered } from '../../layers/layer.js';
import { LoweringError, ProgramBuilder } from '../../layers/program-builder.js';

/**
 * Model -> Program: layers up to the last one with a state in `advance`, the rest in `output`. Formats are those of the model;
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

function lowerLayers(model: Model): Program {
  const { activationBits, tables, input, layers, task } = model;
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
  const predicted = model.anomaly === undefined ? null : lowerScore(builder, current, model, model.anomaly);
  const lastStateful = layers.findLastIndex((layer) => layerDef(layer).stateful);
  let lowered: Lowered | null = null;
  layers.forEach((layer, index) => {
    const last = index === layers.length - 1;
    if (index > 0) current = lowered!.hidden();
    builder.origin = `/layers/${index}`;
    builder.layer = layer.name;
    lowered = layerDef(layer).lower(layer, current, builder, last);
    if (index === lastStateful && predicted === null) builder.phase = 'output';
  });
  if (predicted !== null) return finishPrediction(builder, x, lowered!, predicted);
  const y = lowered!.output();
  // logits of classes become a decision; the values of other tasks are the application's
  if (task === undefined) {
    builder.phase = 'argmax';
    builder.layer = '';
    builder.add('argmax', [y], {}, { name: 'best' });
  }
  return builder.finish(x, y);
}

/**
 * The score of the present input against the prediction of it that the state holds (N14), in front of all layers, which
 * replace the newest prediction.
 * @returns the state that takes the outputs of the last layer
 */
function lowerScore(
  builder: ProgramBuilder,
  x: TensorId,
  { input, activationBits, layers }: Model,
  { ahead, smoothing }: AnomalyRule,
): TensorId {
  const { size, fraction: inputFraction } = input;
  const outputFraction = outputFractionOf(layers.at(-1)!, activationBits);
  const { largest } = builder.activation;
  const { scoreFraction, ...format } = differenceFormat({ size, largest, inputFraction, outputFraction });
  const held = { dtype: 's16', fraction: outputFraction, min: -32767, max: 32767 } as const;
  const state = (name: string, length: number): TensorId => builder.declare(name, 'state', { ...held, length });
  builder.origin = '/anomaly';
  builder.layer = 'anomaly';
  const score = builder.declare('score', 'state', {
    ...{ dtype: 's32', fraction: scoreFraction, length: 1, min: -ahead, max: MAX_SCORE },
  });
  const predicted = state('predicted', size);
  const waiting = ahead === 1 ? null : state('waiting', (ahead - 1) * size);
  builder.add('score', [x, waiting ?? predicted, score], { ...format, smoothing, ahead }, { into: score });
  if (waiting !== null) builder.add('delay', [waiting, predicted], {}, { into: waiting });
  return predicted;
}

/** The last layer's outputs become the newest prediction, of which the program's output is a copy. */
function finishPrediction(builder: ProgramBuilder, x: TensorId, last: Lowered, predicted: TensorId): Program {
  last.output({ into: predicted });
  builder.phase = 'output';
  builder.origin = '/anomaly';
  builder.layer = 'anomaly';
  const copy = { shift: 0, min: -32767, max: 32767, to: 's16' } as const;
  return builder.finish(x, builder.add('narrow', [predicted], copy, { name: 'y', role: 'output' }));
}
