import { expect, test } from 'vitest';
import type { Op, TensorId } from '../../src/ir/program.js';
import { concat } from '../../src/ops/concat.js';
import { describeOp } from './describe-op.js';
import { tensor } from './op-cases.js';

describeOp('concat', {
  exact: (_, [a, b]) => [...a!, ...b!],
  refused: {
    'vectors of other fractions': [{}, tensor('s8', 2, [0, 1], 7), tensor('s8', 3, [0, 1], 6)],
    'values beyond s8': [{}, tensor('s8', 2), tensor('s16', 3)],
  },
});

test('vectors of the largest sizes: their ranges are not arguments of a call', () => {
  const ids = [0, 1].map((id) => id as TensorId);
  const op: Op<'concat'> = { kind: 'concat', inputs: ids, output: 2 as TensorId, attributes: {}, origin: '' };
  const long = { dtype: 's8', fraction: 7, length: 65535, min: -127, max: 127 } as const;
  expect(concat.infer(op, [long, long])).toMatchObject({ length: 131070, min: -127, max: 127 });
});
