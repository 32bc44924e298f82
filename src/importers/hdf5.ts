import type { Dataset, File, Group } from 'jsfive';
import { DiagnosticError, fail } from '../diagnostics.js';
import { importUnreadable, importValue, inFile } from './diagnostics.js';
import { elementCount, type Tensor } from './tensor.js';
import { MAX_IMPORT_BYTES } from './zip.js';

export const isHdf5 = (bytes: Uint8Array): boolean => bytes[0] === 0x89 && bytes[1] === 0x48 && bytes[2] === 0x44;

/** Old versions of Keras pad their strings with zeros. */
const unpadded = (text: string): string => text.replace(/\0+$/, '');

/** Pieces that the library may cut out of a file: at least so many, and one for so many bytes. */
const [MIN_PIECES, BYTES_A_PIECE] = [20_000, 256];

/** The library follows pointers of the file wherever they lead; here a circle of them ends. */
class BoundedBuffer extends ArrayBuffer {
  #pieces = Math.max(MIN_PIECES, this.byteLength / BYTES_A_PIECE);

  override slice(from?: number, to?: number): ArrayBuffer {
    if (--this.#pieces < 0) throw new Error('its pointers lead in circles');
    return super.slice(from ?? 0, to);
  }
}

/** An HDF5 file in memory. Its library throws texts and type errors at damaged files: each becomes a diagnostic. */
export class Hdf5 {
  private constructor(
    readonly path: string,
    readonly root: File,
  ) {}

  /** @throws DiagnosticError import_unreadable */
  static async open(path: string, bytes: Uint8Array): Promise<Hdf5> {
    const { File } = await import('jsfive');
    const buffer = new BoundedBuffer(bytes.byteLength);
    new Uint8Array(buffer).set(bytes);
    return new Hdf5(
      path,
      guarded(path, () => new File(buffer, path)),
    );
  }

  /** Names below a group, or none. */
  names(group: string): readonly string[] {
    return guarded(inFile(this.path, group), () => {
      const found = this.#find(group);
      return found !== undefined && isGroup(found) ? [...found.keys] : [];
    });
  }

  has(place: string): boolean {
    return guarded(inFile(this.path, place), () => this.#find(place) !== undefined);
  }

  /** A text attribute of a group; undefined where it has none. */
  text(group: string, attribute: string): string | undefined {
    const value = this.#attribute(group, attribute);
    return typeof value === 'string' ? unpadded(value) : undefined;
  }

  /** A list of texts, which Keras divides into name0, name1 ... where it is long. */
  texts(group: string, attribute: string): readonly string[] {
    const whole = this.#attribute(group, attribute);
    const parts: unknown[] = whole === undefined ? [] : [whole].flat();
    for (let i = 0; whole === undefined && i < 1000; i++) {
      const part = this.#attribute(group, `${attribute}${i}`);
      if (part === undefined) break;
      parts.push(...[part].flat());
    }
    return parts.map((part) => unpadded(String(part)));
  }

  /** @throws DiagnosticError import_value where there is none, or not of numbers */
  tensor(place: string): Tensor {
    const at = inFile(this.path, place);
    return guarded(at, () => {
      const found = this.#find(place);
      if (found === undefined || !('shape' in found)) return fail(importValue(at, 'is not there'));
      const count = elementCount(found.shape);
      if (!(count * 8 <= MAX_IMPORT_BYTES)) return fail(importValue(at, `has the shape (${found.shape.join(', ')})`));
      const data = Float64Array.from(found.value as ArrayLike<number>);
      if (data.length !== count) return fail(importValue(at, `has ${data.length} values, its shape ${count}`));
      return { shape: [...found.shape], data };
    });
  }

  #attribute(group: string, attribute: string): unknown {
    return guarded(inFile(this.path, group), () => {
      const attributes: Readonly<Record<string, unknown>> | undefined = (this.#find(group) as Group | undefined)?.attrs;
      return attributes !== undefined && Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
    });
  }

  /** Walks down by whole names, one a level, so that a missing one is not an error. */
  #find(place: string): Group | Dataset | undefined {
    let here: Group | Dataset = this.root;
    for (const name of place.split('/').filter((part) => part !== '')) {
      if (!isGroup(here) || !here.keys.includes(name)) return undefined;
      here = here.get(name);
    }
    return here;
  }
}

/** A dataset has a method of that name. */
const isGroup = (found: Group | Dataset): found is Group => 'keys' in found && Array.isArray(found.keys);

function guarded<T>(at: string, read: () => T): T {
  const { log, warn } = console;
  // the library prints texts of the file as they are, on stdout too
  console.log = console.warn = () => undefined;
  try {
    return read();
  } catch (error) {
    if (error instanceof DiagnosticError) throw error;
    return fail(importUnreadable(at, `damaged HDF5: ${String((error as Error).message ?? error).slice(0, 120)}`));
  } finally {
    Object.assign(console, { log, warn });
  }
}
