import { describe, expect, test } from 'vitest';
import { ALPHABETS, plane } from '../../../src/ir/alphabets.js';
import type { FormatName } from '../../../src/ir/model.js';
import { QUANTIZERS } from '../../../src/quantizers/index.js';
import { TERNARY_THRESHOLD } from '../../../src/quantizers/ternary.js';
import { transposed } from '../../../src/targets/kernel.js';
import { ternaryPairs } from '../../../src/targets/kernels/ternary.js';
import { Draw } from '../../fuzz/random-network.js';

const FORMATS = Object.keys(QUANTIZERS) as FormatName[];
const legalCodes = (format: FormatName): number[] => {
  const { largest, isCode } = ALPHABETS[QUANTIZERS[format].alphabet];
  return Array.from({ length: 2 * largest + 1 }, (_, i) => i - largest).filter(isCode);
};
const randomCodes = (draw: Draw, format: FormatName, length: number): Int8Array => {
  const codes = legalCodes(format);
  return Int8Array.from({ length }, () => draw.pick(...codes));
};

/** Error power of quantized uniform weights, a little above what each format gives. */
const WORST: { readonly [K in FormatName]: number } = {
  ternary: 0.2,
  binary: 0.3,
  'pow2-2': 0.12,
  'pow2-3': 0.05,
  'pow2-7': 0.04,
  'planes-2': 0.04,
  'planes-3': 0.01,
  s4: 0.01,
  s8: 0.0001,
};

describe.each(FORMATS)('%s', (format) => {
  const quantizer = QUANTIZERS[format];
  const { isCode } = ALPHABETS[quantizer.alphabet];

  test('is called what its row is called', () => {
    expect(quantizer.name).toBe(format);
  });

  test('unpack(pack(codes)) = codes, in the promised number of bytes', () => {
    const draw = new Draw(11);
    for (const length of [0, 1, 2, 3, 4, 5, 7, 8, 63, 64, 65, 1000]) {
      const codes = randomCodes(draw, format, length);
      const bytes = quantizer.pack(codes);
      expect(bytes.length).toBe(quantizer.bytes(length));
      expect(quantizer.unpack(bytes, length)).toEqual(codes);
    }
  });

  test('packs a view of a larger array as itself, and keeps no view of it', () => {
    const codes = randomCodes(new Draw(12), format, 20);
    const view = codes.subarray(3, 16);
    const bytes = quantizer.pack(view);
    expect(bytes).toEqual(quantizer.pack(view.slice()));
    codes.fill(0);
    expect(quantizer.unpack(bytes, 13)).not.toEqual(view);
  });

  test('every legal code and no other survives', () => {
    const all = legalCodes(format);
    expect([...quantizer.unpack(quantizer.pack(Int8Array.from(all)), all.length)!]).toEqual(all);
  });

  test('quantized weights come close, scales are positive, a row of zeros has the scale 1', () => {
    const draw = new Draw(13);
    const weights = Float64Array.from({ length: 6 * 50 }, (_, i) => (i < 50 ? 0 : draw.real(-1, 1)));
    const { codes, scales } = quantizer.quantize(weights, 6, 50);
    expect(scales[0]).toBe(1);
    if (isCode(0)) expect([...codes.subarray(0, 50)]).toEqual(new Array(50).fill(0));
    let error = 0;
    let power = 0;
    for (let i = 50; i < 300; i++) {
      expect(isCode(codes[i]!)).toBe(true);
      const j = Math.floor(i / 50);
      expect(scales[j]!).toBeGreaterThan(0);
      error += (scales[j]! * codes[i]! - weights[i]!) ** 2;
      power += weights[i]! ** 2;
    }
    expect(error / power).toBeLessThan(WORST[format]);
  });
});

test('ternary: the threshold is 0.7 of the mean, the scale the mean of what is kept', () => {
  expect(TERNARY_THRESHOLD).toBe(0.7);
  const { codes, scales } = QUANTIZERS.ternary.quantize(Float64Array.of(1, -2, 0.1, 0.9), 1, 4); // mean 1, threshold 0.7
  expect([...codes]).toEqual([1, -1, 0, 1]);
  expect(scales[0]).toBeCloseTo((1 + 2 + 0.9) / 3, 12);
});

test('s8: the largest weight of a row becomes 127', () => {
  const { codes, scales } = QUANTIZERS.s8.quantize(Float64Array.of(0.5, -1, 2, -4), 2, 2);
  expect([...codes]).toEqual([64, -127, 64, -127]);
  expect([...scales]).toEqual([1 / 127, 4 / 127]);
});

test('the worked example of docs/model.md', () => {
  const bytes = QUANTIZERS.ternary.pack(Int8Array.of(1, 0, -1, 1, -1, 0));
  expect([...bytes]).toEqual([0b01_11_00_01, 0b00_00_00_11]);
  expect(Buffer.from(bytes).toString('base64')).toBe('cQM=');
});

test('bytes that hold no code are refused', () => {
  expect(QUANTIZERS.ternary.unpack(Uint8Array.of(0b10_00_00_00), 4)).toBeNull();
  expect(QUANTIZERS.ternary.unpack(Uint8Array.of(0b10_00_00_00), 3)).not.toBeNull();
  expect(QUANTIZERS.s8.unpack(Uint8Array.of(0x80), 1)).toBeNull();
});

test('the rows that the C kernel reads are those of model.json, each on bytes of its own', () => {
  const draw = new Draw(14);
  for (const [rows, cols] of [
    [1, 1],
    [3, 4],
    [3, 5],
    [7, 9],
    [2, 64],
  ] as const) {
    const codes = randomCodes(draw, 'ternary', rows * cols);
    const bytes = ternaryPairs.pack({ name: 'w', alphabet: 'ternary', rows, cols, codes }, 0);
    const stride = Math.ceil(cols / 4);
    expect(bytes.length).toBe(rows * stride);
    for (let j = 0; j < rows; j++)
      for (let i = 0; i < cols; i++) {
        // as gather_ternary_c.c decodes: pairs from the least significant bit, (pair ^ 2) - 2
        const pair = (bytes[j * stride + (i >> 2)]! >> (2 * (i % 4))) & 3;
        expect((pair ^ 2) - 2).toBe(codes[j * cols + i]);
      }
    if (cols % 4 === 0) expect(bytes).toEqual(QUANTIZERS.ternary.pack(codes));
  }
});

test('planes add up to the codes, columns become rows', () => {
  const codes = Int8Array.from({ length: 15 }, (_, i) => i - 7);
  for (const code of codes) expect(plane(code, 0) + 2 * plane(code, 1) + 4 * plane(code, 2)).toBe(code);
  const turned = transposed({ name: 'w', alphabet: 's4', rows: 3, cols: 5, codes });
  expect([turned.rows, turned.cols]).toEqual([5, 3]);
  expect([...turned.codes.subarray(0, 3)]).toEqual([-7, -2, 3]);
});
