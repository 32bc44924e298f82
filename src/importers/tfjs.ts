import { fail } from '../diagnostics.js';
import { importUnreadable, importValue, inFile } from './diagnostics.js';
import type { Importer, Source } from './importer.js';
import { isJsonText, type Json, jsonOf, listOf, numberOf, parseJson, textOf } from './json.js';
import { readKerasModel } from './keras/config.js';
import { ELEMENTS, type ElementType, elementCount, elements, ownEntry, type Tensor } from './tensor.js';

const TYPES: Readonly<Record<string, ElementType>> = {
  float32: 'f32',
  float16: 'f16',
  int32: 'i32',
  uint8: 'u8',
  uint16: 'u16',
  bool: 'u8',
};

/** A layers model of TF.js: model.json, and files of weights beside it. */
export const tfjs: Importer = {
  title: 'TF.js',
  recognizes: (bytes) => isJsonText(bytes, '"modelTopology"'),
  async read(source) {
    const { path, bytes } = source;
    const model = jsonOf(parseJson(path, Buffer.from(bytes).toString('utf8')));
    const topology = jsonOf(model.modelTopology);
    const config = jsonOf(topology.model_config ?? topology);
    if (textOf(model.format) === 'graph-model' || config.config === undefined)
      return fail(importUnreadable(path, 'it is a graph model', 'convert the Keras file itself; or give that to rnnq'));
    const tensors = listOf(model.weightsManifest).flatMap((group) => weightsOf(jsonOf(group), source));
    const producer = `TF.js ${textOf(model.generatedBy, textOf(topology.keras_version))}`;
    const weights = ({ name }: { name: string }): Tensor[] =>
      tensors.flatMap(([own, tensor]) => (own.startsWith(`${name}/`) ? [tensor] : []));
    return readKerasModel(path, config, weights, { format: 'TF.js layers model', producer, version: '2' });
  },
};

/** Tensors of one group, in the order of its file. */
function weightsOf(group: Json, source: Source): [name: string, tensor: Tensor][] {
  const files = listOf(group.paths).map((name) => source.beside(textOf(name)));
  const bytes = Buffer.concat(files);
  let from = 0;
  return listOf(group.weights).map((entry): [string, Tensor] => {
    const { name, shape: sizes, dtype, quantization } = jsonOf(entry);
    const at = inFile(source.path, `tensor "${textOf(name)}"`);
    const packed = jsonOf(quantization);
    const type = ownEntry(TYPES, textOf(packed.dtype, textOf(dtype)));
    const shape = listOf(sizes).map((size) => numberOf(size));
    const count = elementCount(shape);
    const size = type === undefined ? 0 : ELEMENTS[type].bytes;
    const data = type && elements(bytes.subarray(from, from + count * size), type, count);
    if (data === undefined) return fail(importValue(at, 'its elements are not in the files beside the model'));
    from += count * size;
    const [scale, least] = [numberOf(packed.scale, 1), numberOf(packed.min, 0)];
    return [textOf(name), { shape, data: data.map((value) => value * scale + least) }];
  });
}
