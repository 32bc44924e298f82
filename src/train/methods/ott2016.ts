import type { FormatName } from '../../ir/model.js';
import { type LevelRule, levelMethod, roundScale } from './fixed-levels.js';
import { glorotLimit, type MethodOptions } from './method.js';

// The methods of Ott, Lin, Zhang, Liu & Bengio (arXiv 1608.06902), as in their released code.

const clip01 = (p: number): number => Math.max(0, Math.min(1, p));

/** BinaryConnect: +-H. Stochastic: +H with probability clip((W / H + 1) / 2). */
const binaryRule: LevelRule = (masters, shape, { binaryScale, rowScale }, random, { codes, scales }) => {
  const h = roundScale(binaryScale === 'glorot' ? glorotLimit(shape) : binaryScale, rowScale);
  scales.fill(h);
  for (let i = 0; i < masters.length; i++) {
    const up = random === null ? masters[i]! >= 0 : random.next() < clip01((masters[i]! / h + 1) / 2);
    codes[i] = up ? 1 : -1;
  }
};

/** TernaryConnect: W0 is the Glorot limit; stochastic: sign(W) W0 with probability clip(|W| / W0). */
const ternaryConnectRule: LevelRule = (masters, shape, { rowScale }, random, { codes, scales }) => {
  const w0 = roundScale(glorotLimit(shape), rowScale);
  scales.fill(w0);
  for (let i = 0; i < masters.length; i++) {
    const w = masters[i]!;
    if (random === null) codes[i] = w > w0 / 2 ? 1 : w <= -w0 / 2 ? -1 : 0;
    else codes[i] = random.next() < clip01(Math.abs(w) / w0) ? Math.sign(w) : 0;
  }
};

/** Dual copy rounding (Stromatias et al. 2015): round(W 2^f), half away from zero, saturated to 2^(f + m) - 1. */
const pow2TernaryRule: LevelRule = (masters, _shape, { fractionBits, integerBits }, random, { codes, scales }) => {
  const most = 2 ** (fractionBits + integerBits) - 1;
  const gain = 2 ** fractionBits;
  scales.fill(1 / gain);
  for (let i = 0; i < masters.length; i++) {
    const w = masters[i]! * gain;
    const floor = Math.floor(w);
    const rounded =
      random === null ? Math.sign(w) * Math.floor(Math.abs(w) + 0.5) : floor + (random.next() < w - floor ? 1 : 0);
    codes[i] = Math.max(-most, Math.min(most, rounded));
  }
};

/** The narrowest weight format that holds the codes of pow2-ternary. */
function pow2TernaryFormat({ fractionBits, integerBits }: MethodOptions): FormatName {
  const bits = fractionBits + integerBits;
  return bits <= 1 ? 'ternary' : bits === 2 ? 'planes-2' : bits === 3 ? 'planes-3' : 's8';
}

/** Steps of the widest exponent window that a weight format holds. */
export const MAX_EXPONENT_STEPS = 7;

/** sign(W) 2^k: k = floor(log2 |W|), one more where |W| / 2^k - 1 > 1/2 (stochastic: with that probability). No zero. */
const exponentialRule: LevelRule = (masters, _shape, { exponents: [low, high] }, random, { codes, scales }) => {
  scales.fill(2 ** low);
  for (let i = 0; i < masters.length; i++) {
    const magnitude = Math.abs(masters[i]!);
    let k = low;
    if (magnitude > 0) {
      const floor = Math.floor(Math.log2(magnitude));
      const rest = magnitude / 2 ** floor - 1;
      k = Math.max(low, Math.min(high, rest > (random === null ? 0.5 : random.next()) ? floor + 1 : floor));
    }
    codes[i] = masters[i]! < 0 ? -(2 ** (k - low)) : 2 ** (k - low);
  }
};

const exponentialFormat = ({ exponents: [low, high] }: MethodOptions): FormatName =>
  high - low < 2 ? 'pow2-2' : high - low < 3 ? 'pow2-3' : 'pow2-7';

export const binary = levelMethod('binary', 'BinaryConnect: +-H', () => 'binary', binaryRule);
export const ternaryConnect = levelMethod(
  'ternary-connect',
  'TernaryConnect: 0 and +-W0, the Glorot limit',
  () => 'ternary',
  ternaryConnectRule,
);
export const pow2Ternary = levelMethod(
  'pow2-ternary',
  'rounded to f fraction and m integer bits; 0 and +-1/2 by default',
  pow2TernaryFormat,
  pow2TernaryRule,
);
export const exponential = levelMethod(
  'exponential',
  'sign and power of two, exponents in a window, no zero',
  exponentialFormat,
  exponentialRule,
);
