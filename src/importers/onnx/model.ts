import { double, float, message, raw, text, whole } from './protobuf.js';

// The messages of onnx.proto that an importer reads, with their field numbers.

const entry = message({ key: [1, () => text], value: [2, () => text] });

const tensor = message({
  dims: [1, () => whole],
  dataType: [2, () => whole],
  floatData: [4, () => float],
  int32Data: [5, () => whole],
  int64Data: [7, () => whole],
  name: [8, () => text],
  rawData: [9, () => raw],
  doubleData: [10, () => double],
  externalData: [13, () => entry],
  dataLocation: [14, () => whole],
});
export type TensorMessage = ReturnType<typeof tensor>[number];

const attribute = message({
  name: [1, () => text],
  f: [2, () => float],
  i: [3, () => whole],
  s: [4, () => text],
  t: [5, () => tensor],
  floats: [7, () => float],
  ints: [8, () => whole],
  strings: [9, () => text],
});
export type AttributeMessage = ReturnType<typeof attribute>[number];

const node = message({
  input: [1, () => text],
  output: [2, () => text],
  name: [3, () => text],
  opType: [4, () => text],
  attribute: [5, () => attribute],
  domain: [7, () => text],
});
export type NodeMessage = ReturnType<typeof node>[number];

const dimension = message({ value: [1, () => whole], parameter: [2, () => text] });
const shape = message({ dim: [1, () => dimension] });
const tensorType = message({ elementType: [1, () => whole], shape: [2, () => shape] });
const type = message({ tensor: [1, () => tensorType] });
const valueInfo = message({ name: [1, () => text], type: [2, () => type] });
export type ValueMessage = ReturnType<typeof valueInfo>[number];

const graph = message({
  node: [1, () => node],
  initializer: [5, () => tensor],
  input: [11, () => valueInfo],
  output: [12, () => valueInfo],
});
export type GraphMessage = ReturnType<typeof graph>[number];

const operatorSet = message({ domain: [1, () => text], version: [2, () => whole] });

/** A whole .onnx file. */
export const onnxModel = message({
  irVersion: [1, () => whole],
  producerName: [2, () => text],
  producerVersion: [3, () => text],
  graph: [7, () => graph],
  operatorSets: [8, () => operatorSet],
});

/** Sizes of a value's axes; undefined where the file leaves one open. */
export const shapeOf = ({ type }: ValueMessage): (number | undefined)[] =>
  (type[0]?.tensor[0]?.shape[0]?.dim ?? []).map(({ value }) => value[0]);
