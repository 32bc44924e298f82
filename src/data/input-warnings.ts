import { inputGains, inputOffsets } from '../ir/input-codes.js';
import type { Codes, InputScaling } from '../ir/model.js';
import { plural, quote } from './diagnostics.js';

/** Above this share of saturated values a feature has lost more than its spikes. */
const MAX_SATURATED = 0.01;
/** A feature with fewer codes, and with MIN_LOSS times as many values, is flattened. */
const MIN_CODES = 16;
const MIN_LOSS = 4;
/** Features that one warning names. */
const MAX_NAMED = 5;

/** One feature over all steps of the training part. */
interface FeatureUse {
  readonly name: string;
  readonly lowest: number;
  readonly highest: number;
  /** Share of the values that lie more than one code beyond the limits. */
  readonly saturated: number;
  /** Distinct values, counted up to what a warning needs, and distinct codes. */
  readonly values: number;
  readonly codes: number;
}

/**
 * What the scaling does to the features of the training part: saturated, flattened (an outlier, or a value that a
 * float32 cannot resolve) and constant ones. Features without names, such as pixels, may be constant.
 */
export function inputWarnings(
  sequences: readonly Float64Array[],
  codes: readonly Codes[],
  input: InputScaling,
  largest: number,
  names?: readonly string[],
): string[] {
  const uses = Array.from({ length: input.size }, (_, i) =>
    useOf(sequences, codes, input, largest, i, names === undefined ? `feature ${i + 1}` : `column ${quote(names[i]!)}`),
  );
  const constant = names === undefined ? [] : uses.filter(({ lowest, highest }) => lowest === highest);
  const saturated = uses.filter((use) => !constant.includes(use) && use.saturated > MAX_SATURATED);
  const flattened = uses.filter(
    (use) => ![...constant, ...saturated].includes(use) && use.codes < MIN_CODES && use.values >= MIN_LOSS * use.codes,
  );
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
    ...listed(constant, (use) => `${use.name} is constant in the training part: ${short(use.lowest)}`),
  ];
}

const short = (value: number): string => String(Number.isInteger(value) ? value : Number(value.toPrecision(6)));

/** A line for each of the first features, and one for the others. */
const listed = (uses: readonly FeatureUse[], text: (use: FeatureUse) => string): string[] => {
  const lines = uses.slice(0, MAX_NAMED).map(text);
  return uses.length > MAX_NAMED ? [...lines, `and ${uses.length - MAX_NAMED} more features like these`] : lines;
};

function useOf(
  sequences: readonly Float64Array[],
  codes: readonly Codes[],
  input: InputScaling,
  largest: number,
  feature: number,
  name: string,
): FeatureUse {
  const { size } = input;
  const [offset, gain] = [inputOffsets(input)[feature]!, inputGains(input)[feature]!];
  const seen = new Set<number>();
  const values = new Set<number>();
  let [lowest, highest, steps, beyond] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  sequences.forEach((sequence, s) => {
    for (let i = feature; i < sequence.length; i += size) {
      const value = sequence[i]!;
      lowest = Math.min(lowest, value);
      highest = Math.max(highest, value);
      steps++;
      // the largest magnitude may be one code beyond (--normalize range)
      if (Math.abs((value - offset) * gain) > largest + 1.5) beyond++;
      seen.add(codes[s]![i]!);
      if (values.size < MIN_LOSS * MIN_CODES) values.add(value);
    }
  });
  return { name, lowest, highest, saturated: beyond / steps, values: values.size, codes: seen.size };
}
