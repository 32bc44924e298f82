import { expect, test } from 'vitest';
import { argmax } from '../../src/ops/argmax.js';
import { describeOp } from './describe-op.js';
import { makeOp } from './op-cases.js';

describeOp('argmax', {
  exact: (_, [y]) => [BigInt(y!.findIndex((v) => y!.every((other) => other <= v)))],
  refused: {},
});

test('ties go to the lowest index', () => {
  const out = new Int32Array(1);
  argmax.evaluate(makeOp('argmax', {}, 1), [Int32Array.of(-5, 3, 3, 3)], out);
  expect(out[0]).toBe(1);
});
