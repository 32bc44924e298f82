import { CTYPE } from '../../src/ir/plan.js';
import { DTYPE_BYTES } from '../../src/ir/program.js';
import { opDef } from '../../src/ops/index.js';
import { ARGMAX, CONCATS, COUNT, DELAYS, HOLDS, POOLS, RESUMES, SCORES, WAIT } from '../../src/targets/kernels.js';
import { makeCases } from '../ops/op-cases.js';
import { arrayOf, type Calls, toBytes } from './calls.js';

/** Every op that is neither a product nor element by element. */
export function addSingleCalls(calls: Calls): void {
  addArgmaxCalls(calls);
  addConcatCalls(calls);
  addStateCalls(calls);
  addPoolCalls(calls);
  addResumeCalls(calls);
  addWindowCalls(calls);
}

function addArgmaxCalls(calls: Calls): void {
  for (const c of makeCases('argmax')) {
    const result = new Int32Array(1);
    opDef(c.op).evaluate(c.op, c.values, result);
    const arrays = [arrayOf([0], 4), arrayOf(c.values[0]!, 2)];
    const statement = `*(int32_t *)arrays[0] = ${ARGMAX}(arrays[1], integers[0]);`;
    calls.add(ARGMAX, statement, arrays, [c.values[0]!.length], toBytes(result, 4), `argmax of ${c.values[0]!.length}`);
  }
}

function addConcatCalls(calls: Calls): void {
  for (const c of makeCases('concat')) {
    const result = new Int32Array(c.output.length);
    opDef(c.op).evaluate(c.op, c.values, result);
    const dtype = c.output.dtype === 's16' ? 's16' : 's8';
    const arrays = [result.map(() => 0), ...c.values].map((values) => arrayOf(values, DTYPE_BYTES[dtype]));
    const statement = `${CONCATS[dtype]}(arrays[0], arrays[1], arrays[2], integers[0], integers[1]);`;
    const lengths = c.values.map((values) => values.length);
    const description = `concat of ${lengths.join(' and ')}`;
    calls.add(CONCATS[dtype], statement, arrays, lengths, toBytes(result, DTYPE_BYTES[dtype]), description);
  }
}

/** Ops whose result replaces a state: the state comes first. */
function addStateCalls(calls: Calls): void {
  for (const { op, inputs, values } of makeCases('score')) {
    const result = new Int32Array(1);
    opDef(op).evaluate(op, values, result);
    const [x, p, s] = values as [Int32Array, Int32Array, Int32Array];
    const dtype = inputs[0]!.dtype === 's16' ? 's16' : 's8';
    const { xLeft, pLeft, shift, smoothing, ahead } = op.attributes;
    const integers = [Math.min(x.length, p.length), xLeft, pLeft, shift, smoothing, ahead];
    const statement = `*(int32_t *)arrays[0] = *(const int32_t *)arrays[3]; ${SCORES[dtype]}(arrays[0], arrays[1], arrays[2], ${list(integers)});`;
    const arrays = [arrayOf([0], 4), arrayOf(x, DTYPE_BYTES[dtype]), arrayOf(p, 2), arrayOf(s, 4)];
    calls.add(SCORES[dtype], statement, arrays, integers, toBytes(result, 4), `score of ${integers.join(', ')}`);
  }
  for (const { op, inputs, output, values } of makeCases('delay')) {
    const dtype = inputs[0]!.dtype === 's16' ? 's16' : 's8';
    const type = CTYPE[dtype];
    const result = new Int32Array(output.length);
    opDef(op).evaluate(op, values, result);
    const integers = values.map(({ length }) => length);
    const copy = `for (int j = 0; j < integers[0]; j++) { ((${type} *)arrays[0])[j] = ((${type} *)arrays[2])[j]; }`;
    const statement = `${copy} ${DELAYS[dtype]}(arrays[0], arrays[1], ${list(integers)});`;
    const [line, b] = values as [Int32Array, Int32Array];
    const arrays = [result.map(() => 0), b, line].map((own) => arrayOf(own, DTYPE_BYTES[dtype]));
    const bytes = toBytes(result, DTYPE_BYTES[dtype]);
    calls.add(DELAYS[dtype], statement, arrays, integers, bytes, `delay of ${integers.join(' by ')}`);
  }
  for (const { op, values } of makeCases('wait')) {
    const result = new Int32Array(1);
    opDef(op).evaluate(op, values, result);
    const { first, stride } = op.attributes;
    const waits = opDef(op).ends!(op, values);
    const statement = `*(int16_t *)arrays[0] = *(const int16_t *)arrays[1]; ((int16_t *)arrays[0])[1] = (int16_t)${WAIT}(arrays[0], integers[0], integers[1]);`;
    const arrays = [arrayOf([0, 0], 2), arrayOf(values[0]!, 2)];
    const bytes = toBytes(Int32Array.of(result[0]!, waits ? 1 : 0), 2);
    calls.add(WAIT, statement, arrays, [first, stride], bytes, `wait for ${first} by ${stride}`);
  }
}

