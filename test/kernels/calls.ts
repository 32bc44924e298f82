import type { CodeBlock } from '../../src/ir/plan.js';
import { cProduct } from './c-text.js';

/** Bytes after every array that nobody may write. */
export const GUARD = 8;
export const GUARD_BYTE = 0xa5;

/** Working memory of the test program, bytes; the largest call must fit. */
export const ARENA = 9216;

/** One call of a C function, or one loop over elements, in the form the test program reads, and what must come back. */
export interface KernelCall {
  /** Name of a kernel, or kind of an element-wise op. */
  readonly what: string;
  readonly description: string;
  readonly record: Uint8Array;
  readonly expected: Uint8Array;
}

export function toBytes(values: ArrayLike<number>, size: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * size));
  for (let i = 0; i < values.length; i++) {
    if (size === 1) view.setInt8(i, values[i]!);
    else if (size === 2) view.setInt16(2 * i, values[i]!, true);
    else view.setInt32(4 * i, values[i]!, true);
  }
  return new Uint8Array(view.buffer);
}

/** An array of the test program; arrays of bytes stand at odd addresses, those of halfwords at odd halfwords. */
export interface CArray {
  readonly bytes: Uint8Array;
  readonly size: number;
  /** Working memory stands on a word's boundary. */
  readonly aligned?: boolean;
}

export const arrayOf = (values: ArrayLike<number>, size: number): CArray => ({ bytes: toBytes(values, size), size });
const place = (size: number): number => (size === 4 ? 0 : size);

/** function, arrays (count, then bytes, place, contents of each), integers (count, then each); numbers are int32. The first array is the output. */
function encode(index: number, arrays: readonly CArray[], integers: readonly number[]): Uint8Array {
  const parts = [toBytes([index, arrays.length], 4)];
  for (const { bytes, size, aligned } of arrays)
    parts.push(toBytes([bytes.length, aligned ? 0 : place(size)], 4), bytes);
  parts.push(toBytes([integers.length, ...integers], 4));
  return Uint8Array.from(Buffer.concat(parts));
}

interface CFunction {
  readonly what: string;
  /** The statement that does it, in terms of arrays[k], integers[k] and, for loops, of j. */
  readonly statement: string;
}

/** Collects the functions of the test program and the calls of them. */
export class Calls {
  readonly functions: CFunction[] = [];
  /** C of generated functions. */
  readonly definitions: string[] = [];
  readonly list: KernelCall[] = [];
  readonly #index = new Map<string, number>();

  /** Writes a generated product; gives its name. */
  define(blocks: readonly CodeBlock[], addToOutput: boolean): string {
    const name = `product${this.definitions.length}`;
    this.definitions.push(cProduct(name, blocks, addToOutput));
    return name;
  }

  add(
    what: string,
    statement: string,
    arrays: readonly CArray[],
    integers: readonly number[],
    expected: Uint8Array,
    description: string,
  ): void {
    let index = this.#index.get(statement);
    if (index === undefined) {
      index = this.functions.push({ what, statement }) - 1;
      this.#index.set(statement, index);
    }
    this.list.push({ what, description, record: encode(index, arrays, integers), expected });
  }
}
