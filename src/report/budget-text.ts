import type { Verdict } from './budget.js';
import { changedSymbols, differences } from './changes.js';
import { whole } from './numbers.js';
import type { Report } from './schema.js';
import { formatTable } from './table.js';

/** Symbols that the summary lists, those that changed most. */
const MAX_SYMBOLS = 15;

/** Cells of a verdict: baseline, now, change, limit. */
function cells({ figure, limit, before }: Verdict): [string, string, string, string] {
  const { value, show, changeOf } = figure;
  return [
    before === null ? '' : show(before),
    value === null ? 'not measured' : show(value),
    before === null || value === null ? '' : changeOf(before, value),
    limit === null ? '' : show(limit),
  ];
}

/** Figures that were measured, or have a limit or a baseline. */
const shown = (verdicts: readonly Verdict[]): readonly Verdict[] =>
  verdicts.filter(({ figure, limit, before }) => figure.value !== null || limit !== null || before !== null);

/** The budget as a table for a terminal. */
export const formatBudget = (verdicts: readonly Verdict[]): string =>
  formatTable(
    ['figure', 'baseline', 'now', 'change', 'limit', ''],
    shown(verdicts).map((verdict) => [
      verdict.figure.title,
      ...cells(verdict),
      verdict.problems.length > 0 ? 'over' : verdict.limit === null ? '' : 'ok',
    ]),
  );

/** Characters that mean something in a Markdown table, made harmless; line breaks become spaces. */
export const plain = (text: string): string =>
  text.replace(/[\r\n\t]+/g, ' ').replace(/[\\`*_{}[\]<>#|&@]/g, (c) => `&#${c.charCodeAt(0)};`);

/** With what every summary begins. */
export const MARKDOWN_HEAD = '### rnnq: ';

/** The summary of a job, in Markdown: the figures, and folded the symbols that changed. */
export function markdownSummary(report: Report, verdicts: readonly Verdict[]): string {
  const { computed, baseline } = report;
  const rows = shown(verdicts).map((verdict) => {
    const state = verdict.problems.length > 0 ? '❌' : verdict.limit === null ? '' : '✅';
    return `| ${[verdict.figure.title, ...cells(verdict)].map(plain).join(' | ')} | ${state} |`;
  });
  const notes = baseline === null ? [] : differences(report, baseline).map((text) => `> ${plain(text)}\n`);
  const problems = verdicts.flatMap((verdict) => verdict.problems).map((text) => `- ${plain(text)}`);
  return [
    `${MARKDOWN_HEAD}${plain(computed.model)} on ${plain(computed.core)}`,
    '',
    '| | baseline | now | change | limit | |',
    '|---|--:|--:|--:|--:|---|',
    ...rows,
    '',
    ...problems,
    ...(problems.length > 0 ? [''] : []),
    ...notes,
    ...symbolsTable(report),
    '',
  ].join('\n');
}

function symbolsTable(report: Report): string[] {
  if (report.baseline === null) return [];
  const changed = changedSymbols(report, report.baseline);
  if (changed.length === 0) return ['No symbol changed its size.'];
  const rows = changed.slice(0, MAX_SYMBOLS).map(({ name, from, to }) => {
    const sign = to > from ? '+' : '−';
    return `| ${plain(name)} | ${whole(from)} | ${whole(to)} | ${sign}${whole(Math.abs(to - from))} |`;
  });
  const rest = changed.length - rows.length;
  return [
    `<details><summary>${changed.length} symbols changed their size</summary>`,
    '',
    '| symbol | before | now | change |',
    '|---|--:|--:|--:|',
    ...rows,
    ...(rest > 0 ? ['', `${rest} more changed less.`] : []),
    '',
    '</details>',
  ];
}

/** One line of a workflow of GitHub for a broken limit; per cent signs and line ends would end the message early. */
export const annotation = (problem: string): string =>
  `::error title=rnnq budget::${problem.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')}`;
