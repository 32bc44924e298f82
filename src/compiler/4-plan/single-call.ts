import type { Program, TensorId } from '../../ir/program.js';
import { scoredLength } from '../../ops/score.js';
import { ARGMAX, CONCATS, COUNT, DELAYS, HOLDS, POOLS, RESUMES, SCORES, WAIT } from '../../targets/kernels.js';
import type { SingleOp } from './schedule.js';

/** The C function of an op that is neither a product nor element by element, and its arguments in order. */
export interface SingleCall {
  readonly symbol: string;
  /** It writes its output as the first argument; others replace an input, or return a number. */
  readonly writes: boolean;
  readonly inputs: readonly TensorId[];
  readonly integers: readonly number[];
}

export function singleCall(op: SingleOp, { tensors }: Program): SingleCall {
  const { inputs } = op;
  const lengths = inputs.map((id) => tensors[id]!.type.length);
  const typeOf = (id: TensorId): 's8' | 's16' => (tensors[id]!.type.dtype === 's16' ? 's16' : 's8');
  switch (op.kind) {
    case 'argmax':
      return { symbol: ARGMAX, writes: false, inputs, integers: lengths };
    case 'delay':
      return { symbol: DELAYS[typeOf(op.output)], writes: false, inputs, integers: lengths };
    case 'wait': {
      const { first, stride } = op.attributes;
      return { symbol: WAIT, writes: false, inputs, integers: [first, stride] };
    }
    case 'count':
      return { symbol: COUNT, writes: false, inputs, integers: [op.attributes.length] };
    case 'hold':
      return { symbol: HOLDS[tensors[op.output]!.type.dtype], writes: false, inputs, integers: [lengths[0]!] };
    case 'score': {
      const [x, p, score] = inputs as readonly [TensorId, TensorId, TensorId];
      const { xLeft, pLeft, shift, smoothing, ahead } = op.attributes;
      const integers = [scoredLength(lengths[0]!, lengths[1]!), xLeft, pLeft, shift, smoothing, ahead];
      return { symbol: SCORES[typeOf(x)], writes: false, inputs: [score, x, p], integers };
    }
    case 'pool': {
      const { take, length } = op.attributes;
      return {
        symbol: POOLS[take][typeOf(inputs[0]!)],
        writes: true,
        inputs,
        integers: [lengths[0]! / length, length],
      };
    }
    case 'resume': {
      const { initial, limit } = op.attributes;
      const { dtype } = tensors[op.output]!.type;
      return { symbol: RESUMES[dtype], writes: true, inputs, integers: [lengths[0]!, initial, limit] };
    }
    case 'concat':
      return { symbol: CONCATS[typeOf(op.output)], writes: true, inputs, integers: lengths };
  }
}