function addWindowCalls(calls: Calls): void {
  for (const { op, values } of makeCases('count')) {
    const result = new Int32Array(1);
    opDef(op).evaluate(op, values, result);
    const statement = `*(int16_t *)arrays[0] = *(const int16_t *)arrays[1]; ${COUNT}(arrays[0], integers[0]);`;
    const { length } = op.attributes;
    calls.add(
      COUNT,
      statement,
      [arrayOf([0], 2), arrayOf(values[0]!, 2)],
      [length],
      toBytes(result, 2),
      `count to ${length}`,
    );
  }
  for (const { op, output, values } of makeCases('hold')) {
    const { dtype, length } = output;
    const result = new Int32Array(length);
    opDef(op).evaluate(op, values, result);
    const [held, x, count] = values as [Int32Array, Int32Array, Int32Array];
    const bytes = DTYPE_BYTES[dtype];
    const type = CTYPE[dtype];
    const copy = `for (int j = 0; j < integers[0]; j++) { ((${type} *)arrays[0])[j] = ((${type} *)arrays[3])[j]; }`;
    const statement = `${copy} ${HOLDS[dtype]}(arrays[0], arrays[1], arrays[2], integers[0]);`;
    const arrays = [arrayOf(new Int32Array(length), bytes), arrayOf(x, bytes), arrayOf(count, 2), arrayOf(held, bytes)];
    calls.add(HOLDS[dtype], statement, arrays, [length], toBytes(result, bytes), `hold at ${count[0]}`);
  }
}

function addPoolCalls(calls: Calls): void {
  for (const { op, inputs, output, values } of makeCases('pool')) {
    const result = new Int32Array(output.length);
    opDef(op).evaluate(op, values, result);
    const dtype = inputs[0]!.dtype === 's16' ? 's16' : 's8';
    const { take, length } = op.attributes;
    const symbol = POOLS[take][dtype];
    const arrays = [
      arrayOf(
        result.map(() => 0),
        DTYPE_BYTES[output.dtype],
      ),
      arrayOf(values[0]!, DTYPE_BYTES[dtype]),
    ];
    const integers = [values[0]!.length / length, length];
    const statement = `${symbol}(arrays[0], arrays[1], integers[0], integers[1]);`;
    calls.add(
      symbol,
      statement,
      arrays,
      integers,
      toBytes(result, DTYPE_BYTES[output.dtype]),
      `${take} of ${integers}`,
    );
  }
}

function addResumeCalls(calls: Calls): void {
  for (const { op, output, values } of makeCases('resume')) {
    const result = new Int32Array(output.length);
    opDef(op).evaluate(op, values, result);
    const { initial, limit } = op.attributes;
    const [a, count] = values as [Int32Array, Int32Array];
    const bytes = DTYPE_BYTES[output.dtype];
    const arrays = [arrayOf(new Int32Array(output.length), bytes), arrayOf(a, bytes), arrayOf(count, 2)];
    const integers = [output.length, initial, limit];
    const statement = `${RESUMES[output.dtype]}(arrays[0], arrays[1], arrays[2], ${list(integers)});`;
    calls.add(RESUMES[output.dtype], statement, arrays, integers, toBytes(result, bytes), `resume at ${count[0]}`);
  }
}

const list = (integers: readonly number[]): string => integers.map((_, i) => `integers[${i}]`).join(', ');
