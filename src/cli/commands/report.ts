import { appendFileSync } from 'node:fs';
import { collectReport } from '../../collect-report.js';
import { compile } from '../../compiler/compile.js';
import { fail, oneLine, outputNotWritable } from '../../diagnostics.js';
import { guarded } from '../../files/write-file.js';
import type { Model } from '../../ir/model.js';
import { type Budget, judge, parseBudget, type Verdict } from '../../report/budget.js';
import { annotation, formatBudget, markdownSummary } from '../../report/budget-text.js';
import { COMPARISON_SCHEMA, formatComparison, labelled, markdownComparison } from '../../report/comparison.js';
import { formatCycles } from '../../report/cycles-text.js';
import { baselineOf } from '../../report/facts.js';
import { formatFootprint } from '../../report/footprint-text.js';
import { renderComparison } from '../../report/page/comparison.js';
import { renderPage } from '../../report/page/page.js';
import { readPageAssets } from '../../report/page/shell.js';
import { readEvaluation, readReport } from '../../report/read-report.js';
import type { Report } from '../../report/schema.js';
import { columnsOf } from '../../report/terminal.js';
import { CORES } from '../../targets/cores.js';
import { readRunCurves, runFolderOf } from '../../train/run-curves.js';
import { type CompileOptions, requestOf } from '../compile-options.js';
import { optionFault } from '../diagnostics.js';
import { readModelText } from '../input-file.js';
import { checkMarkdown, checkPage, writeWhole } from '../page-file.js';
import { loadTestData } from '../test-data.js';

interface Options extends CompileOptions {
  readonly json?: boolean;
  readonly cycles?: boolean;
  readonly html?: string;
  readonly markdown?: string;
  readonly force?: boolean;
  readonly data?: string;
  readonly most?: number;
  readonly run?: string;
  readonly evaluation?: string;
  readonly baseline?: string;
  readonly budget?: string;
}

/** rnnq report: text for people, --html a page, --markdown a summary, --json for machines; --budget judges one model. */
export async function run(paths: readonly string[], options: Options): Promise<void> {
  checkOptions(paths, options);
  if (paths.length > 1) await compare(paths, options);
  else await reportOne(paths[0]!, options);
}

/** Options that only one model can have. */
const OF_ONE_MODEL = ['name', 'run', 'evaluation', 'baseline', 'budget'] as const;

function checkOptions(paths: readonly string[], options: Options): void {
  for (const option of OF_ONE_MODEL)
    if (paths.length > 1 && options[option] !== undefined)
      fail(optionFault(`--${option}`, `is for one model, and ${paths.length} are compared`, 'report that model alone'));
  if (options.html !== undefined) checkPage(options.html, options.force ?? false);
  if (options.markdown !== undefined) checkMarkdown(options.markdown, options.force ?? false);
}

async function compare(paths: readonly string[], options: Options): Promise<void> {
  const { html, json, markdown } = options;
  const reports: { path: string; report: Report }[] = [];
  for (const path of paths) reports.push({ path, report: await collect(path, options, null) });
  const models = labelled(reports);
  if (html !== undefined) writeWhole(html, renderComparison(models, readPageAssets()));
  if (markdown !== undefined) writeWhole(markdown, markdownComparison(models));
  process.stdout.write(
    json
      ? `${JSON.stringify({ schema: COMPARISON_SCHEMA, reports: models.map(({ report }) => report) }, null, 2)}\n`
      : `${formatComparison(models, columnsOf(process.stdout))}\n`,
  );
}

async function reportOne(path: string, options: Options): Promise<void> {
  const { html, json, markdown } = options;
  const budget = options.budget === undefined ? null : budgetOf(options.budget, options.baseline);
  const report = await collect(path, options, budget);
  if (html !== undefined) writeWhole(html, renderPage(report, readPageAssets()));
  const verdicts = judge(report, budget ?? { limits: {}, growth: null });
  if (markdown !== undefined) writeWhole(markdown, markdownSummary(report, verdicts));
  if (json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  else process.stdout.write(text(report, budget, verdicts));
  warnOfLimits(report, options);
  if (budget !== null || report.baseline !== null) tellWorkflow(report, verdicts);
  const problems = verdicts.flatMap((verdict) => verdict.problems);
  for (const problem of problems) process.stderr.write(`over budget: ${oneLine(problem)}\n`);
  if (problems.length > 0) process.exitCode = 1;
}

function budgetOf(text: string, baseline: string | undefined): Budget {
  const budget = parseBudget(text);
  if (budget.growth !== null && baseline === undefined)
    fail(
      optionFault(
        '--budget',
        'growth has a limit, but there is no --baseline',
        '--baseline <report.json> of rnnq report --json',
      ),
    );
  return budget;
}

async function collect(path: string, options: Options, budget: Budget | null): Promise<Report> {
  const { board, data, most, baseline, evaluation } = options;
  const old = baseline === undefined ? null : baselineOf(readReport(baseline));
  const compilation = compile(readModelText(path), requestOf(options));
  const emulated = CORES[compilation.plan.core as keyof typeof CORES].compiler !== 'host';
  const asked = options.cycles || budget?.limits.cycles !== undefined || budget?.limits.time !== undefined;
  const run = options.run ?? runFolderOf(path);
  return collectReport(compilation, {
    // asked for on a core without an emulator, it says so; the page and a comparison do without
    cycles: options.cycles || (emulated && (asked || options.html !== undefined || old !== null)),
    curves: run === null ? [] : readRunCurves(run),
    baseline: old,
    evaluation: evaluation === undefined ? null : readEvaluation(evaluation, compilation.model),
    ...(board === undefined ? {} : { board, clock: options.clock ?? 'reset' }),
    ...(data === undefined ? {} : { data: await testData(data, options, compilation.model, most) }),
  });
}

async function testData(name: string, options: object, model: Model, most: number | undefined) {
  const dataset = await loadTestData(name, options, model);
  return { name, dataset, ...(most === undefined ? {} : { most }) };
}

function text(report: Report, budget: Budget | null, verdicts: readonly Verdict[]): string {
  const parts = [
    formatFootprint(report),
    ...(report.cycles === null ? [] : [formatCycles(report.cycles)]),
    ...(budget === null && report.baseline === null ? [] : [formatBudget(verdicts)]),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** --max-flash, --max-ram and --max-cycles choose the plan by its estimate: where the measured figure is above, that is said. */
function warnOfLimits({ facts }: Report, { maxFlash, maxRam, maxCycles }: Options): void {
  for (const [option, limit, value] of [
    ['--max-flash', maxFlash, facts.flash],
    ['--max-ram', maxRam, facts.ram],
    ['--max-cycles', maxCycles, facts.cycles],
  ] as const)
    if (limit !== undefined && value !== null && value > limit)
      process.stderr.write(
        `warning: ${option} ${limit} chose the plan by its estimate; measured are ${value} (--budget judges what is measured)\n`,
      );
}

/** The summary and the annotations of a workflow of GitHub, where the command runs in one. */
function tellWorkflow(report: Report, verdicts: readonly Verdict[]): void {
  const { GITHUB_STEP_SUMMARY: summary, GITHUB_ACTIONS: workflow } = process.env;
  if (summary) guarded(summary, outputNotWritable, () => appendFileSync(summary, markdownSummary(report, verdicts)));
  // on stderr too a workflow reads its commands, and stdout stays one document
  if (workflow)
    for (const { problems } of verdicts)
      for (const problem of problems) process.stderr.write(`${annotation(problem)}\n`);
}
