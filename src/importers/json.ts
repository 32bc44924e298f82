import { fail } from '../diagnostics.js';
import { importUnreadable } from './diagnostics.js';

/** An object of a file, of which nothing is known yet. */
export type Json = Readonly<Record<string, unknown>>;

/** The value of JSON text. @throws DiagnosticError import_unreadable */
export function parseJson(at: string, text: string): unknown {
  try {
    // strings of HDF5 attributes can be padded with zeros
    return JSON.parse(text.replace(/\0+$/, ''));
  } catch (error) {
    return fail(importUnreadable(at, `its description is not JSON: ${(error as Error).message.slice(0, 120)}`));
  }
}

export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object itself, or an empty one. */
export const jsonOf = (value: unknown): Json => (isJson(value) ? value : {});
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const textOf = (value: unknown, otherwise = ''): string => (typeof value === 'string' ? value : otherwise);
export const numberOf = (value: unknown, otherwise = Number.NaN): number =>
  typeof value === 'number' ? value : otherwise;

/** Nested lists of numbers as one array, with their shape; undefined where they are ragged or hold anything else. */
export function arrayOf(value: unknown): { shape: number[]; data: Float64Array } | undefined {
  const shape: number[] = [];
  for (let level = value; Array.isArray(level); level = level[0]) {
    shape.push(level.length);
    if (shape.length > 8) return undefined;
  }
  const data: number[] = [];
  const visit = (part: unknown, depth: number): boolean => {
    if (depth === shape.length) return typeof part === 'number' && data.push(part) > 0;
    return Array.isArray(part) && part.length === shape[depth] && part.every((inner) => visit(inner, depth + 1));
  };
  return visit(value, 0) ? { shape, data: Float64Array.from(data) } : undefined;
}

/** Whether a file begins as a JSON object and holds a text. */
export const isJsonText = (bytes: Uint8Array, text: string): boolean =>
  /^\s*\{/.test(Buffer.from(bytes.subarray(0, 64)).toString('latin1')) && Buffer.from(bytes).includes(text);
