import { badOption, fail } from '../diagnostics.js';
import { FIGURE_NAMES, type Figure, type FigureName, figuresOf, isWorse } from './figures.js';
import { percent } from './numbers.js';
import type { Report } from './schema.js';

/** Limits that a build must keep: of figures, and of the growth against a baseline as a share. */
export interface Budget {
  readonly limits: Readonly<Partial<Record<FigureName, number>>>;
  readonly growth: number | null;
}

/** One figure beside its limit and its baseline. */
export interface Verdict {
  readonly figure: Figure;
  readonly limit: number | null;
  readonly before: number | null;
  /** What is broken, as sentences; empty where all is well. */
  readonly problems: readonly string[];
}

const UNITS: Readonly<Record<string, number>> = { s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6 };

const EXPECTED =
  'a list such as flash=10000,ram=2000,stack=256,cycles=22000,time=5ms,accuracy=96%,growth=2%, each key once, numbers of 0 or more';

/** Reads the value of --budget. Bytes and cycles are whole numbers; time has a unit; accuracy and growth may be per cent. */
export function parseBudget(text: string): Budget {
  const refuse = (): never => fail({ ...badOption('--budget', text, EXPECTED), usage: true });
  const limits: Partial<Record<FigureName, number>> = {};
  let growth: number | null = null;
  for (const entry of text.split(',')) {
    const [, key, digits, unit] = /^\s*(\w+)=(\d+(?:\.\d+)?|\.\d+)(%|s|ms|us|µs|)\s*$/.exec(entry) ?? refuse();
    const value = Number(digits);
    const isShare = unit === '%';
    if (key === 'growth') {
      if (!isShare || growth !== null) refuse();
      growth = value / 100;
    } else if (FIGURE_NAMES.includes(key as FigureName) && limits[key as FigureName] === undefined) {
      const name = key as FigureName;
      if ((name === 'time') !== Object.hasOwn(UNITS, unit!)) refuse();
      if (isShare && name !== 'accuracy') refuse();
      if (!(name === 'time' || name === 'accuracy' || Number.isInteger(value))) refuse();
      limits[name] = isShare ? value / 100 : value * (UNITS[unit!] ?? 1);
    } else refuse();
  }
  return { limits, growth };
}

/** What would measure a figure that was not measured. */
const REMEDY: { readonly [F in FigureName]: string } = {
  flash: 'it needs the C compiler of the core (rnnq doctor)',
  ram: 'it needs the C compiler of the core (rnnq doctor)',
  stack: 'it needs the C compiler of the core (rnnq doctor)',
  cycles: 'it needs an emulated core, QEMU with plugins and a C compiler for this computer (rnnq doctor)',
  time: 'it needs --board, and what cycles need',
  accuracy: 'it needs --data',
};

/** Figures whose growth counts; accuracy has a limit of its own, time follows cycles. */
const GROWING: readonly FigureName[] = ['flash', 'ram', 'stack', 'cycles'];

/**
 * Judges the measured figures of a report, against its baseline where growth has a limit. A limit whose figure was not
 * measured is broken: a missing tool must not make a budget pass.
 */
export function judge(report: Report, { limits, growth }: Budget): Verdict[] {
  return figuresOf(report).map((figure): Verdict => {
    const { name, title, value, show } = figure;
    const limit = limits[name] ?? null;
    const before = report.baseline?.facts[name] ?? null;
    const problems: string[] = [];
    if (limit !== null && value === null)
      problems.push(`${title} has the limit ${show(limit)}, but was not measured: ${REMEDY[name]}`);
    if (limit !== null && value !== null && isWorse(figure, limit, value))
      problems.push(`${title}: ${show(value)}, the limit is ${show(limit)}`);
    if (growth !== null && GROWING.includes(name) && (value !== null || before !== null)) {
      if (value === null || before === null)
        problems.push(
          `${title} has a limit of growth, but was not measured in the ${before === null ? 'baseline' : 'report'}: ${REMEDY[name]}`,
        );
      else if (value > before * (1 + growth))
        problems.push(`${title} grew from ${show(before)} to ${show(value)}, more than ${percent(growth, 2)}`);
    }
    return { figure, limit, before, problems };
  });
}
