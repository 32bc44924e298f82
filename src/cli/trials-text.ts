import { measureTitle } from '../report/figures.js';
import { figure } from '../report/numbers.js';
import { formatTable } from '../report/table.js';
import { taskDef } from '../tasks/index.js';
import type { Criterion, Score, Task } from '../tasks/task.js';
import { stillFalling } from '../train/still-falling.js';
import type { TrainResult } from '../train/train.js';
import { type FoldResult, meanAndDeviation, type TrialResult } from '../train/trials.js';

type Row = TrialResult | FoldResult;

const PARTS = ['validation', 'test'] as const;
const NAMES = { mean: 'mean', deviation: 'standard deviation' } as const;
const overOf = (rows: readonly Row[], part: (typeof PARTS)[number]) =>
  meanAndDeviation(rows.map(({ result }) => result[part]));

/**
 * A table of several trainings, with mean and standard deviation of the best of each seed and fold if there are several;
 * nothing of a single training.
 */
export function trialsText(rows: readonly Row[], best: readonly Row[], task: Task): string {
  if (rows.length < 2) return '';
  const headline = scoreText(task, rows[0]!.result.selectedBy);
  const weights = new Set(rows.map(weightsText));
  const nameOf = (row: Row): string =>
    [
      ...('fold' in row ? [`fold ${row.fold}`] : []),
      `seed ${row.seed}`,
      ...(row.twin === null ? [] : ['distilled']),
      ...(weights.size > 1 ? [weightsText(row)] : []),
    ].join(', ');
  const table = formatTable(
    ['training', ...PARTS, 'best update'],
    [
      ...rows.map((row) => [nameOf(row), ...PARTS.map((part) => headline(row.result[part])), row.result.bestStep]),
      ...(['mean', 'deviation'] as const).flatMap((figure) =>
        best.length < 2 ? [] : [[NAMES[figure], ...PARTS.map((part) => headline(overOf(best, part)[figure])), '']],
      ),
    ],
  );
  return `${table}\n\n`;
}

/** s4 24 */
const weightsText = ({ result: { trained } }: Row): string =>
  `${trained.options.weights.recurrent} ${trained.options.units}`;

/** The same for --json. */
export function trialsJson(key: 'seeds' | 'folds', rows: readonly Row[]): Readonly<Record<string, unknown>> {
  if (rows.length < 2) return {};
  const each = rows.map(({ result: { validation, test, bestStep, trained }, ...row }) => ({
    ...('fold' in row && { fold: row.fold }),
    ...{
      seed: row.seed,
      distilled: row.twin !== null,
      weights: trained.options.weights.recurrent,
      units: trained.options.units,
      validation,
      test,
      bestStep,
    },
  }));
  return { [key]: { each, validation: overOf(rows, 'validation'), test: overOf(rows, 'test') } };
}

/** The figures of the network that was kept, and what it was chosen by; where it is not the last one, those of the last one too. */
export function resultText(result: TrainResult, task: Task): string {
  const { validation, test, steps, bestStep, metrics, selectedBy, seconds, earlyStop } = result;
  const show = scoreText(task, selectedBy);
  const last = metrics.at(-1);
  const atEnd = last !== undefined && bestStep < steps ? ` (the last: validation ${show(last.validation)})` : '';
  return (
    `validation ${show(validation)}, test ${show(test)}, ` +
    `best of ${steps} updates by ${measureTitle(selectedBy.metric)}: ${bestStep}${atEnd}, ` +
    `${seconds.toFixed(1)} s${earlyStop ? ', stopped early' : ''}`
  );
}

/** The task's one figure of a score and, if networks were compared by another one, that too. */
export function scoreText(task: Task, { metric }: Criterion): (score: Score) => string {
  const { select, figures, text } = taskDef(task);
  const { headline } = text(task);
  if (metric === select[0].metric) return headline;
  const unit = figures(task).find((one) => one.metric === metric)?.unit ?? '';
  return (score) => `${headline(score)} (${measureTitle(metric)} ${figure(score[metric]!, unit)})`;
}

/** What to try where a training ended too early, as far as its curve says so. */
export function lengthNotice({ metrics, steps, earlyStop }: TrainResult, task: Task): string {
  const fall = earlyStop ? 0 : stillFalling(metrics, taskDef(task).firstLoss(task));
  if (fall === 0) return '';
  const share = (100 * fall).toFixed(0);
  return `note: the validation loss fell by ${share} % in the last fifth of the training; a longer one may do better: --steps ${4 * steps}\n`;
}
