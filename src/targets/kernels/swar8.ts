import type { AlphabetName } from '../../ir/alphabets.js';
import type { Weights } from '../../ir/program.js';
import { type Kernel, matvec, type Packing } from '../kernel.js';

/** What is stored instead of a code, and its bits. */
const UNSIGNED: { readonly [K in AlphabetName]?: { readonly bits: 1 | 2 | 4; readonly of: (code: number) => number } } =
  {
    ternary: { bits: 2, of: (code) => code + 1 },
    binary: { bits: 1, of: (code) => (code > 0 ? 1 : 0) },
    s4: { bits: 4, of: (code) => code + 8 },
  };

const bitsOf = ({ alphabet }: Weights): number => UNSIGNED[alphabet]!.bits;

/** Inputs for which the sum of a row fits in 16 bits. */
const inputsOf = (bits: number): number => 256 >> bits;

/** Such blocks of inputs; the last inputs are a block of their own where they are fewer than 4. */
function blocksOf(cols: number, bits: number): number[] {
  const most = inputsOf(bits);
  const whole = cols - (cols % 4);
  const blocks = Array.from({ length: Math.ceil(whole / most) }, (_, k) => Math.min(most, whole - k * most));
  return whole < cols ? [...blocks, 4] : blocks;
}

/** Eight rows a word for 4 / bits inputs, rows 0 to 3 in its lower half, block after block. */
const packing: Packing = {
  ctype: 'uint32_t',
  bytes: (weights) => (weights.rows / 2) * bitsOf(weights) * Math.ceil(weights.cols / 4),
  pack: ({ codes, rows, cols, alphabet }) => {
    const { bits, of } = UNSIGNED[alphabet]!;
    const inputs = 4 / bits;
    const values = new Uint32Array((rows / 8) * bits * Math.ceil(cols / 4));
    let [at, begin] = [0, 0];
    for (const count of blocksOf(cols, bits)) {
      for (let block = 0; block < rows; block += 8)
        for (let first = begin; first < begin + count; first += inputs, at++)
          for (let j = 0; j < 8; j++)
            for (let i = first; i < Math.min(first + inputs, cols); i++)
              values[at]! |=
                of(codes[(block + j) * cols + i]!) << (16 * Math.floor(j / 4) + bits * (4 * (i - first) + (j % 4)));
      begin += count;
    }
    return values;
  },
};

/** Eight rows in a word, weights of 1, 2 or 4 bits. */
export const swar8: readonly Kernel[] = [
  matvec({
    ...{ stem: 'swar8', input: 's8', isa: 'c', packing },
    alphabets: Object.keys(UNSIGNED) as AlphabetName[],
    tile: { rows: 8, inputs: 4 },
    // the first one starts the sums
    passes: ({ weights }) => 1 + Math.ceil(weights.cols / inputsOf(bitsOf(weights))),
    parameters: ({ weights }) => [weights.rows, weights.cols, bitsOf(weights)],
  }),
];
