import { change, duration, figure, percent, whole } from './numbers.js';
import type { Facts, Report } from './schema.js';

export type FigureName = keyof Facts;
export const FIGURE_NAMES: readonly FigureName[] = ['flash', 'ram', 'stack', 'cycles', 'time', 'accuracy'];

/** One of the figures that tiles, baselines and budgets are about. */
export interface Figure {
  readonly name: FigureName;
  readonly title: string;
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  /** Null where it was not measured. */
  readonly value: number | null;
  readonly show: (value: number) => string;
  readonly changeOf: (from: number, to: number) => string;
}

/** Measures that are known by their initials. */
const INITIALS: ReadonlySet<string> = new Set(['rmse', 'mae', 'auc', 'f1', 'r2']);

/** A measure as texts name it: averagePrecision -> average precision, macroF1 -> macro F1, rmse -> RMSE. */
export const measureTitle = (name: string): string =>
  INITIALS.has(name)
    ? name.toUpperCase()
    : name.replace(/[A-Z]\d?/g, (c) => ` ${INITIALS.has(c.toLowerCase()) ? c : c.toLowerCase()}`);

/** The figures of a report, in the order of FIGURE_NAMES. */
export function figuresOf({ facts, accuracy }: Pick<Report, 'facts' | 'accuracy'>): Figure[] {
  const lower = (name: FigureName, title: string, unit: string, show = whole): Figure => ({
    ...{ name, title, unit, show, better: 'lower', value: facts[name] },
    changeOf: (from, to) => change(from, to, show),
  });
  const measure = accuracy?.measures[0] ?? { name: 'accuracy', unit: 'share', better: 'higher' as const };
  return [
    lower('flash', 'flash', 'bytes'),
    lower('ram', 'RAM', 'bytes'),
    lower('stack', 'stack', 'bytes'),
    lower('cycles', 'cycles of a step', 'cycles'),
    lower('time', 'time of a step', '', duration),
    {
      ...{ name: 'accuracy', title: `${measureTitle(measure.name)}, fixed point`, unit: '', better: measure.better },
      value: facts.accuracy,
      show: (value) => figure(value, measure.unit),
      changeOf: (from, to) =>
        measure.unit === 'share' ? points(from, to) : change(from, to, (v) => figure(v, measure.unit)),
    },
  ];
}

/** The change of a share in per cent of the whole. */
const points = (from: number, to: number): string =>
  from === to ? '=' : `${to > from ? '+' : '−'}${percent(Math.abs(to - from), 2).replace(' %', '')} points`;

/** Whether a figure became worse. */
export const isWorse = ({ better }: Figure, from: number, to: number): boolean =>
  better === 'lower' ? to > from : to < from;
