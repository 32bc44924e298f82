import { PRODUCT_PARAMETERS, productStatements } from '../../src/compiler/5-emit/product.js';
import { type CodeBlock, type ConstantValues, CTYPE_BYTES, type CType } from '../../src/ir/plan.js';
import type { Kernel, MatrixTask } from '../../src/targets/kernel.js';

/** A constant array at a word's boundary. */
export const cArray = (ctype: CType, name: string, values: ConstantValues): string =>
  `static const ${ctype} ${name}[] __attribute__((aligned(4))) = { ${Array.from(values).join(', ')} };\n`;

/** A product whose weights are code, as a function. */
export const cProduct = (name: string, blocks: readonly CodeBlock[], addToOutput: boolean): string =>
  `static RNNQ_KEPT void ${name}(${PRODUCT_PARAMETERS})\n{\n${productStatements(blocks, addToOutput).join('\n')}\n}\n`;

/** A call of a kernel, in C. */
export interface CCall {
  /** What it needs before: its weights as `w<k>`, its product as `product<k>`. */
  readonly declarations: string;
  /** `kernel(w3, x3, out, 8, 12)`: the argument order of the kernel's row, nothing else. */
  readonly text: string;
  readonly workBytes: number;
  readonly weightBytes: number;
}

/** The call of a kernel for a task, the k-th of a program that has the arrays `out` and `work`, on the input of that name. */
export function cCallOf(kernel: Kernel, task: MatrixTask, k: number, input: string): CCall {
  const called = kernel.generate === undefined ? kernel.symbol : `product${k}`;
  let declarations =
    kernel.generate === undefined ? '' : cProduct(called, kernel.generate(task.weights), task.addToOutput);
  let [workBytes, weightBytes] = [0, 0];
  const list = kernel.arguments(task).map((argument) => {
    if (argument.kind === 'integer') return argument.value;
    if (argument.kind === 'output') return 'out';
    if (argument.kind === 'input') return input;
    if (argument.kind === 'scratch') {
      workBytes = argument.elements * CTYPE_BYTES[argument.ctype];
      return `(${argument.ctype} *)work`;
    }
    const { ctype, values } = argument.pack();
    weightBytes = argument.bytes;
    declarations += cArray(ctype, `w${k}`, values);
    return `w${k}`;
  });
  return { declarations, text: `${called}(${list.join(', ')})`, workBytes, weightBytes };
}
