import { elementCount, type Tensor } from '../tensor.js';
import { MAX_IMPORT_BYTES } from '../zip.js';
import type { OnnxNode } from './node.js';

/**
 * What a node computes of constants: newer exporters build the weights of a cell in the graph, by slicing, joining and
 * transposing. Undefined where it is an operation that no exporter uses for that.
 */
export function foldConstants(node: OnnxNode, inputs: readonly (Tensor | undefined)[]): Tensor | undefined {
  const fold = Object.hasOwn(FOLDS, node.op) ? FOLDS[node.op] : undefined;
  const [first] = inputs;
  if (fold === undefined || first === undefined) return undefined;
  const result = fold(node, first, inputs);
  return result && elementCount(result.shape) === result.data.length ? result : undefined;
}

type Fold = (node: OnnxNode, first: Tensor, inputs: readonly (Tensor | undefined)[]) => Tensor | undefined;

const axisIn = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);
const listOf = (tensor: Tensor | undefined): number[] | undefined => tensor && Array.from(tensor.data);
const count = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

const same: Fold = (_, first) => first;

/** Room for a result; none where it would be larger than any file: the result is refused then. */
const room = (size: number): Float64Array => new Float64Array(size * 8 <= MAX_IMPORT_BYTES ? size : 0);

/** Elements at the places that `at` gives for each place of the result. */
function gathered({ data }: Tensor, shape: readonly number[], at: (place: readonly number[]) => number): Tensor {
  const out = room(count(shape));
  const place = shape.map(() => 0);
  for (let i = 0; i < out.length; i++) {
    out[i] = data[at(place)]!;
    for (let axis = shape.length - 1; axis >= 0 && ++place[axis]! === shape[axis]!; axis--) place[axis] = 0;
  }
  return { shape, data: out };
}

const stridesOf = (shape: readonly number[]): number[] => shape.map((_, axis) => count(shape.slice(axis + 1)));
const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);

const elementwise =
  (f: (a: number, b: number) => number): Fold =>
  (_, first, [, second]) => {
    if (second === undefined) return undefined;
    const [long, short] = first.data.length >= second.data.length ? [first, second] : [second, first];
    if (long.data.length % Math.max(1, short.data.length) !== 0) return undefined;
    const at = ({ data }: Tensor, i: number): number => data[i % data.length]!;
    return { shape: long.shape, data: long.data.map((_value, i) => f(at(first, i), at(second, i))) };
  };

const FOLDS: Readonly<Record<string, Fold>> = {
  Identity: same,
  Cast: same,
  Add: elementwise((a, b) => a + b),
  Sub: elementwise((a, b) => a - b),
  Mul: elementwise((a, b) => a * b),
  Div: elementwise((a, b) => a / b),
  DequantizeLinear(node, { shape, data }, [, scale, zero]) {
    if (scale === undefined || node.integer('block_size', 0) !== 0) return undefined;
    const axis = axisIn(node.integer('axis', 1), shape.length);
    const [one, stride] = [scale.data.length === 1, count(shape.slice(axis + 1))];
    if (!one && scale.data.length !== shape[axis]) return undefined;
    const place = (k: number): number => (one ? 0 : Math.floor(k / stride) % scale.data.length);
    return { shape, data: data.map((code, k) => (code - (zero?.data[place(k)] ?? 0)) * scale.data[place(k)]!) };
  },
  Shape: (_, { shape }) => ({ shape: [shape.length], data: Float64Array.from(shape) }),
  Reshape(_, { shape: old, data }, [, wanted]) {
    const shape = listOf(wanted)?.map((size, axis) => (size === 0 ? (old[axis] ?? 0) : size));
    if (shape === undefined) return undefined;
    const known = count(shape.filter((size) => size !== -1));
    return { shape: shape.map((size) => (size === -1 ? data.length / known : size)), data };
  },
  Unsqueeze(node, { shape: old, data }, [, wanted]) {
    const axes = listOf(wanted) ?? node.integers('axes') ?? [];
    const shape = [...old];
    for (const axis of axes.map((own) => axisIn(own, old.length + axes.length)).sort((a, b) => a - b))
      shape.splice(axis, 0, 1);
    return { shape, data };
  },
  Squeeze(node, { shape, data }, [, wanted]) {
    const axes = (listOf(wanted) ?? node.integers('axes'))?.map((axis) => axisIn(axis, shape.length));
    return { shape: shape.filter((size, axis) => (axes ? !axes.includes(axis) : size !== 1)), data };
  },
  Transpose(node, first) {
    const { shape } = first;
    const order = node.integers('perm') ?? shape.map((_, axis) => shape.length - 1 - axis);
    const strides = stridesOf(shape);
    const own = order.map((axis) => strides[axis] ?? 0);
    return gathered(
      first,
      order.map((axis) => shape[axis] ?? 0),
      (place) => dot(place, own),
    );
  },
  Concat(node, { shape }, inputs) {
    const axis = axisIn(node.integer('axis', 0), shape.length);
    const parts = inputs.filter((part) => part !== undefined);
    const outer = count(shape.slice(0, axis));
    const data = room(parts.reduce((sum, part) => sum + part.data.length, 0));
    let at = 0;
    for (let row = 0; row < outer && data.length > 0; row++)
      for (const { data: own } of parts) {
        const width = own.length / outer;
        data.set(own.subarray(row * width, (row + 1) * width), at);
        at += width;
      }
    const size = parts.reduce((sum, part) => sum + (part.shape[axis] ?? 0), 0);
    return { shape: shape.map((old, k) => (k === axis ? size : old)), data };
  },
  Slice(node, first, [, starts, ends, axes, steps]) {
    const { shape } = first;
    const from = listOf(starts) ?? node.integers('starts') ?? [];
    const to = listOf(ends) ?? node.integers('ends') ?? [];
    const own = listOf(axes) ?? node.integers('axes') ?? from.map((_, k) => k);
    if (listOf(steps)?.some((step) => step !== 1)) return undefined;
    const [begin, size] = [shape.map(() => 0), [...shape]];
    own.forEach((given, k) => {
      const axis = axisIn(given, shape.length);
      const length = shape[axis] ?? 0;
      const clamp = (place: number) => Math.max(0, Math.min(length, place < 0 ? place + length : place));
      begin[axis] = clamp(from[k]!);
      size[axis] = Math.max(0, clamp(to[k]!) - begin[axis]!);
    });
    const strides = stridesOf(shape);
    return gathered(first, size, (place) => dot(place, strides) + dot(begin, strides));
  },
  Gather(node, first, [, indices]) {
    const { shape } = first;
    const axis = axisIn(node.integer('axis', 0), shape.length);
    const length = shape[axis] ?? 0;
    if (indices === undefined || indices.shape.length > 1) return undefined;
    const at = Array.from(indices.data, (index) => axisIn(index, length));
    if (at.some((index) => !(index >= 0 && index < length))) return undefined;
    const strides = stridesOf(shape);
    const wide = gathered(
      first,
      shape.map((size, k) => (k === axis ? at.length : size)),
      (place) =>
        dot(
          place.map((index, k) => (k === axis ? at[index]! : index)),
          strides,
        ),
    );
    return indices.shape.length === 0 ? { shape: shape.filter((_, k) => k !== axis), data: wide.data } : wide;
  },
  Expand(_, first, [, wanted]) {
    const shape = listOf(wanted);
    return shape && count(shape) === first.data.length ? { shape, data: first.data } : undefined;
  },
};
