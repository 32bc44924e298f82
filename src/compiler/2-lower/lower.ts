import { fail, rangeOverflow } from '../../diagnostics.js';
import { MAX_SCORE } from '../../fixed/anomaly-score.js';
import { type AnomalyRule, type Model, outputFraction } from '../../ir/model.js';
import { DTYPE_RANGE, type Program, type TensorId } from '../../ir/program.js';
import { repeatedSteps } from '../../ir/reconstruction.js';
import { scoreFormat } from '../../ir/score-format.js';
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
  const score = model.anomaly === undefined ? null : lowerScore(builder, current, model, model.anomaly);
  const lastStateful = layers.findLastIndex((layer) => layerDef(layer).stateful);
  let lowered: Lowered | null = null;
  layers.forEach((layer, index) => {
    const last = index === layers.length - 1;
    if (index > 0) current = lowered!.hidden();
    builder.origin = `/layers/${index}`;
    builder.layer = layer.name;
    lowered = layerDef(layer).lower(layer, current, builder, last);
    if (index === lastStateful && score === null) builder.phase = 'output';
  });
  if (score !== null) return finishPrediction(builder, x, lowered!, score);
  const y = lowered!.output();
  // logits of classes become a decision; the values of other tasks are the application's
  if (task === undefined) {
    builder.phase = 'argmax';
    builder.layer = '';
    builder.add('argmax', [y], {}, { name: 'best' });
  }
  return builder.finish(x, y);
}

/** What a network that finds anomalies compares its inputs with. */
interface LoweredScore {
  /** The state that takes the outputs of the last layer. */
  readonly predicted: TensorId;
  /** What comes behind the last layer. */
  finish(): void;
}

/**
 * The score of the present input against the prediction of it that the state holds (N14), in front of all layers, which
 * replace the newest prediction; or of a window against what is given back of it, behind them (N17).
 */
function lowerScore(builder: ProgramBuilder, x: TensorId, model: Model, rule: AnomalyRule): LoweredScore {
  const { input, activationBits, layers } = model;
  const { size } = input;
  const { scoreFraction: fraction, ...format } = scoreFormat(model);
  const held = {
    dtype: 's16',
    fraction: outputFraction(layers.at(-1)!, activationBits),
    min: -32767,
    max: 32767,
  } as const;
  const state = (name: string, length: number): TensorId => builder.declare(name, 'state', { ...held, length });
  const number = (name: string, min: number): TensorId =>
    builder.declare(name, 'state', { dtype: 's32', fraction, length: 1, min, max: MAX_SCORE });
  builder.origin = '/anomaly';
  builder.layer = 'anomaly';
  const steps = repeatedSteps(layers);
  if (steps === null) {
    const { ahead, smoothing } = rule;
    const score = number('score', -ahead);
    const predicted = state('predicted', size);
    const waiting = ahead === 1 ? null : state('waiting', (ahead - 1) * size);
    builder.add('score', [x, waiting ?? predicted, score], { ...format, smoothing, ahead }, { into: score });
    if (waiting !== null) builder.add('delay', [waiting, predicted], {}, { into: waiting });
    return { predicted, finish: () => undefined };
  }
  const score = number('score', -MAX_SCORE);
  const ahead = steps - 1;
  const error = number('error', -ahead);
  const sum = number('sum', -MAX_SCORE);
  const predicted = state('predicted', size);
  const { dtype, min, max, fraction: ofInput } = builder.typeOf(x);
  const waiting = builder.declare('waiting', 'state', { dtype, min, max, fraction: ofInput, length: ahead * size });
  const count = builder.declare('count', 'state', { dtype: 's16', fraction: 0, length: 1, min: 0, max: ahead });
  builder.window = count;
  const finish = (): void => {
    const limits = { min: -MAX_SCORE, max: MAX_SCORE };
    builder.add('score', [waiting, predicted, error], { ...format, smoothing: 0, ahead }, { into: error });
    builder.add('hold', [score, sum, count], {}, { into: score });
    const before = builder.add('resume', [sum, count], { initial: 0, limit: MAX_SCORE }, { name: 'sum_past' });
    const wide = builder.add('add', [before, error], {}, { name: 'sum_wide' });
    builder.add('narrow', [wide], { shift: 0, ...limits, to: 's32' }, { into: sum });
    builder.add('delay', [waiting, x], {}, { into: waiting });
  };
  return { predicted, finish };
}

/** The last layer's outputs become the newest prediction, of which the program's output is a copy. */
function finishPrediction(builder: ProgramBuilder, x: TensorId, last: Lowered, score: LoweredScore): Program {
  last.output({ into: score.predicted });
  builder.origin = '/anomaly';
  builder.layer = 'anomaly';
  score.finish();
  builder.phase = 'output';
  const copy = { shift: 0, min: -32767, max: 32767, to: 's16' } as const;
  return builder.finish(x, builder.add('narrow', [score.predicted], copy, { name: 'y', role: 'output' }));
}
