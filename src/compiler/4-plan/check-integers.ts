import type { Op } from '../../ir/program.js';

/** Ops that make a vector of whole vectors, and those that replace a state. */
export type VectorOp = Op<'concat'> | Op<'pool'> | Op<'resume'>;
export type StateOp = Op<'score'> | Op<'delay'> | Op<'wait'> | Op<'count'> | Op<'hold'>;

export const isVectorOp = (op: Op): op is VectorOp => ['concat', 'pool', 'resume'].includes(op.kind);
export const isStateOp = (op: Op): op is StateOp => ['score', 'delay', 'wait', 'count', 'hold'].includes(op.kind);

/** What is no vector, in the order of the C function; `lengths`: those of the op's inputs. */
export function integersOf(op: VectorOp | StateOp, lengths: readonly number[]): readonly number[] {
  const [length] = lengths as readonly [number];
  switch (op.kind) {
    case 'concat':
    case 'delay':
      return lengths;
    case 'pool':
      return [length / op.attributes.length, op.attributes.length];
    case 'resume':
      return [length, op.attributes.initial, op.attributes.limit];
    case 'wait':
      return [op.attributes.first, op.attributes.stride];
    case 'count':
      return [op.attributes.length];
    case 'hold':
      return [length];
    case 'score': {
      const { xLeft, pLeft, shift, smoothing, ahead } = op.attributes;
      // of two lines the shorter is that of one step
      return [Math.min(...lengths.slice(0, 2)), xLeft, pLeft, shift, smoothing, ahead];
    }
  }
}
