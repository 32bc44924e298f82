import { MARKDOWN_HEAD, plain } from './budget-text.js';
import { FIGURE_NAMES, type FigureName, figuresOf } from './figures.js';
import { whole } from './numbers.js';
import type { Report } from './schema.js';
import { formatTable } from './table.js';

/** Version of the JSON of a comparison; its reports are those of `rnnq report --json`. */
export const COMPARISON_SCHEMA = 'rnnq-comparison/1';

/** One of the models that are compared. */
export interface Compared {
  /** What the reader knows it by: its name, or its file where two models have one name. */
  readonly label: string;
  readonly report: Report;
}

/** Models in the order given, under their names; under their paths where names are not unique. */
export function labelled(models: readonly { readonly path: string; readonly report: Report }[]): Compared[] {
  const names = models.map(({ report }) => report.computed.model);
  const unique = new Set(names).size === names.length;
  return models.map(({ path, report }, i) => ({ label: unique ? names[i]! : path, report }));
}

/** A column of the comparison: a figure of every model, and which are the best. */
export interface ComparedFigure {
  readonly name: FigureName;
  readonly title: string;
  /** In the order of the models; null: not measured, or measured as another figure than that of the first model. */
  readonly values: readonly (number | null)[];
  readonly show: (value: number) => string;
  /** The best value, where there are two different ones. */
  readonly best: number | null;
}

/** The figures that at least one model has. */
export function comparedFigures(models: readonly Compared[]): ComparedFigure[] {
  const all = models.map(({ report }) => figuresOf(report));
  return FIGURE_NAMES.flatMap((name, f): ComparedFigure[] => {
    const shown = all.find((figures) => figures[f]!.value !== null)?.[f];
    if (shown === undefined) return [];
    const values = all.map((figures) => (figures[f]!.title === shown.title ? figures[f]!.value : null));
    const known = values.filter((value) => value !== null);
    const best = shown.better === 'lower' ? Math.min(...known) : Math.max(...known);
    const { title, show } = shown;
    return [{ name, title, values, show, best: known.some((value) => value !== best) ? best : null }];
  });
}

/** `gru 64 → dense 10` */
export const layersOf = ({ computed }: Report): string =>
  computed.layers.map(({ type, units }) => `${type} ${units}`).join(' → ');

const weightsOf = ({ computed }: Report): string =>
  whole(computed.layers.reduce((sum, { weights }) => sum + weights, 0));

/** One row a model: layers, weights and every figure. */
function cellsOf(models: readonly Compared[], mark: (text: string) => string) {
  const figures = comparedFigures(models);
  return {
    head: ['model', 'layers', 'weights', ...figures.map(({ title }) => title)],
    rows: models.map(({ label, report }, m) => [
      ...[label, layersOf(report), weightsOf(report)],
      ...figures.map(({ values, show, best }) => {
        const value = values[m]!;
        return value === null ? 'not measured' : value === best ? mark(show(value)) : show(value);
      }),
    ]),
  };
}

/** The comparison for a terminal; the best of each figure has a star. */
export function formatComparison(models: readonly Compared[], columns?: number): string {
  const { head, rows } = cellsOf(models, (text) => `${text} *`);
  return formatTable(head, rows, columns);
}

/** The comparison in Markdown; the best of each figure is bold. */
export function markdownComparison(models: readonly Compared[]): string {
  const { head, rows } = cellsOf(
    models.map(({ label, report }) => ({ label: plain(label), report })),
    (text) => `**${text}**`,
  );
  const { core } = models[0]!.report.computed;
  return [
    `${MARKDOWN_HEAD}${models.length} models on ${plain(core)}`,
    '',
    `| ${head.join(' | ')} |`,
    `|---|---|${'--:|'.repeat(head.length - 2)}`,
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
    '',
  ].join('\n');
}
