import { confusionTable, figuresOfClasses, macroFigures } from './class-figures.js';
import { ClassRankings, rankingPlots } from './class-rankings.js';
import type { Meter, Metrics, Plot, TargetSummary, Targets, Task, TaskDef } from './task.js';

/** Lowest index of the largest output: the decision of the chip. */
export function argmax(outputs: ArrayLike<number>): number {
  let best = 0;
  for (let j = 1; j < outputs.length; j++) if (outputs[j]! > outputs[best]!) best = j;
  return best;
}

/** Cross-entropy in nats, accuracy, confusion and, if it keeps outputs, rankings of logits. */
class ClassMeter implements Meter {
  readonly #labels: readonly string[];
  /** [target * classes + decided] */
  readonly #counts: Int32Array;
  readonly #rankings: ClassRankings | null;
  #total = 0;
  #loss = 0;
  #correct = 0;

  constructor({ labels }: Task, keep: boolean) {
    this.#labels = labels;
    this.#rankings = keep ? new ClassRankings(labels) : null;
    this.#counts = new Int32Array(labels.length ** 2);
  }

  get total(): number {
    return this.#total;
  }

  add(logits: ArrayLike<number>, classes: Targets, row: number): void {
    const target = classes[row]!;
    if (target < 0) return;
    const best = argmax(logits);
    let sum = 0;
    for (let j = 0; j < logits.length; j++) sum += Math.exp(logits[j]! - logits[best]!);
    this.#loss += Math.log(sum) + logits[best]! - logits[target]!;
    this.#total++;
    if (best === target) this.#correct++;
    this.#counts[target * this.#labels.length + best]!++;
    this.#rankings?.add(logits, target);
  }

  loss(): number {
    return this.#loss / this.#total;
  }

  metrics(): Metrics {
    const { recall, f1 } = macroFigures(this.#figures());
    return { accuracy: this.#correct / this.#total, balancedAccuracy: recall, macroF1: f1 };
  }

  #figures() {
    return figuresOfClasses({ labels: this.#labels, counts: this.#counts });
  }

  details() {
    const [labels, counts] = [this.#labels, this.#counts];
    const n = labels.length;
    const classes = this.#figures();
    const rankings = this.#rankings?.rankings() ?? null;
    return {
      confusion: labels.map((_, k) => Array.from(counts.subarray(k * n, (k + 1) * n))),
      classes: classes.map((figures, k) => {
        if (rankings === null) return figures;
        const { auc, averagePrecision } = rankings[k]!;
        return { ...figures, auc, averagePrecision };
      }),
      macro: macroFigures(classes),
    };
  }

  plots(): readonly Plot[] {
    const rankings = this.#rankings?.rankings() ?? null;
    return [
      { kind: 'confusion', labels: this.#labels, counts: this.details().confusion },
      ...(rankings === null ? [] : rankingPlots(this.#labels, rankings)),
    ];
  }

  tables() {
    return [confusionTable({ labels: this.#labels, counts: this.#counts }, this.#rankings?.rankings() ?? null)];
  }
}

function summarize({ labels }: Task, targets: readonly Targets[]): TargetSummary {
  const counts = labels.map(() => 0);
  for (const classes of targets) for (const c of classes) if (c >= 0) counts[c]!++;
  return { counts };
}

const labelOf = (labels: readonly string[], c: number): string => labels[c] ?? `class ${c}`;

function softmaxOfBest(logits: ArrayLike<number>): number {
  const largest = logits[argmax(logits)]!;
  let sum = 0;
  for (let j = 0; j < logits.length; j++) sum += Math.exp(logits[j]! - largest);
  return 1 / sum;
}

/** What tasks have in common that decide for one of several classes. */
export const CLASSES = {
  targets: 'classes',
  losses: ['cross-entropy'],
  firstLoss: ({ labels }) => Math.log(labels.length),
  meter: (task, keep = false) => new ClassMeter(task, keep),
  figures: () => [
    { metric: 'accuracy', unit: 'share', better: 'higher' },
    { metric: 'loss', unit: 'nats', better: 'lower' },
  ],
  decide: argmax,
  answer: {
    of: (logits, { labels }) => labelOf(labels, argmax(logits)),
    expected: (classes, row, { labels }) => (classes[row]! < 0 ? null : labelOf(labels, classes[row]!)),
    probability: softmaxOfBest,
  },
  noun: ({ labels, everyStep }) => `${labels.length} classes${everyStep ? ', one at each step' : ''}`,
  summarize,
  /** Inverse frequencies of the classes, so that all count alike; their mean over the training data is 1. */
  balance: ({ counts }) => {
    const total = counts.reduce((a, b) => a + b);
    return counts.map((n) => total / (counts.length * Math.max(n, 1)));
  },
  cell: ({ counts }, label) => String(counts[label]!),
} as const satisfies Partial<TaskDef>;
