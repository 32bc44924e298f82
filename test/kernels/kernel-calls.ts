import { keepShifts, vectorsOf } from '../../src/compiler/4-plan/loop-operands.js';
import { expression, variables } from '../../src/compiler/5-emit/loop.js';
import { ALPHABETS } from '../../src/ir/alphabets.js';
import { CTYPE, CTYPE_BYTES, type CType } from '../../src/ir/plan.js';
import { DTYPE_BYTES, type Op, type OpKind, type Weights } from '../../src/ir/program.js';
import { OPS, opDef } from '../../src/ops/index.js';
import type { Kernel, KernelArgument } from '../../src/targets/kernel.js';
import { ALL_KERNELS } from '../../src/targets/kernels.js';
import { Draw } from '../fuzz/random-network.js';
import { makeCases } from '../ops/op-cases.js';
import { arrayOf, type CArray, Calls, GUARD, GUARD_BYTE, type KernelCall, toBytes } from './calls.js';
import { laneCases, type MatrixCase, randomCase } from './matrix-cases.js';
import { addSingleCalls } from './single-calls.js';

/** Weights as a kernel gets them: rows padded with zeros, or -1 where the alphabet has no zero. */
function prepared(kernel: Kernel, op: Op<'matvec'> | Op<'gather'>): Weights | null {
  const { weights } = op.attributes;
  if (kernel.op !== op.kind || !kernel.alphabets.includes(weights.alphabet)) return null;
  if (kernel.fits?.(weights) === false) return null;
  const rows = Math.ceil(weights.rows / kernel.tile.rows) * kernel.tile.rows;
  const codes = new Int8Array(rows * weights.cols).fill(ALPHABETS[weights.alphabet].isCode(0) ? 0 : -1);
  codes.set(weights.codes);
  return { ...weights, rows, codes };
}

function addKernelCalls(calls: Calls, kernel: Kernel, cases: readonly MatrixCase[]): void {
  for (const c of cases) {
    const op = c.op as Op<'matvec'> | Op<'gather'>;
    if (c.inputs[0]!.dtype !== kernel.input) continue;
    const weights = prepared(kernel, op);
    if (weights === null) continue;
    const result = new Int32Array(weights.rows);
    const padded = { ...op, attributes: { ...op.attributes, weights } } as typeof op;
    opDef(padded).evaluate(padded, c.values, result);
    const groups = Math.ceil(weights.cols / kernel.tile.inputs);
    const ways = [
      { addToOutput: false, block: groups },
      ...(kernel.op === 'gather' ? [] : [{ addToOutput: true, block: groups }]),
      ...(kernel.blocks.length > 0 && groups > 2 ? [{ addToOutput: false, block: 2 }] : []),
    ];
    for (const { addToOutput, block } of ways) {
      const before = Int32Array.from(result, (_, j) => 1000 * j - 12_345);
      const list = kernel.arguments({
        weights,
        addToOutput,
        block,
        fraction: op.kind === 'gather' ? op.attributes.fraction : 0,
      });
      const arrays: CArray[] = [];
      const toCArray = (argument: KernelArgument): void => {
        if (argument.kind === 'integer') return;
        if (argument.kind === 'output') arrays.push(arrayOf(before, 4));
        else if (argument.kind === 'input') arrays.push(arrayOf(c.values[0]!, DTYPE_BYTES[c.inputs[0]!.dtype]));
        else if (argument.kind === 'scratch')
          arrays.push({
            ...arrayOf(new Int32Array(argument.elements).fill(0x5a5a5a5a), CTYPE_BYTES[argument.ctype]),
            aligned: true,
          });
        else {
          const { ctype, values } = argument.pack();
          if (values.byteLength !== argument.bytes) throw new Error(`${kernel.symbol}: bytes of its weights`);
          if (values.length !== argument.elements) throw new Error(`${kernel.symbol}: not all of its weights`);
          arrays.push(arrayOf(values, CTYPE_BYTES[ctype]));
        }
      };
      list.forEach(toCArray);
      const integers = list.flatMap((a) => (a.kind === 'integer' ? [a.value] : []));
      const expected = Int32Array.from(result, (v, j) => v + (addToOutput ? before[j]! : 0));
      const symbol =
        kernel.generate === undefined ? kernel.symbol : calls.define(kernel.generate(weights), addToOutput);
      calls.add(
        kernel.symbol,
        cCall(symbol, list),
        arrays,
        integers,
        toBytes(expected, 4),
        `${kernel.symbol}, ${weights.alphabet}, ${op.attributes.weights.rows} x ${weights.cols}${addToOutput ? ', added' : ''}, ${block} groups at a time`,
      );
    }
  }
}

/** The C call of a kernel: the argument order of its row, nothing else. */
function cCall(symbol: string, list: readonly KernelArgument[]): string {
  let arrays = 0;
  let integers = 0;
  return `${symbol}(${list.map((a) => (a.kind === 'integer' ? `integers[${integers++}]` : `arrays[${arrays++}]`)).join(', ')});`;
}

