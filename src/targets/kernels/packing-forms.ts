import type { Weights } from '../../ir/program.js';
import type { Quantizer } from '../../quantizers/quantizer.js';
import type { Packing } from '../kernel.js';

/** Rows of codes packed as in model.json, each on bytes of its own. */
export const rowsOfBytes = (format: Pick<Quantizer, 'bytes' | 'pack'>): Packing => ({
  ctype: 'uint8_t',
  bytes: ({ rows, cols }) => rows * format.bytes(cols),
  pack: ({ codes, rows, cols }) => {
    const stride = format.bytes(cols);
    const values = new Uint8Array(rows * stride);
    for (let j = 0; j < rows; j++) values.set(format.pack(codes.subarray(j * cols, (j + 1) * cols)), j * stride);
    return values;
  },
});

/** Four rows at a time, a word for as many inputs of a row as `order` has: the input in each place of it, the lowest first. */
export const wordsOfRows = (order: readonly number[], encode: (code: number) => number): Packing => ({
  ctype: 'uint32_t',
  bytes: ({ rows, cols }) => 4 * rows * Math.ceil(cols / order.length),
  pack: ({ codes, rows, cols }: Weights) => {
    const values = new Uint32Array(rows * Math.ceil(cols / order.length));
    const bits = 32 / order.length;
    let at = 0;
    for (let block = 0; block < rows; block += 4)
      for (let first = 0; first < cols; first += order.length)
        for (let j = block; j < block + 4; j++, at++)
          order.forEach((input, place) => {
            const code = first + input < cols ? codes[j * cols + first + input]! : 0;
            values[at]! |= encode(code) << (bits * place);
          });
    return values;
  },
});

/** Four rows at a time, `lanes` weights of each, columns padded with zeros. */
export const vectorsOfRows = (lanes: 8 | 16): Packing => ({
  ctype: 'int8_t',
  bytes: ({ rows, cols }) => lanes * rows * Math.ceil(cols / lanes),
  pack: ({ codes, rows, cols }) => {
    const vectors = Math.ceil(cols / lanes);
    const values = new Int8Array(lanes * rows * vectors);
    let at = 0;
    for (let block = 0; block < rows; block += 4)
      for (let v = 0; v < vectors; v++)
        for (let j = block; j < block + 4; j++)
          for (let i = lanes * v; i < lanes * (v + 1); i++) values[at++] = i < cols ? codes[j * cols + i]! : 0;
    return values;
  },
});

/** Working memory of a DSP kernel: so many words for each tile of so many inputs. */
export const wordsOfInputs = (words: number, inputs: number) => ({
  ctype: 'uint32_t' as const,
  elements: ({ weights }: { readonly weights: Weights }): number => words * Math.ceil(weights.cols / inputs),
});
