import { describe, expect, test } from 'vitest';
import { DTYPE_RANGE, type OpAttributes, type OpKind, type TensorType } from '../../src/ir/program.js';
import { OPS, opDef } from '../../src/ops/index.js';
import { makeCases, makeOp } from './op-cases.js';

export interface OpExpectations<K extends OpKind> {
  /** The output by a formula of its own, on BigInt. */
  readonly exact: (attributes: OpAttributes[K], inputs: readonly (readonly bigint[])[]) => readonly bigint[];
  /** Attributes and types that infer must refuse: they could leave 32 bits, or do not belong together. */
  readonly refused: Readonly<Record<string, readonly [OpAttributes[K], ...TensorType[]]>>;
}

/** Tests that every op has. */
export function describeOp<K extends OpKind>(kind: K, { exact, refused }: OpExpectations<K>): void {
  const cases = makeCases(kind);
  const evaluate = ({ op, values, output }: (typeof cases)[number]): Int32Array => {
    const found = new Int32Array(output.length).fill(0x5a5a5a5a);
    opDef(op).evaluate(op, values, found);
    return found;
  };
  describe(kind, () => {
    test(`evaluate is the formula, ${cases.length} cases`, () => {
      for (const c of cases) {
        const expected = exact(
          c.op.attributes as OpAttributes[K],
          c.values.map((v) => Array.from(v, BigInt)),
        );
        expect(Array.from(evaluate(c), BigInt)).toEqual(expected);
      }
    });

    test('no result leaves its inferred range', () => {
      for (const c of cases) {
        const [low, high] = DTYPE_RANGE[c.output.dtype];
        expect([c.output.min >= low, c.output.max <= high, c.output.min <= c.output.max]).toEqual([true, true, true]);
        evaluate(c).forEach((v, j) => {
          const least = c.output.bounds?.low[j] ?? c.output.min;
          const most = c.output.bounds?.high[j] ?? c.output.max;
          if (v < least || v > most || least < c.output.min || most > c.output.max)
            expect([least, v, most]).toBe('in order');
        });
      }
    });

    test('its output may take the place of an input only where it works element by element', () => {
      const def = OPS[kind];
      for (const c of cases) {
        expect(c.inputs.length).toBe(def.arity);
        if (!def.elementwise) continue;
        for (const [i, type] of c.inputs.entries()) {
          expect(type.length).toBe(c.output.length);
          const values = c.values.map((v) => v.slice());
          opDef(c.op).evaluate(c.op, values, values[i]!);
          expect(values[i]).toEqual(evaluate(c));
        }
      }
    });

    test.each(Object.entries(refused))('refuses %s', (_, [attributes, ...types]) => {
      const op = makeOp(kind, attributes as OpAttributes[K], types.length);
      expect(() => opDef(op).infer(op, types)).toThrow(RangeError);
    });
  });
}
