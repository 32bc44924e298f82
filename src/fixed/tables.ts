import { clamp } from './fixed.js';

/** Fraction bits of a table index: Q3.4 for the sigmoid, Q2.5 for tanh (N5). */
export const INDEX_FRACTION = { sigmoid: 4, tanh: 5 } as const;
export type TableName = keyof typeof INDEX_FRACTION;
/** Bounds of the Q15 entries (N6): tanh stops at 32639, so that rounding to s8 stays inside [-127, 127] by itself. */
export const TABLE_RANGE = { sigmoid: [0, 32767], tanh: [-32639, 32639] } as const;
export const TABLE_ENTRIES = 256;

const real = { sigmoid: (x: number) => 1 / (1 + Math.exp(-x)), tanh: Math.tanh };

function makeTable(name: TableName): Int16Array {
  const [low, high] = TABLE_RANGE[name];
  const step = 2 ** -INDEX_FRACTION[name];
  return Int16Array.from({ length: TABLE_ENTRIES }, (_, i) =>
    clamp(Math.floor(32768 * real[name]((i - 128) * step) + 0.5), low, high),
  );
}

/**
 * N6: TABLES.sigmoid[i + 128] = floor(32768 sigmoid(i/16) + 0.5), TABLES.tanh[i + 128] = floor(32768 tanh(i/32) + 0.5),
 * i = -128..127, clipped to TABLE_RANGE. The one source of truth for the interpreter, the trainer and the generated C.
 */
export const TABLES: { readonly [K in TableName]: Int16Array } = {
  sigmoid: makeTable('sigmoid'),
  tanh: makeTable('tanh'),
};

/** What of a table is kept: where values are interpolated, the last entry once more behind it. */
export const tableValues = (name: TableName, interpolated: boolean): Int16Array =>
  interpolated ? Int16Array.of(...TABLES[name], TABLES[name][TABLE_ENTRIES - 1]!) : TABLES[name];
