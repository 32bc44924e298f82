import { fail } from '../../diagnostics.js';
import { importPickle, importUnreadable, importValue, inFile } from '../diagnostics.js';
import { ELEMENTS, type ElementType, elementCount, elements, lazyTensor, ownEntry, type Tensor } from '../tensor.js';
import { type Archive, MAX_IMPORT_BYTES } from '../zip.js';
import { type Pickled, PickleError, type PickleMap, readPickle, type StoredTensor } from './pickle.js';

const STORAGES: Readonly<Record<string, ElementType>> = {
  FloatStorage: 'f32',
  DoubleStorage: 'f64',
  HalfStorage: 'f16',
  BFloat16Storage: 'bf16',
  LongStorage: 'i64',
  IntStorage: 'i32',
  ShortStorage: 'i16',
  CharStorage: 'i8',
  ByteStorage: 'u8',
};

/** Tensors of what torch.save wrote, by their names. A checkpoint may hold more: its largest dictionary of tensors counts. */
export function readTorchArchive(path: string, archive: Archive): Map<string, Tensor> {
  const pickle = archive.names.find((name) => /(^|\/)data\.pkl$/.test(name));
  const bytes = pickle === undefined ? undefined : archive.entry(pickle);
  if (pickle === undefined || bytes === undefined)
    return fail(importUnreadable(path, 'the archive has no data.pkl', STATE_DICT));
  const folder = pickle.slice(0, -'data.pkl'.length);
  if (archive.names.some((name) => name.startsWith(`${folder}code/`)))
    fail(importUnreadable(path, 'it is TorchScript, a compiled program', STATE_DICT));
  const found = largestMap(read(path, bytes));
  const tensors = new Map<string, Tensor>();
  for (const [name, stored] of found ?? []) {
    if (!isTensor(stored)) continue;
    const read = () => valuesOf(path, `${folder}data/${stored.key}`, String(name), stored, archive);
    tensors.set(String(name), lazyTensor(stored.shape, read));
  }
  if (tensors.size === 0) return fail(importUnreadable(path, 'it holds no dictionary of tensors', STATE_DICT));
  return tensors;
}

export const STATE_DICT = 'save the weights: torch.save(model.state_dict(), "model.pth")';

function read(path: string, bytes: Uint8Array): Pickled {
  try {
    return readPickle(bytes);
  } catch (error) {
    if (!(error instanceof PickleError)) throw error;
    return fail(
      error.calls === undefined
        ? importUnreadable(path, `its pickle is damaged: ${error.message}`)
        : importPickle(path, error.calls),
    );
  }
}

const isTensor = (value: Pickled): value is StoredTensor =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'tensor';

/** Dictionaries that are looked at. */
const MAX_MAPS = 1000;

/** The dictionary with the most tensors under names of weights: state_dict, not the state of an optimizer. */
function largestMap(value: Pickled, seen = new Set<Pickled>()): PickleMap | undefined {
  // a dictionary can hold itself
  if (!(value instanceof Map) || seen.size > MAX_MAPS || seen.has(value)) return undefined;
  seen.add(value);
  const count = (map: PickleMap): number =>
    [...map].filter(([name, own]) => isTensor(own) && /(^|\.)(weight|bias)/.test(String(name))).length;
  const inner = [...value.values()].flatMap((own) => largestMap(own, seen) ?? []);
  return [value, ...inner].sort((a, b) => count(b) - count(a))[0];
}

function valuesOf(path: string, entry: string, name: string, stored: StoredTensor, archive: Archive): Float64Array {
  const at = inFile(path, `tensor "${name}"`);
  const type = ownEntry(STORAGES, stored.storage);
  const bytes = archive.entry(entry);
  const { shape, strides, offset } = stored;
  const count = elementCount(shape);
  if (type === undefined) return fail(importValue(at, `holds elements of the type ${stored.storage}`));
  if (bytes === undefined || !(count * 8 <= MAX_IMPORT_BYTES) || strides.length !== shape.length)
    return fail(importValue(at, 'its elements are not in the file'));
  const all = elements(bytes, type, Math.floor(bytes.byteLength / ELEMENTS[type].bytes))!;
  const data = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let [from, rest] = [offset, i];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += (rest % shape[axis]!) * strides[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    data[i] = all[from] ?? Number.NaN;
  }
  return data;
}
