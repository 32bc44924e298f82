import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A node test of ONNX: its model with the weights inside, and the values of its input and first output. */
export interface NodeCase {
  readonly model: Uint8Array;
  readonly input: NodeTensor;
  readonly output: NodeTensor;
}

interface NodeTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** A field of a protobuf message: its number, and where it, its contents and the next one begin. */
type Field = readonly [id: number, start: number, content: number, end: number];

function varint(bytes: Uint8Array, at: number): [value: number, next: number] {
  let value = 0;
  for (let shift = 1; ; shift *= 128) {
    const byte = bytes[at++]!;
    value += (byte & 127) * shift;
    if (byte < 128) return [value, at];
  }
}

function* fields(bytes: Uint8Array): Generator<Field> {
  for (let start = 0, end = 0; start < bytes.length; start = end) {
    const [tag, at] = varint(bytes, start);
    let content = at;
    if (tag % 8 === 0) [, end] = varint(bytes, at);
    else {
      const [length, next] = tag % 8 === 2 ? varint(bytes, at) : [tag % 8 === 1 ? 8 : 4, at];
      [content, end] = [next, next + length];
    }
    yield [Math.floor(tag / 8), start, content, end];
  }
}

function length(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...length(Math.floor(value / 128))];
}
const field = (id: number, content: Uint8Array): Buffer =>
  Buffer.concat([Uint8Array.from([8 * id + 2, ...length(content.length)]), content]);

const [GRAPH, INITIALIZER] = [7, 5];

/** The model with these tensors (messages of ONNX) as constants of its graph. */
function withInitializers(model: Uint8Array, tensors: readonly Uint8Array[]): Uint8Array {
  const parts = [...fields(model)].map(([id, start, content, end]) =>
    id === GRAPH
      ? field(GRAPH, Buffer.concat([model.subarray(content, end), ...tensors.map((own) => field(INITIALIZER, own))]))
      : model.subarray(start, end),
  );
  return Buffer.concat(parts);
}

/** A tensor of float32 in raw bytes. */
function tensor(bytes: Uint8Array): NodeTensor {
  const shape: number[] = [];
  let values = new Float32Array();
  for (const [id, start, content, end] of fields(bytes)) {
    // dimensions come one by one
    if (id === 1) shape.push(varint(bytes, varint(bytes, start)[1])[0]);
    if (id === 9) values = new Float32Array(Uint8Array.from(bytes.subarray(content, end)).buffer);
  }
  return { shape, values };
}

export function nodeCase(folder: string): NodeCase {
  const data = join(folder, 'test_data_set_0');
  const inputs = readdirSync(data).filter((name) => name.startsWith('input_'));
  const [first, ...weights] = inputs.sort().map((name) => readFileSync(join(data, name)));
  return {
    model: withInitializers(readFileSync(join(folder, 'model.onnx')), weights),
    input: tensor(first!),
    output: tensor(readFileSync(join(data, 'output_0.pb'))),
  };
}
