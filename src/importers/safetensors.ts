import { fail } from '../diagnostics.js';
import { importUnreadable, importValue, inFile } from './diagnostics.js';
import type { Importer } from './importer.js';
import { jsonOf, listOf, numberOf, parseJson, textOf } from './json.js';
import { readStateDict } from './state-dict.js';
import { type ElementType, elementCount, elements, lazyTensor, ownEntry, type Tensor } from './tensor.js';

const TYPES: Readonly<Record<string, ElementType>> = {
  F64: 'f64',
  F32: 'f32',
  F16: 'f16',
  BF16: 'bf16',
  I64: 'i64',
  I32: 'i32',
  I16: 'i16',
  I8: 'i8',
  U8: 'u8',
};

/** Tensors by PyTorch's names: the length of a JSON header (u64), the header, the elements. */
export const safetensors: Importer = {
  title: 'safetensors',
  ofWeights: true,
  recognizes: (_, name) => /\.safetensors$/i.test(name),
  async read({ path, bytes }, options) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const length = bytes.length < 8 ? Number.NaN : Number(view.getBigUint64(0, true));
    if (!(8 + length <= bytes.length)) return fail(importUnreadable(path, 'it is shorter than its header says'));
    const header = jsonOf(parseJson(path, Buffer.from(bytes.subarray(8, 8 + length)).toString('utf8')));
    const tensors = new Map<string, Tensor>();
    for (const [name, value] of Object.entries(header)) {
      if (name === '__metadata__') continue;
      const at = inFile(path, `tensor "${name}"`);
      const { dtype, shape: sizes, data_offsets: offsets } = jsonOf(value);
      const type = ownEntry(TYPES, textOf(dtype));
      const shape = listOf(sizes).map((size) => numberOf(size));
      const [from, to] = listOf(offsets).map((offset) => 8 + length + numberOf(offset));
      const read = (): Float64Array => {
        if (type === undefined) return fail(importValue(at, `holds elements of the type ${textOf(dtype)}`));
        const data = elements(bytes.subarray(from, to), type, elementCount(shape));
        return data ?? fail(importValue(at, 'its elements are not in the file'));
      };
      tensors.set(name, lazyTensor(shape, read));
    }
    return readStateDict(path, tensors, options, { format: 'safetensors', producer: '' });
  },
};
