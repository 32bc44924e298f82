import type { OutputQuantity } from '../ir/model.js';
import type { Meter, Metrics, Plot, Score, ScoreText, TargetSummary, Targets, Task, TaskDef } from './task.js';

/** Sums over the targets of one output, in the user's unit. */
interface Sums {
  count: number;
  targets: number;
  targetSquares: number;
  errors: number;
  squares: number;
  largest: number;
}

/** Points of a picture: every `stride`-th pair of a true and a predicted value, at most MAX_POINTS. */
class Points {
  static readonly #MAX_POINTS = 2000;
  #points: [number, number][] = [];
  #stride = 1;
  #seen = 0;

  add(target: number, found: number): void {
    if (this.#seen++ % this.#stride !== 0) return;
    this.#points.push([target, found]);
    if (this.#points.length <= Points.#MAX_POINTS) return;
    this.#points = this.#points.filter((_, i) => i % 2 === 0);
    this.#stride *= 2;
  }

  get list(): readonly [number, number][] {
    return this.#points;
  }
}

/** Figures of one output. */
interface QuantityFigures {
  readonly name: string;
  readonly unit?: string;
  readonly count: number;
  readonly rmse: number;
  readonly mae: number;
  /** Share of the targets' variance that is explained. */
  readonly r2: number;
  /** Signal to error, dB: of the targets' mean square. */
  readonly decibels: number;
  readonly largest: number;
}

/** Errors of quantities, whose outputs and targets are standardised. */
class QuantityMeter implements Meter {
  readonly #quantities: readonly OutputQuantity[];
  readonly #sums: readonly Sums[];
  readonly #points: readonly Points[];

  constructor(task: Task) {
    this.#quantities = quantitiesOf(task);
    this.#sums = this.#quantities.map(() => ({
      ...{ count: 0, targets: 0, targetSquares: 0, errors: 0, squares: 0, largest: 0 },
    }));
    this.#points = this.#quantities.map(() => new Points());
  }

  get total(): number {
    return this.#sums.reduce((sum, { count }) => sum + count, 0);
  }

  add(outputs: ArrayLike<number>, targets: Targets, row: number): void {
    this.#quantities.forEach(({ scale, offset }, j) => {
      const target = targets[row * this.#quantities.length + j]!;
      if (Number.isNaN(target)) return;
      const sums = this.#sums[j]!;
      const [value, error] = [offset + scale * target, scale * (outputs[j]! - target)];
      sums.count++;
      sums.targets += value;
      sums.targetSquares += value * value;
      sums.errors += Math.abs(error);
      sums.squares += error * error;
      sums.largest = Math.max(sums.largest, Math.abs(error));
      this.#points[j]!.add(value, value + error);
    });
  }

  /** Mean squared error of the standardised values. */
  loss(): number {
    const squares = this.#sums.reduce((sum, own, j) => sum + own.squares / this.#quantities[j]!.scale ** 2, 0);
    return squares / this.total;
  }

  /** Of one output in its unit; of several: the root mean square of errors in units of each output's spread. */
  metrics(): Metrics {
    const figures = this.#figures();
    if (figures.length > 1) return { rmse: Math.sqrt(this.loss()) };
    const [{ rmse, mae, r2, decibels, largest }] = figures as [QuantityFigures];
    return { rmse, mae, r2, decibels, largest };
  }

  #figures(): QuantityFigures[] {
    return this.#quantities.map(({ name, unit }, j) => {
      const { count, targets, targetSquares, errors, squares, largest } = this.#sums[j]!;
      const spread = targetSquares - (targets * targets) / count;
      return {
        name,
        ...(unit !== undefined && { unit }),
        count,
        rmse: Math.sqrt(squares / count),
        mae: errors / count,
        r2: 1 - squares / spread,
        decibels: 10 * Math.log10(targetSquares / squares),
        largest,
      };
    });
  }

  details() {
    return { outputs: this.#figures() };
  }

  plots(): readonly Plot[] {
    return this.#quantities.map(({ name, unit = '' }, j) => ({
      ...{ kind: 'scatter', name, unit, points: [...this.#points[j]!.list] },
    }));
  }

  tables() {
    return [
      {
        columns: ['output', 'unit', 'RMSE', 'MAE', 'R2', 'signal to error', 'largest error', 'count'],
        rows: this.#figures().map(({ name, unit = '', count, rmse, mae, r2, decibels, largest }) => [
          ...[name, unit, short(rmse), short(mae), r2.toFixed(4), `${decibels.toFixed(1)} dB`, short(largest), count],
        ]),
      },
    ];
  }
}

