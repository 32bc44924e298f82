import { MAX_SCORE, nextScore } from '../fixed/anomaly-score.js';
import { roundShift } from '../fixed/fixed.js';
import { inferRoundShift, type OpDef, requireDType, requireInt32, requireLength } from './op.js';

/** Elements of a time step: one of both operands is a line of them, the oldest first (N14, N17). */
export const scoredLength = (x: number, p: number): number => Math.min(x, p);

/** The smoothed sum of squared differences between an input and its prediction (N14). */
export const score: OpDef<'score'> = {
  elementwise: false,
  arity: 3,
  infer({ attributes: { xLeft, pLeft, shift, ahead } }, [x, p, s]) {
    requireLength(1, s!.length, 'the score');

    if (Math.max(x!.length, p!.length) % scoredLength(x!.length, p!.length) !== 0)
      throw new RangeError(`${p!.length} predictions of ${x!.length} elements`);
    requireDType('s16', Math.min(x!.min, p!.min), Math.max(x!.max, p!.max));
    const [low, high] = [x!.min * 2 ** xLeft - p!.max * 2 ** pLeft, x!.max * 2 ** xLeft - p!.min * 2 ** pLeft];
    requireInt32(low, high, 'a difference');
    const [least, most] = inferRoundShift(low, high, shift);
    const squares = scoredLength(x!.length, p!.length) * Math.max(least ** 2, most ** 2);
    if (squares > MAX_SCORE) throw new RangeError(`a sum of squares can reach ${squares}, beyond ${MAX_SCORE}`);
    return { dtype: 's32', fraction: 2 * (x!.fraction + xLeft - shift), length: 1, min: -ahead, max: MAX_SCORE };
  },
  evaluate({ attributes: { xLeft, pLeft, shift, smoothing, ahead } }, [x, p, s], output) {
    let q = 0;
    for (let j = 0; j < scoredLength(x!.length, p!.length); j++)
      q += roundShift(x![j]! * 2 ** xLeft - p![j]! * 2 ** pLeft, shift) ** 2;
    output[0] = nextScore(s![0]!, q, smoothing, ahead);
  },
};
