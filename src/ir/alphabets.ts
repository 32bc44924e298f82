/** Which integers the weights of a matrix may be. How a file or a kernel stores them is its packing. */
export interface Alphabet {
  /** Largest |code|. */
  readonly largest: number;
  isCode(code: number): boolean;
  /** Ternary matrices whose products make a product with it, 1, 2, 4 fold; 1: the codes themselves are multiplied. */
  readonly planes: 1 | 2 | 3;
}

const integers = (largest: number, planes: Alphabet['planes'] = 1): Alphabet => ({
  largest,
  isCode: (code) => Math.abs(code) <= largest,
  planes,
});

/** Zero and +-2^k, k = 0 .. steps - 1. */
function powers(steps: number, planes: Alphabet['planes'] = 1): Alphabet {
  const largest = 2 ** (steps - 1);
  return {
    largest,
    isCode: (code) => code === 0 || (Math.abs(code) <= largest && Number.isInteger(Math.log2(Math.abs(code)))),
    planes,
  };
}

/** Every alphabet; an entry is all that kernels need to know of a weight format. */
export const ALPHABETS = {
  ternary: integers(1),
  binary: { largest: 1, isCode: (code) => code === 1 || code === -1, planes: 1 },
  s8: integers(127),
  s4: integers(7),
  'pow2-7': powers(7),
  'pow2-2': powers(2, 2),
  'pow2-3': powers(3, 3),
  'planes-2': integers(3, 2),
  'planes-3': integers(7, 3),
} as const satisfies Readonly<Record<string, Alphabet>>;

export type AlphabetName = keyof typeof ALPHABETS;

/** Plane p of a code: the digit p of |code|, with its sign. */
export const plane = (code: number, p: number): number => ((Math.abs(code) >> p) & 1) * Math.sign(code);

const select = (has: (alphabet: Alphabet) => boolean): readonly AlphabetName[] =>
  (Object.keys(ALPHABETS) as AlphabetName[]).filter((name) => has(ALPHABETS[name]));

/** Codes -1, 0, 1, or some of them. */
export const TERNARY_CODES = select(({ largest }) => largest === 1);

/** Larger codes that are multiplied as they are. */
export const BYTE_CODES = select(({ largest, planes }) => largest > 1 && planes === 1);

/** Alphabets whose codes need that many bits, and no fewer of these, in two's complement. */
export const codesOfBits = (bits: 2 | 4 | 8): readonly AlphabetName[] =>
  select(({ largest }) => bits === (largest === 1 ? 2 : largest < 8 ? 4 : 8));
