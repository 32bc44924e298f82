import type { Draw } from '../fuzz/random-network.js';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Parent = Json[] | { [key: string]: Json };

const NUMBERS: readonly number[] = [
  ...[0, -0, 1, -1, 2, 7, 8, 15, 16, 30, 31, 32, 64, 127, 128, 255, 0.5, -0.5, 1e-320, 5e-324, 1e9, -1e9, 1e308],
  ...[2 ** 15, 2 ** 15 - 1, 65535, 65536, 2 ** 30, -(2 ** 30), 2 ** 30 + 1, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 53],
];
const STRINGS: readonly string[] = [
  ...['', 'x', '../x', '*/', '"', '\\', '\n', '\u0000', '\u202e', '\ud800', 'é', '日本', 'AAAA', '====', '%n', '$(x)'],
  ...[
    'gru',
    'lstm',
    'rnn',
    'dense',
    'scaleShift',
    'joint',
    'separate',
    'before',
    'after',
    'hard',
    'tanh',
    'relu',
    'linear',
    'sigmoid',
  ],
  ...['shift', 'multiplier', 'ternary', 'binary', 'pow2-2', 'pow2-3', 'pow2-7', 'planes-2', 'planes-3', 's4', 's8'],
  ...['one-hot', 'log-mel', 'rnnq-model', 'toString', 'constructor', 'x'.repeat(300)],
];
const STRUCTURES: readonly Json[] = [null, true, false, [], {}, [null], [[]], [[[[]]]], { a: 1 }, [1e308], [0, 1, 2]];
/** Texts that JSON.stringify never writes. */
const RAW: readonly string[] = [
  ...['NaN', 'Infinity', '-', '1e999', '-1e999', '01', '1.', '.5', '+1', '0x10', '1_000', 'undefined', "'x'", '/**/1'],
  ...['{"__proto__":1}', '{"__proto__":{"units":1}}', '{"constructor":{}}', '{"a":1,"a":2}', '1,', '', '\u2028'],
];
const KEYS = ['__proto__', 'constructor', 'prototype', 'extra', '', 'units', 'hasOwnProperty', 'toString', 'layers'];

/** Every place of a tree: its parent and key. */
function placesOf(node: Json, out: [Parent, string][] = []): [Parent, string][] {
  if (typeof node !== 'object' || node === null) return out;
  for (const key of Object.keys(node)) {
    out.push([node, key]);
    placesOf((node as { [key: string]: Json })[key]!, out);
  }
  return out;
}

const get = (parent: Parent, key: string): Json => (parent as { [key: string]: Json })[key]!;
const set = (parent: Parent, key: string, value: Json): void => {
  Object.defineProperty(parent, key, { value, writable: true, enumerable: true, configurable: true });
};

/** One value by another: of its own kind as often as of another. */
function otherValue(draw: Draw, value: Json): Json {
  if (typeof value === 'number' && draw.integer(0, 3) > 0)
    return draw.pick(
      draw.pick(...NUMBERS),
      value + draw.pick(-1, 1),
      -value,
      2 * value,
      value / 2,
      value * 1e6,
      draw.integer(-16, 300),
    );
  if (typeof value === 'string' && draw.integer(0, 3) > 0)
    return draw.integer(0, 2) === 0 ? draw.pick(...STRINGS) : damagedText(draw, value);
  if (Array.isArray(value) && draw.integer(0, 3) > 0) return otherList(draw, value);
  return structuredClone(draw.pick<Json>(draw.pick(...NUMBERS), draw.pick(...STRINGS), draw.pick(...STRUCTURES)));
}

function otherList(draw: Draw, list: readonly Json[]): Json[] {
  const at = draw.integer(0, Math.max(0, list.length - 1));
  const copy = structuredClone(list) as Json[];
  const how = draw.integer(0, 6);
  if (how === 0) return copy.slice(0, at);
  if (how === 1) return [...copy, ...copy];
  if (how === 2) return copy.reverse();
  if (how === 3) return copy.map(() => draw.pick(...NUMBERS));
  if (how === 4) return [...copy.slice(0, at), structuredClone(draw.pick(...STRUCTURES)), ...copy.slice(at)];
  if (how === 5) {
    // long lists of numbers and names, short ones of what may be large itself
    const length = typeof copy[at] === 'object' ? draw.pick(1, 70) : draw.pick(1, 100, 20_000);
    return Array.from({ length }, () => structuredClone(copy[at] ?? 0));
  }
  copy.splice(at, 1);
  return copy;
}

/** A text with bytes changed, put in, taken out or doubled: also of base64. */
function damagedText(draw: Draw, text: string): string {
  const at = draw.integer(0, Math.max(0, text.length - 1));
  const length = draw.pick(1, 1, 2, 4, draw.integer(1, 64));
  const how = draw.integer(0, 5);
  const rest = text.slice(at + length);
  if (how === 0) return text.slice(0, at) + rest;
  if (how === 1) return text.slice(0, at + length) + text.slice(at);
  if (how === 2) return text.slice(0, at);
  const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=';
  const letter = (): string =>
    how === 3
      ? base64[draw.integer(0, 64)]!
      : String.fromCharCode(draw.pick(draw.integer(0, 127), draw.integer(0, 65535)));
  return text.slice(0, at) + letter() + text.slice(how === 5 ? at : at + 1);
}

/** One mistake somewhere in the tree. */
function damageTree(draw: Draw, file: Json): void {
  const places = placesOf(file);
  if (places.length === 0) return;
  const place = (): [Parent, string] => places[draw.integer(0, places.length - 1)]!;
  const [parent, key] = place();
  const how = draw.integer(0, 11);
  if (how === 0) {
    if (Array.isArray(parent)) parent.splice(Number(key), 1);
    else delete parent[key];
  } else if (how === 1 && !Array.isArray(parent))
    set(parent, draw.pick(...KEYS), structuredClone(draw.pick(...STRUCTURES, 1, 'x')));
  else if (how === 2 && !Array.isArray(parent)) {
    set(parent, draw.pick(...KEYS), get(parent, key));
    delete parent[key];
  } else if (how === 3) {
    // two places exchange their values; copies, so that no tree comes to hold itself
    const [other, otherKey] = place();
    const [first, second] = [structuredClone(get(parent, key)), structuredClone(get(other, otherKey))];
    set(other, otherKey, first);
    set(parent, key, second);
  } else set(parent, key, otherValue(draw, get(parent, key)));
}

/** A hostile text: a good model's with one to three mistakes in its tree, its bytes, or both. */
export function mutantOf(draw: Draw, text: string): string {
  const how = draw.integer(0, 9);
  if (how === 0) return damagedText(draw, text);
  const file = JSON.parse(text) as Json;
  for (let k = draw.pick(1, 1, 2, 3); k > 0; k--) damageTree(draw, file);
  if (how > 1) return JSON.stringify(file);
  // a value that only a text can hold
  const places = placesOf(file);
  if (places.length === 0) return draw.pick(...RAW);
  const [parent, key] = places[draw.integer(0, places.length - 1)]!;
  set(parent, key, '@raw@');
  return JSON.stringify(file).replace('"@raw@"', () => draw.pick(...RAW));
}
