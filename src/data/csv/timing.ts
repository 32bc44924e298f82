import { fail } from '../../diagnostics.js';
import type { FileNote } from '../folder.js';
import type { Values } from '../values.js';
import { csvMixedRates, csvUnsteadyTime } from './column-diagnostics.js';

/** Share of a period by which a step may be longer or shorter. */
const MAX_JITTER = 0.5;
/** Share of the steps that may be off by more: gaps. Beyond it the data have no rate. */
const MAX_GAPS = 0.05;
/** Largest relative difference of two sequences' periods. */
const MAX_RATE_DIFFERENCE = 0.05;

/** The times of one sequence, seconds or counts. */
export interface Times {
  /** file:line of the first row. */
  readonly source: string;
  readonly name: string;
  /** From each time to the next one. */
  readonly steps: Values;
  /** Seconds of 1. */
  readonly unit: number;
}

/** What the times of all sequences say. */
export interface Timing {
  /** Time steps a second; absent where the column counts. */
  readonly rate?: number;
  /** For each sequence the steps before which samples are missing. */
  readonly gaps: readonly (readonly number[])[];
  readonly notes: readonly FileNote[];
}

/**
 * The rate of sequences and their gaps. A sequence of one step says nothing.
 * @param seconds false where the column counts rows instead
 * @throws DiagnosticError where rates differ or steps are irregular
 */
export function timingOf(column: string, all: readonly Times[], seconds: boolean): Timing {
  const periods = all.map(({ steps, unit }) => (steps.length > 0 ? unit * medianOf(steps) : Number.NaN));
  const known = periods.filter((period) => !Number.isNaN(period)).sort((a, b) => a - b);
  const period = known[known.length >> 1];
  if (period === undefined) return { gaps: all.map(() => []), notes: [] };
  const other = periods.findIndex((own) => Math.abs(own - period) > MAX_RATE_DIFFERENCE * period);
  if (other >= 0) {
    const one = all[periods.indexOf(period)]!;
    const { source, name } = all[other]!;
    fail(csvMixedRates(source, column, name, periods[other]!, one.name, period, seconds));
  }
  const notes: FileNote[] = [];
  const gaps = all.map(({ source, name, steps: distances, unit }) => {
    const own: number[] = [];
    let [off, longest] = [0, 0];
    for (let i = 0; i < distances.length; i++) {
      const steps = (unit * distances[i]!) / period;
      if (Math.abs(steps - 1) > MAX_JITTER) off++;
      if (steps <= 1 + MAX_JITTER) continue;
      own.push(i + 1);
      longest = Math.max(longest, steps);
    }
    if (off > Math.max(1, MAX_GAPS * distances.length))
      fail(csvUnsteadyTime(source, column, name, off, distances.length));
    if (own.length > 0) notes.push({ path: source, fact: gapFact(own, longest) });
    return own;
  });
  return { ...(seconds && { rate: Number((1 / period).toPrecision(4)) }), gaps, notes };
}

const gapFact = (gaps: readonly number[], longest: number): string =>
  `${gaps.length === 1 ? 'a gap' : `${gaps.length} gaps, the first`} before step ${gaps[0]}: ${(longest - 1).toFixed(0)} ${gaps.length === 1 ? 'steps are' : 'steps at most are'} missing; no window spans it`;

/** Of at most 10,000 or so: the median does not need more. */
function medianOf(all: Values): number {
  const stride = Math.max(1, Math.floor(all.length / 10_000));
  const some = all.filter((_, i) => i % stride === 0).sort();
  return some[some.length >> 1]!;
}
