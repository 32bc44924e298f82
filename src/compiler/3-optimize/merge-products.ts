import type { Op, Program, Tensor, TensorId, Weights } from '../../ir/program.js';
import { opDef } from '../../ops/index.js';
import { mapPhases } from './rewrite.js';

/** W x + U h: a sum of two products that nothing else reads. */
interface Sum {
  readonly add: Op<'add'>;
  readonly products: readonly [Op<'matvec'>, Op<'matvec'>];
}

/** Layers, by their JSON paths, in which a sum of two products can be one product of [x; h]. */
export const mergeableLayers = (program: Program): string[] => [
  ...new Set(Object.values(program.phases).flatMap((ops) => sumsOf(program, ops).map(({ add }) => add.origin))),
];

/**
 * W x + U h = [W U] [x; h] in some layers: half as many rows, for a copy of x and h. Whether that is faster depends on the
 * kernel, so a plan tries both.
 */
export function mergeProducts(program: Program, layers: readonly string[] = mergeableLayers(program)): Program {
  const tensors: Tensor[] = [...program.tensors];
  const merged = mapPhases(program, (ops) => {
    const sums = sumsOf(program, ops).filter(({ add }) => layers.includes(add.origin));
    const sumOf = new Map<Op, Sum>(sums.map((sum) => [sum.add, sum]));
    const gone = new Set<Op>(sums.flatMap(({ products }) => products));
    const joined = new Map<string, TensorId>();
    return ops.flatMap((op): Op[] => {
      if (gone.has(op)) return [];
      const sum = sumOf.get(op);
      if (sum === undefined) return [op];
      const [first, second] = sum.products;
      const inputs = [first.inputs[0]!, second.inputs[0]!];
      const weights = sideBySide(first.attributes.weights, second.attributes.weights);
      const product = (input: TensorId): Op => {
        const { output, origin } = op;
        return { kind: 'matvec', inputs: [input], output, attributes: { weights }, origin };
      };
      const known = joined.get(inputs.join());
      if (known !== undefined) return [product(known)];
      const concat: Op<'concat'> = {
        ...{ kind: 'concat', inputs, attributes: {}, origin: op.origin },
        output: tensors.length as TensorId,
      };
      const type = opDef(concat).infer(
        concat,
        inputs.map((id) => tensors[id]!.type),
      );
      tensors.push({ name: freeName(tensors, `${weights.name.replace(/_[^_]*$/, '')}_xh`), type, role: 'local' });
      joined.set(inputs.join(), concat.output);
      return [concat, product(concat.output)];
    });
  });
  return { ...merged, tensors };
}

/** Additions of two products of one alphabet, each read by the addition alone. */
function sumsOf({ tensors }: Program, ops: readonly Op[]): Sum[] {
  const readers = new Map<TensorId, number>();
  for (const op of ops) for (const id of op.inputs) readers.set(id, (readers.get(id) ?? 0) + 1);
  const productOf = (id: TensorId): Op<'matvec'> | null => {
    const writer = ops.find((op) => op.output === id);
    return writer?.kind === 'matvec' && tensors[id]!.role === 'local' && readers.get(id) === 1 ? writer : null;
  };
  return ops.flatMap((add): Sum[] => {
    if (add.kind !== 'add') return [];
    const [first, second] = [productOf(add.inputs[0]!), productOf(add.inputs[1]!)];
    if (first === null || second === null || first === second) return [];
    return first.attributes.weights.alphabet === second.attributes.weights.alphabet
      ? [{ add, products: [first, second] }]
      : [];
  });
}

/** [W U]. */
function sideBySide(w: Weights, u: Weights): Weights {
  const cols = w.cols + u.cols;
  const codes = new Int8Array(w.rows * cols);
  for (let j = 0; j < w.rows; j++) {
    codes.set(w.codes.subarray(j * w.cols, (j + 1) * w.cols), j * cols);
    codes.set(u.codes.subarray(j * u.cols, (j + 1) * u.cols), j * cols + w.cols);
  }
  return { name: w.name.replace(/_input_([^_]*)$/, '_joint_$1'), alphabet: w.alphabet, rows: w.rows, cols, codes };
}

function freeName(tensors: readonly Tensor[], name: string): string {
  let full = name;
  while (tensors.some((tensor) => tensor.name === full)) full += '_';
  return full;
}
