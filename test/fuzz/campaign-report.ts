import { formatTable } from '../../src/report/table.js';
import type { Coverage } from './coverage.js';

export interface Tally {
  readonly networks: number;
  readonly steps: number;
  readonly values: number;
  readonly differences: number;
}

/** What a fuzz campaign has seen so far. */
export interface Campaign {
  readonly coverage: Coverage;
  /** By where it ran: compiler and optimization of the host, or the core. */
  readonly tallies: Map<string, Tally>;
  readonly failures: string[];
}

/** Least share of table indices that are not clamped: else the networks would be too dull to differ. */
const MIN_UNSATURATED = 0.3;

/**
 * Prints a campaign as tables or as JSON; 0 where nothing differed and, in a complete campaign, no edge is missing.
 * A campaign that ran nothing has not passed.
 */
export function report(
  { coverage, tallies, failures }: Campaign,
  { json, complete }: { readonly json: boolean; readonly complete: boolean },
): number {
  const sorted = [...tallies].sort(([a], [b]) => a.localeCompare(b));
  const differences = sorted.reduce((sum, [, t]) => sum + t.differences, 0);
  const { missing, indices, unsaturatedShare } = coverage;
  const covered = missing.length === 0 || !complete;
  const passed = failures.length === 0 && covered && unsaturatedShare >= MIN_UNSATURATED;
  const say = (text: string): boolean => process.stdout.write(`${text}\n`);
  if (json) {
    const edges = Object.fromEntries(coverage.counts);
    const runs = Object.fromEntries(sorted);
    say(JSON.stringify({ passed, differences, runs, edges, missing, indices, unsaturatedShare, failures }, null, 2));
    return passed ? 0 : 1;
  }
  const rows = sorted.map(([name, t]) => [name, t.networks, t.steps, t.values, t.differences]);
  say(`${formatTable(['where', 'networks', 'steps', 'values', 'differences'], rows)}\n`);
  say(`${formatTable(['edge', 'hits'], [...coverage.counts])}\n`);
  say(`gate indices: ${indices}, unsaturated ${(100 * unsaturatedShare).toFixed(1)} %`);
  for (const failure of failures) say(`FAILED ${failure}`);
  if (missing.length > 0) say(`never met: ${missing.join('; ')}`);
  say(`${differences} differences${passed ? '' : ': FAILED'}`);
  return passed ? 0 : 1;
}
