import { type ElementType, elementCount, elements } from '../tensor.js';
import { Table } from './flatbuffer.js';

/** A tensor of the graph: real values where the file has some, read when they are asked for. */
export class TfliteTensor {
  #values: Float64Array | undefined;

  constructor(
    readonly name: string,
    readonly shape: readonly number[],
    readonly read: () => Float64Array | undefined,
  ) {}

  get values(): Float64Array | undefined {
    this.#values ??= this.read();
    return this.#values;
  }
}

export interface TfliteOperator {
  readonly op: string;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly options: Table | undefined;
}

export interface TfliteGraph {
  readonly tensors: readonly TfliteTensor[];
  readonly operators: readonly TfliteOperator[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly description: string;
}

/** TensorType of schema.fbs. */
const TYPES: Readonly<Record<number, ElementType>> = {
  0: 'f32',
  1: 'f16',
  2: 'i32',
  3: 'u8',
  4: 'i64',
  7: 'i16',
  9: 'i8',
  10: 'f64',
};

/** BuiltinOperator of schema.fbs, as far as recurrent networks use them. */
const OPERATORS: Readonly<Record<number, string>> = {
  0: 'ADD',
  2: 'CONCATENATION',
  3: 'CONV_2D',
  4: 'DEPTHWISE_CONV_2D',
  6: 'DEQUANTIZE',
  9: 'FULLY_CONNECTED',
  14: 'LOGISTIC',
  16: 'LSTM',
  18: 'MUL',
  19: 'RELU',
  22: 'RESHAPE',
  24: 'RNN',
  25: 'SOFTMAX',
  28: 'TANH',
  32: 'CUSTOM',
  35: 'UNIDIRECTIONAL_SEQUENCE_RNN',
  36: 'GATHER',
  39: 'TRANSPOSE',
  40: 'MEAN',
  43: 'SQUEEZE',
  44: 'UNIDIRECTIONAL_SEQUENCE_LSTM',
  45: 'STRIDED_SLICE',
  46: 'BIDIRECTIONAL_SEQUENCE_RNN',
  49: 'SPLIT',
  52: 'BIDIRECTIONAL_SEQUENCE_LSTM',
  65: 'SLICE',
  88: 'UNPACK',
  114: 'QUANTIZE',
  118: 'IF',
  119: 'WHILE',
};

/** The first graph of a .tflite file, whose numbers of fields are those of schema.fbs. @throws RangeError where it is damaged */
export function readGraph(bytes: Uint8Array): TfliteGraph {
  const model = Table.root(bytes);
  const codes = model.tables(1).map((code) => {
    // files before 2020 keep the code in a byte, later ones beside it
    const number = Math.max(code.scalar(0, 'Int8'), code.scalar(3, 'Int32'));
    return OPERATORS[number] ?? `operator ${number}`;
  });
  const buffers = model.tables(4);
  const [graph] = model.tables(2);
  if (graph === undefined) throw new RangeError('it has no graph');
  return {
    tensors: graph.tables(0).map((tensor) => readTensor(tensor, buffers)),
    operators: graph.tables(3).map((operator) => ({
      op: codes[operator.scalar(0, 'Uint32')] ?? 'unknown operator',
      inputs: operator.integers(1),
      outputs: operator.integers(2),
      options: operator.table(4),
    })),
    inputs: graph.integers(1),
    outputs: graph.integers(2),
    description: model.text(3),
  };
}

function readTensor(tensor: Table, buffers: readonly Table[]): TfliteTensor {
  const shape = tensor.integers(0);
  const type = TYPES[tensor.scalar(1, 'Int8')];
  return new TfliteTensor(tensor.text(3), shape, () => {
    const bytes = buffers[tensor.scalar(2, 'Uint32')]?.bytes(0);
    const stored = type && bytes && bytes.length > 0 ? elements(bytes, type, elementCount(shape)) : undefined;
    return stored && real(stored, tensor.table(4));
  });
}

/** (code - zero) * scale, one scale for the tensor or one for each row. */
function real(codes: Float64Array, quantization: Table | undefined): Float64Array {
  const [scales, zeros] = [quantization?.floats(2) ?? [], quantization?.longs(3) ?? []];
  if (scales.length === 0) return codes;
  const row = codes.length / scales.length;
  return codes.map((code, i) => {
    const k = Math.floor(i / row);
    return (code - (zeros[zeros.length === 1 ? 0 : k] ?? 0)) * scales[k]!;
  });
}
