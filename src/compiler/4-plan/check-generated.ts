import type { Call, Plan, View } from '../../ir/plan.js';
import type { TensorId } from '../../ir/program.js';

/** Generated functions are told apart. */
export function checkNames({ steps }: Plan): string[] {
  const names = Object.values(steps)
    .flat()
    .flatMap((step) => (step.kind === 'loop' ? [step.name] : step.generated === null ? [] : [step.symbol]));
  return new Set(names).size === names.length ? [] : ['two generated functions have one name'];
}

/**
 * The weights of a generated function are ternary, and those of the call's products at the rows where their results are read;
 * its arrays are as long as it takes them to be. The first `products` ops of the call multiply, the last give the results.
 */
export function checkGenerated(
  { symbol, ops, arguments: list, generated }: Call,
  products: number,
  views: ReadonlyMap<TensorId, View>,
): string[] {
  if (generated === null) return [];
  const problems: string[] = [];
  const { rows, cols, codes } = generated;
  if (list.map((a) => (a.kind === 'integer' ? a.value : a.elements)).join() !== `${rows},${cols}`)
    problems.push(`${symbol} does not get arrays of ${rows} and ${cols} elements`);
  if (codes.length !== rows * cols || codes.some((code) => code < -1 || code > 1))
    problems.push(`${symbol} has no ${rows} x ${cols} ternary weights`);
  const results = ops.slice(ops.length - products);
  ops.slice(0, products).forEach((op, k) => {
    const view = views.get(results[k]!.output);
    if (op.kind !== 'matvec' || view === undefined) return;
    const { weights } = op.attributes;
    const isRow = (j: number): boolean => {
      const planes = Array.from(
        { length: view.planes },
        (_, p) => view.offset + view.stride * j + view.planeStride * p,
      );
      return weights.codes
        .subarray(j * cols, (j + 1) * cols)
        .every((code, i) => code === planes.reduce((sum, row, p) => sum + 2 ** p * codes[row * cols + i]!, 0));
    };
    if (weights.cols !== cols || !Array.from({ length: weights.rows }, (_, j) => j).every(isRow))
      problems.push(`${symbol} has other weights than ${op.origin}`);
  });
  return problems;
}
