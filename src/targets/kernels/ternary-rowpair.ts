import { TERNARY_CODES } from '../../ir/alphabets.js';
import type { Weights } from '../../ir/program.js';
import { type Kernel, matvec, type Packing } from '../kernel.js';

/** Inputs of every 8 in the order in which the kernel reads them. */
const LANE_ORDER = [0, 2, 1, 3, 4, 6, 5, 7];
const rotated = (word: number, by: number): number => (by === 0 ? word : (word << by) | (word >>> (32 - by)));

/** How a matrix lies in lanes of two rows. */
export interface Lanes {
  /** Columns after which the sums of lower rows are moved out. */
  readonly flush: number;
  /** The weights say which four of 8 rows are the lower ones; otherwise they are the first four. */
  readonly ordered: boolean;
}

/** The sum of a lower row lies in 14 bits. */
const [LANE_MIN, LANE_MAX] = [-(2 ** 13), 2 ** 13 - 1];
/** Cycles of 8 rows and a block of inputs besides products, of a test for its end (after 64 inputs), and of an order. */
const LANE_COST = { block: 75, test: 6, order: 24 };

/** Four rows from `row` on may be lower rows, whatever x is. */
function fitsLower({ codes, cols }: Weights, row: number, first: number, end: number): boolean {
  for (let j = row; j < row + 4; j++) {
    let [plus, minus] = [0, 0];
    for (let i = first; i < end; i++) {
      if (codes[j * cols + i]! > 0) plus++;
      if (codes[j * cols + i]! < 0) minus++;
    }
    if (127 * plus + 128 * minus > LANE_MAX || -128 * plus - 127 * minus < LANE_MIN) return false;
  }
  return true;
}

/** The cheapest lanes in which every sum fits. */
export function chooseLanes(weights: Weights): Lanes {
  const { rows, cols } = weights;
  const blocks = (flush: number) =>
    Array.from({ length: Math.ceil(cols / flush) }, (_, k) => [k * flush, Math.min((k + 1) * flush, cols)] as const);
  const fits = ({ flush, ordered }: Lanes): boolean =>
    blocks(flush).every(([first, end]) => {
      for (let row = 0; row < rows; row += 8)
        if (!fitsLower(weights, row, first, end) && !(ordered && fitsLower(weights, row + 4, first, end))) return false;
      return true;
    });
  const cost = ({ flush, ordered }: Lanes): number =>
    blocks(flush).reduce(
      (sum, [first, end]) =>
        sum + LANE_COST.block + LANE_COST.test * Math.ceil((end - first) / 64) + (ordered ? LANE_COST.order : 0),
      0,
    );
  return Array.from({ length: Math.ceil(cols / 8) }, (_, k) => 8 * (k + 1))
    .flatMap((flush): Lanes[] => [
      { flush, ordered: false },
      { flush, ordered: true },
    ])
    .sort((a, b) => cost(a) - cost(b))
    .find(fits)!;
}

/** Words of packed weights. */
const laneWords = ({ rows, cols }: Weights, { flush, ordered }: Lanes): number =>
  (rows / 2) * Math.ceil(cols / 8) + (ordered ? (rows / 8) * Math.ceil(cols / flush) : 0);

/** Sixteen weights a word: a lower and an upper row of every 8, for 8 inputs; after 8 rows their order, where it is there. */
function packLanes(weights: Weights): Uint32Array {
  const { codes, rows, cols } = weights;
  const lanes = chooseLanes(weights);
  const { flush, ordered } = lanes;
  const padded = 8 * Math.ceil(cols / 8);
  const values = new Uint32Array(laneWords(weights, lanes));
  const code = (j: number, i: number): number => (i < cols ? codes[j * cols + i]! : 0);
  let at = 0;
  for (let start = 0; start < cols; start += flush)
    for (let block = 0; block < rows; block += 8) {
      const turned = ordered && !fitsLower(weights, block, start, Math.min(start + flush, cols));
      const [lower, upper] = turned ? [block + 4, block] : [block, block + 4];
      for (let first = start; first < Math.min(start + flush, padded); first += 8)
        for (let j = 0; j < 4; j++) {
          let word = 0;
          for (let k = 0; k < 4; k++) {
            const [even, odd] = [first + LANE_ORDER[2 * k]!, first + LANE_ORDER[2 * k + 1]!];
            const lane = (i: number) => (code(lower + j, i) + 1) | ((code(upper + j, i) & 3) << 14);
            word |= rotated(lane(even) | (lane(odd) << 16), 4 * k);
          }
          values[at++] = word;
        }
      if (ordered) values[at++] = turned ? 1 : 0;
    }
  return values;
}

const packing: Packing = {
  ctype: 'uint32_t',
  bytes: (weights) => 4 * laneWords(weights, chooseLanes(weights)),
  pack: packLanes,
};

/** Two rows in a lane of SMLAD. */
export const ternaryRowpair: readonly Kernel[] = [
  matvec({
    ...{ stem: 'ternary_rowpair', input: 's8', isa: 'dsp', alphabets: TERNARY_CODES, packing },
    tile: { rows: 8, inputs: 8 },
    passes: ({ weights }) => Math.ceil(weights.cols / chooseLanes(weights).flush),
    counts: (weights) => {
      const { flush, ordered } = chooseLanes(weights);
      return { odd: ordered ? (weights.rows / 8) * Math.ceil(weights.cols / flush) : 0 };
    },
    work: {
      ctype: 'uint32_t',
      elements: ({ weights }) => 4 * Math.ceil(Math.min(weights.cols, chooseLanes(weights).flush) / 8),
    },
    parameters: ({ weights }) => {
      const { flush, ordered } = chooseLanes(weights);
      return [weights.rows, weights.cols, flush, Number(ordered)];
    },
  }),
];