const quantitiesOf = ({ outputs = [] }: Task): readonly OutputQuantity[] => outputs;

/** Four digits. */
const short = (value: number): string => String(Number(value.toPrecision(4)));

/** Unit of the common figures. */
function unitOf(task: Task): string {
  const [first, ...others] = quantitiesOf(task);
  return others.length === 0 ? (first?.unit ?? '') : 'of the spread';
}

/** One output has figures in its unit, several have one common figure. */
function text(task: Task): ScoreText {
  const [, ...others] = quantitiesOf(task);
  const unit = unitOf(task);
  const named = (figure: string): string => (unit === '' ? figure : `${figure}, ${unit}`);
  const headline = ({ rmse }: Score): string => `RMSE ${short(rmse!)}${unit === '' ? '' : ` ${unit}`}`;
  return {
    columns:
      others.length > 0
        ? [named('RMSE')]
        : [named('RMSE'), named('MAE'), 'R2', 'signal to error', named('largest error')],
    cells: ({ rmse, mae, r2, decibels, largest }) =>
      others.length > 0
        ? [short(rmse!)]
        : [short(rmse!), short(mae!), r2!.toFixed(4), `${decibels!.toFixed(1)} dB`, short(largest!)],
    headline,
    curve: { quantity: 'loss, standardised', of: (loss) => loss },
  };
}

/** Means and ranges of the targets, in the user's unit. */
function summarize(task: Task, targets: readonly Targets[]): TargetSummary {
  const quantities = quantitiesOf(task);
  const sums = quantities.map(() => ({
    count: 0,
    sum: 0,
    low: Number.POSITIVE_INFINITY,
    high: Number.NEGATIVE_INFINITY,
  }));
  for (const own of targets)
    own.forEach((target, i) => {
      const j = i % quantities.length;
      if (Number.isNaN(target)) return;
      const value = quantities[j]!.offset + quantities[j]!.scale * target;
      const to = sums[j]!;
      to.count++;
      to.sum += value;
      to.low = Math.min(to.low, value);
      to.high = Math.max(to.high, value);
    });
  return {
    counts: sums.map(({ count }) => count),
    ranges: sums.map(({ count, sum, low, high }, j) => {
      // targets are float32: a zero comes back as less than a millionth of the spread
      const plain = (value: number): number => (Math.abs(value) < 1e-6 * quantities[j]!.scale ? 0 : value);
      return count === 0 ? null : { low: plain(low), mean: plain(sum / count), high: plain(high) };
    }),
  };
}

/** Quantities: real values at the end of a sequence, or after each of its steps. */
export const regress: TaskDef = {
  targets: 'values',
  losses: ['mse', 'mae', 'huber'],
  firstLoss: () => 1,
  select: [
    { metric: 'rmse', better: 'lower' },
    { metric: 'loss', better: 'lower' },
  ],
  meter: (task) => new QuantityMeter(task),
  figures: (task) => {
    const unit = unitOf(task);
    if (quantitiesOf(task).length > 1) return [{ metric: 'rmse', better: 'lower', unit }];
    return [
      { metric: 'rmse', better: 'lower', unit },
      { metric: 'mae', better: 'lower', unit },
      { metric: 'r2', better: 'higher', unit: '' },
      { metric: 'decibels', better: 'higher', unit: 'dB' },
      { metric: 'largest', better: 'lower', unit },
    ];
  },
  text,
  noun: (task) => {
    const names = quantitiesOf(task).map(({ name, unit }) => (unit === undefined ? name : `${name} [${unit}]`));
    return `${names.join(', ')} to be predicted${task.everyStep ? ' at each step' : ''}`;
  },
  summarize,
  cell: ({ ranges }, label) => {
    const range = ranges?.[label];
    return range ? `${short(range.low)} - ${short(range.mean)} - ${short(range.high)}` : '-';
  },
};