/** The generated C of one element-wise op, on arrays: what a loop of a plan does with it. */
function addElementwiseCalls(calls: Calls, kind: OpKind): void {
  for (const c of makeCases(kind)) {
    const { length, dtype } = c.output;
    const result = new Int32Array(length);
    opDef(c.op).evaluate(c.op, c.values, result);
    const element = (ctype: CType, k: number) => `((const ${ctype} *)arrays[${k}])[j]`;
    const inputs = c.inputs.map((type, i) => element(CTYPE[type.dtype], 1 + i));
    const tensors = [...c.inputs, c.output].map((type, i) => ({ name: `t${i}`, role: 'local' as const, type }));
    const vectors = vectorsOf(c.op).map((vector) =>
      vector.isShift
        ? keepShifts(c.op, vector.values, { tensors }, 'interleaved')
        : { ...vector, form: 'plain' as const },
    );
    const constants = vectors.map(({ ctype, form }, i) => ({ text: element(ctype, 1 + inputs.length + i), form }));
    const between = variables(c.op, inputs, c.inputs, 'test', 'v');
    const declared = between.map(({ name, text }) => `const int32_t ${name} = ${text}; `).join('');
    const value = expression(c.op, [...inputs, ...between.map(({ name }) => name)], c.inputs, constants, 'test');
    const statement = `for (int32_t j = 0; j < integers[0]; j++) { ${declared}((${CTYPE[dtype]} *)arrays[0])[j] = (${CTYPE[dtype]})(${value}); }`;
    const arrays = [
      arrayOf(new Int32Array(length), DTYPE_BYTES[dtype]),
      ...c.values.map((v, i) => arrayOf(v, DTYPE_BYTES[c.inputs[i]!.dtype])),
      ...vectors.map(({ values, ctype }) => arrayOf(values, CTYPE_BYTES[ctype])),
    ];
    calls.add(kind, statement, arrays, [length], toBytes(result, DTYPE_BYTES[dtype]), `${kind}, length ${length}`);
  }
}

/** Of matrices that are each a function to compile: one in seven, and of those with thousands of weights the first. */
function fewOf(cases: readonly MatrixCase[], largest: number): MatrixCase[] {
  const sizeOf = ({ op }: MatrixCase): number => (op as Op<'matvec'>).attributes.weights.codes.length;
  const few = cases.filter((one, n) => n % 7 === 0 && sizeOf(one) <= largest);
  const large = few.find((one) => sizeOf(one) > 1000);
  return few.filter((one) => sizeOf(one) <= 1000 || one === large);
}

/**
 * Every call of some kernels, of argmax, concat, score, delay, wait and pool, and of every element-wise op. `largest`: weights of the largest matrix that
 * becomes generated code.
 */
export function kernelCalls(kernels: readonly Kernel[] = ALL_KERNELS, largest = Number.POSITIVE_INFINITY): Calls {
  const calls = new Calls();
  for (const kernel of kernels) {
    const cases = makeCases(kernel.op) as MatrixCase[];
    addKernelCalls(calls, kernel, kernel.generate === undefined ? cases : fewOf(cases, largest));
    // their tables of sums would not fit the smallest emulated board
    if (kernel.blocks.length === 0 && kernel.generate === undefined) addKernelCalls(calls, kernel, laneCases());
  }
  addSingleCalls(calls);
  for (const kind of Object.keys(OPS) as OpKind[]) if (OPS[kind].elementwise) addElementwiseCalls(calls, kind);
  return calls;
}

/** Calls of kernels on random matrices of their formats: any size, any share of zeros, inputs that often are extreme. */
export function randomCalls(kernels: Kernel | readonly Kernel[], count: number, seed: number): Calls {
  const calls = new Calls();
  for (const [k, kernel] of [kernels].flat().entries()) {
    const draw = new Draw(seed + k);
    for (let n = 0; n < count; n++) addKernelCalls(calls, kernel, [randomCase(draw, kernel)]);
  }
  return calls;
}

/** Compares every output with the interpreter's, and every guard with what it was; throws at the first difference. */
export function compareOutputs(view: DataView, calls: readonly KernelCall[]): void {
  let at = 0;
  for (const { expected, description } of calls) {
    const found = new Uint8Array(view.buffer, view.byteOffset + at, expected.length + GUARD);
    if (!Buffer.from(found.subarray(0, expected.length)).equals(expected))
      throw new Error(`${description}: ${found.subarray(0, expected.length)} instead of ${expected}`);
    if (found.subarray(expected.length).some((byte) => byte !== GUARD_BYTE))
      throw new Error(`${description}: wrote beyond its output`);
    at += expected.length + GUARD;
  }
  if (view.byteLength !== at) throw new Error(`${view.byteLength} bytes came, ${at} were expected`);
}
