import type { Call, CodeBlock, Placement, Plan } from '../../ir/plan.js';
import type { TensorId } from '../../ir/program.js';

/** Generated functions are told apart. */
export function checkNames({ steps }: Plan): string[] {
  const names = Object.values(steps)
    .flat()
    .flatMap((step) => (step.kind === 'loop' ? [step.name] : step.generated === null ? [] : [step.symbol]));
  return new Set(names).size === names.length ? [] : ['two generated functions have one name'];
}

/**
 * A generated function makes every row of its output once, of ternary weights; they are those of the call's products at the rows
 * where their results are read. The first `products` ops of the call multiply, the last give the results.
 */
export function checkGenerated(
  { symbol, ops, arguments: list, generated }: Call,
  products: number,
  placements: ReadonlyMap<TensorId, Placement>,
): string[] {
  if (generated === null) return [];
  const problems: string[] = [];
  const [rows, cols, ...more] = list.map((a) => (a.kind === 'integer' ? a.value : a.elements));
  const matrix = matrixOf(generated, cols!);
  const made = generated.flatMap((block) => block.rows);
  if (more.length > 0 || made.length !== rows || made.some((j) => j >= rows) || matrix.size !== rows)
    problems.push(`${symbol} does not make each of ${rows} rows once`);
  const results = ops.slice(ops.length - products);
  ops.slice(0, products).forEach((op, k) => {
    const placement = placements.get(results[k]!.output);
    if (op.kind !== 'matvec' || placement === undefined) return;
    const { weights } = op.attributes;
    for (let j = 0; j < weights.rows; j++) {
      const planes = Array.from({ length: placement.planes }, (_, p) =>
        matrix.get(placement.offset + placement.stride * j + placement.planeStride * p),
      );
      const sum = (i: number): number => planes.reduce((total, row, p) => total + 2 ** p * (row?.[i] ?? Number.NaN), 0);
      if (weights.codes.subarray(j * weights.cols, (j + 1) * weights.cols).every((code, i) => code === sum(i)))
        continue;
      problems.push(`${symbol} has other weights than ${op.origin} in row ${j}`);
      return;
    }
  });
  return problems;
}

/** Rows and their weights; what is not ternary, twice there, or outside becomes NaN. */
function matrixOf(blocks: readonly CodeBlock[], cols: number): Map<number, Float64Array> {
  const matrix = new Map<number, Float64Array>();
  for (const { rows, inputs } of blocks)
    rows.forEach((j, k) => {
      const row = new Float64Array(cols);
      for (const { column, codes } of inputs) {
        const code = codes[k] ?? Number.NaN;
        if (column >= cols) row.fill(Number.NaN);
        else row[column] = row[column] !== 0 || Math.abs(code) > 1 ? Number.NaN : code;
      }
      matrix.set(j, row);
    });
  return matrix;
}
