import { ALPHABETS, type AlphabetName } from '../../src/ir/alphabets.js';
import type { Weights } from '../../src/ir/program.js';
import type { Draw } from '../fuzz/random-network.js';

/** Weights of a style; the first rows of `mixed` are all zero, all +largest, all -largest. */
export function weightsOf(
  draw: Draw,
  alphabet: AlphabetName,
  rows: number,
  cols: number,
  style: 'random' | 'mixed',
): Weights {
  const { largest, isCode } = ALPHABETS[alphabet];
  const codes = Int8Array.from({ length: rows * cols }, (_, i) => {
    const row = Math.floor(i / cols) % 4;
    if (style === 'mixed' && row < 3) return [isCode(0) ? 0 : largest, largest, -largest][row]!;
    for (;;) {
      const code = draw.integer(-largest, largest);
      if (isCode(code)) return code;
    }
  });
  return { name: `w_${alphabet}_${rows}_${cols}_${style}`, alphabet, rows, cols, codes };
}

/** Three rows of two. */
export const SHORT_WEIGHTS: Weights = {
  ...{ name: 'w', alphabet: 's8', rows: 3, cols: 2 },
  codes: Int8Array.of(1, 2, 3, 4, 5, 6),
};
