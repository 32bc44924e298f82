import { inputGains, inputOffsets } from '../ir/input-codes.js';
import type { Codes, InputScaling } from '../ir/model.js';
import { plural, quote } from './diagnostics.js';
import type { Values } from './values.js';

/** At most this share of any feature lies beyond 4 standard deviations (Chebyshev): more is no spike. */
const MAX_SATURATED = 1 / 16;
/** Share of the most frequent code, and distinct values that become that code, from which on a feature is flattened. */
const FLAT_SHARE = 0.9;
const FLAT_VALUES = 8;
/** Steps whose distinct values are counted. */
const MAX_COUNTED = 20_000;
/** Features that one warning names. */
const MAX_NAMED = 5;

/** One feature over all steps of the training part. */
interface FeatureUse {
  readonly name: string;
  readonly lowest: number;
  readonly highest: number;
  /** Share of the values that lie more than one code beyond the limits. */
  readonly saturated: number;
  /** Distinct codes. */
  readonly codes: number;
  readonly flat: boolean;
}

/**
 * What the scaling does to the features of the training part: saturated, flattened (by an outlier, or because a float32
 * cannot resolve the values) and constant ones. Features without names, such as pixels, may be constant.
 */
export function inputWarnings(
  sequences: readonly Values[],
  codes: readonly Codes[],
  input: InputScaling,
  largest: number,
  names?: readonly string[],
): string[] {
  if (sequences.length === 0) return [];
  const uses = Array.from({ length: input.size }, (_, i) =>
    useOf(sequences, codes, input, largest, i, names === undefined ? `feature ${i + 1}` : `column ${quote(names[i]!)}`),
  );
  const constant = uses.filter(({ lowest, highest }) => lowest === highest);
  if (names === undefined && constant.length === uses.length) return ['every feature is constant in the training part'];
  const saturated = uses.filter((use) => !constant.includes(use) && use.saturated > MAX_SATURATED);
  const flattened = uses.filter((use) => use.flat && ![...constant, ...saturated].includes(use));
  const facts = ({ lowest, highest, saturated: share, codes: distinct }: FeatureUse): string =>
    `${(100 * share).toPrecision(3)} % of its codes at the limit, ${plural(distinct, 'distinct code')}, values ${short(lowest)} to ${short(highest)}`;
  return [
    ...listed(
      saturated,
      (use) =>
        `${use.name} saturates: ${facts(use)}; a time or a counter is no feature, others need another --normalize`,
    ),
    ...listed(
      flattened,
      (use) => `${use.name} is flattened: ${facts(use)}; remove outliers, or scale it with --normalize`,
    ),
    ...listed(
      names === undefined ? [] : constant,
      (use) => `${use.name} is constant in the training part: ${short(use.lowest)}`,
    ),
  ];
}

const short = (value: number): string => String(Number.isInteger(value) ? value : Number(value.toPrecision(6)));

/** A line for each of the first features, and one for the others. */
const listed = (uses: readonly FeatureUse[], text: (use: FeatureUse) => string): string[] => {
  const lines = uses.slice(0, MAX_NAMED).map(text);
  return uses.length > MAX_NAMED ? [...lines, `and ${uses.length - MAX_NAMED} more features like these`] : lines;
};

function useOf(
  sequences: readonly Values[],
  codes: readonly Codes[],
  input: InputScaling,
  largest: number,
  feature: number,
  name: string,
): FeatureUse {
  const { size } = input;
  const [offset, gain] = [inputOffsets(input)[feature]!, inputGains(input)[feature]!];
  const counts = new Uint32Array(2 * largest + 1);
  let [lowest, highest, steps, beyond] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (let s = 0; s < sequences.length; s++) {
    const [sequence, own] = [sequences[s]!, codes[s]!];
    for (let i = feature; i < sequence.length; i += size) {
      const value = sequence[i]!;
      lowest = Math.min(lowest, value);
      highest = Math.max(highest, value);
      steps++;
      // the largest magnitude may be one code beyond (--normalize range)
      if (Math.abs((value - offset) * gain) > largest + 1.5) beyond++;
      counts[own[i]! + largest]!++;
    }
  }
  const count = counts.reduce((most, other) => Math.max(most, other));
  const frequent = counts.indexOf(count) - largest;
  const [merged, values, floats] = [new Set<number>(), new Set<number>(), new Set<number>()];
  let counted = 0;
  for (let s = 0; s < sequences.length && counted < MAX_COUNTED; s++)
    for (let i = feature; i < sequences[s]!.length; i += size) {
      const value = sequences[s]![i]!;
      counted++;
      values.add(value);
      floats.add(Math.fround(value));
      if (codes[s]![i] === frequent) merged.add(value);
    }
  const coarse = values.size >= FLAT_VALUES && floats.size <= values.size / 4;
  const flat = coarse || (count >= FLAT_SHARE * steps && merged.size >= FLAT_VALUES);
  const distinct = counts.reduce((sum, other) => sum + Number(other > 0), 0);
  return { name, lowest, highest, saturated: beyond / steps, codes: distinct, flat };
}
