import { ACTIVATION_FORMATS, stepLength } from '../ir/model.js';
import { formatTable } from '../report/table.js';
import { taskDef } from '../tasks/index.js';
import type { TargetSummary, Task, TaskName } from '../tasks/task.js';
import type { Dataset } from './dataset.js';
import { PARTS, type Part } from './recording.js';

/** What a user checks before training. */
export interface DataDescription {
  readonly name: string;
  /** Values of a step, or symbols. */
  readonly inputs: number;
  readonly task: TaskName;
  /** Names of the classes, or of the outputs. */
  readonly labels: readonly string[];
  /** Of quantities: their units, and the mean and spread by which they are standardised. */
  readonly outputs?: Task['outputs'];
  /** Of anomalies: steps from an output to the input that it predicts. */
  readonly ahead?: number;
  readonly everyStep: boolean;
  readonly stream: boolean;
  /** Of Dataset.warnings. */
  readonly warnings: readonly string[];
  readonly parts: { readonly [P in Part]: PartDescription };
}

export interface PartDescription extends TargetSummary {
  readonly sequences: number;
  /** Of a sequence; 0 where there is none. */
  readonly shortest: number;
  readonly median: number;
  readonly longest: number;
  /** Share of the codes at the limits +-127 or +-32767; 0 for symbols. */
  readonly saturated: number;
}

export function describeDataset(data: Dataset): DataDescription {
  const { name, input, task, stream, warnings = [] } = data;
  const { labels, everyStep, outputs, ahead } = task;
  const parts = Object.fromEntries(PARTS.map((part) => [part, describePart(data, part)]));
  return {
    ...{
      name,
      inputs: input.size,
      task: task.name,
      labels,
      ...(outputs !== undefined && { outputs }),
      ...(ahead !== undefined && { ahead }),
      everyStep,
      stream,
      warnings,
    },
    parts: parts as DataDescription['parts'],
  };
}

function describePart({ input, task, activationBits = 8, ...data }: Dataset, part: Part): PartDescription {
  const { sequences, targets } = data[part];
  const steps = sequences.map((codes) => codes.length / stepLength(input)).sort((a, b) => a - b);
  const { largest } = ACTIVATION_FORMATS[activationBits];
  let [codes, limits] = [0, 0];
  if (input.encoding !== 'one-hot')
    for (const sequence of sequences) {
      codes += sequence.length;
      for (const code of sequence) if (Math.abs(code) === largest) limits++;
    }
  return {
    sequences: sequences.length,
    shortest: steps[0] ?? 0,
    median: steps[Math.floor(steps.length / 2)] ?? 0,
    longest: steps.at(-1) ?? 0,
    ...taskDef(task).summarize(task, targets),
    saturated: codes === 0 ? 0 : limits / codes,
  };
}

/** Rows of labels that are shown; after them a line says how many more there are. */
const MAX_ROWS = 40;

/** The description as a table, a column for each part. */
export function formatDescription({ name, inputs, stream, parts, ...description }: DataDescription): string {
  const { task, labels, outputs, everyStep, ahead } = description;
  const asked: Task = {
    ...{ name: task, labels, everyStep },
    ...(outputs !== undefined && { outputs }),
    ...(ahead !== undefined && { ahead }),
  };
  const { cell, noun } = taskDef(asked);
  const each = (value: (part: PartDescription) => string | number): string[] =>
    PARTS.map((part) => String(value(parts[part])));
  const steps = ({ shortest, median, longest }: PartDescription): string =>
    shortest === longest ? String(longest) : `${shortest} - ${median} - ${longest}`;
  const rows = [
    [stream ? 'streams' : 'sequences', ...each((part) => part.sequences)],
    ['steps', ...each(steps)],
    ['codes at their limits', ...each(({ saturated }) => `${(100 * saturated).toFixed(2)} %`)],
    ...labels.slice(0, MAX_ROWS).map((label, c) => [`  ${label}`, ...each((part) => cell(part, c))]),
  ];
  if (labels.length > MAX_ROWS) rows.push([`  and ${labels.length - MAX_ROWS} more`, '', '', '']);
  const what = task === 'symbols' ? `${inputs} symbols` : `${inputs} values a step`;
  return `${name}: ${what}, ${noun(asked)}\n${formatTable(['', ...PARTS], rows)}\n`;
}

/** The warnings, a line each; empty where there are none. */
export const formatWarnings = ({ warnings }: Pick<DataDescription, 'warnings'>): string =>
  warnings.map((text) => `warning: ${text}\n`).join('');
