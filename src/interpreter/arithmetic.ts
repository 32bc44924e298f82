import type { GateActivation, Matrix, Model, TableReading } from '../ir/model.js';
import { isExact, map, mapEnds, points, type Values } from './intervals.js';

/** Slack for float64's own rounding of ends, in units of the code that is rounded to. */
const FLOAT64_SLACK = 2 ** -20;
/** Ends of the codes of gates, N6. */
const MAX_SIGMOID = 32767 / 32768;
const MAX_TANH = 32639 / 32768;
const GATE_FRACTION = 15;
/** An eighth of the largest second derivative of the functions, by the fraction bits of their index: what a line misses of a step. */
const MAX_CURVATURE: Readonly<Record<number, number>> = { 4: Math.sqrt(3) / 18 / 8, 5: (4 * Math.sqrt(3)) / 9 / 8 };

const clamp = (x: number, low: number, high: number): number => Math.max(low, Math.min(high, x));
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/**
 * What of the fixed-point contract (docs/numerics.md) a network in real numbers takes part in:
 *
 * - nothing: the quantized float network;
 * - its limits: the same network, which saturates where the chip does;
 * - its limits and its roundings: every number is an interval in which the chip's number must lie. A number that is rounded to
 *   a code has the codes of its two ends as ends. A table gives f of anything within half an index step, to half a unit of its
 *   entries; an interpolated one f of the position, to what a line between two entries may miss. f is the exact function, not
 *   the table.
 */
export class Arithmetic {
  private constructor(
    readonly saturates: boolean,
    readonly rounds: boolean,
    readonly tables: TableReading = 'nearest',
  ) {}

  static readonly REAL = new Arithmetic(false, false);
  static readonly SATURATING = new Arithmetic(true, false);
  /** With the roundings of a model. */
  static rounding = ({ tables }: Pick<Model, 'tables'>): Arithmetic => new Arithmetic(true, true, tables);

  /** N1: the nearest codes with `fraction` fraction bits. Exact numbers here are sums of codes, which float64 holds exactly. */
  round(a: Values, fraction: number): Values {
    if (!this.rounds) return a;
    const unit = 2 ** -fraction;
    const nearest = (x: number, slack: number): number => Math.floor(x / unit + 0.5 + slack) * unit;
    if (isExact(a)) return points(map(a.low, (x) => nearest(x, 0)));
    return {
      low: map(a.low, (x) => nearest(x, -FLOAT64_SLACK)),
      high: map(a.high, (x) => nearest(x, FLOAT64_SLACK)),
    };
  }

  limit(a: Values, low: number, high: number): Values {
    return this.saturates ? mapEnds(a, (x) => clamp(x, low, high)) : a;
  }

  /**
   * N2: a real accumulator times its row scale, as codes with `fraction` fraction bits. `unit` is what one unit of the
   * accumulator is worth before its scale. The multiplier of a row is right to half a unit (N3).
   */
  requantize(a: Values, { scale, realScale }: Matrix, unit: number, fraction: number, firstRow = 0): Values {
    if (!this.rounds || scale.kind === 'shift') return this.round(a, fraction);
    const { m, pre } = scale;
    const slack = (x: number, j: number): number => {
      const row = firstRow + j;
      const dropped = pre === 0 ? 0 : 2 ** (pre - 1) * unit * realScale[row]!;
      return (Math.abs(x) * 0.5) / (m[row]! - 0.5) + dropped * (1 + 2 ** -14);
    };
    const wider = { low: map(a.low, (x, j) => x - slack(x, j)), high: map(a.high, (x, j) => x + slack(x, j)) };
    return this.round(wider, fraction);
  }

  /** The sigmoid of pre-activations, whose `fraction` says whether their index has to be rounded. */
  sigmoid(a: Values, activation: GateActivation, fraction = 12): Values {
    if (activation === 'hard')
      return this.limit(
        mapEnds(a, (x) => clamp(x / 4 + 0.5, 0, 1)),
        0,
        MAX_SIGMOID,
      );
    return this.limit(this.#table(a, sigmoid, 4, fraction > 4), 0, MAX_SIGMOID);
  }

  /** tanh of pre-activations, or of a cell whose `fraction` says whether its index has to be rounded. */
  tanh(a: Values, activation: GateActivation, fraction = 12): Values {
    const real =
      activation === 'hard' ? mapEnds(a, (x) => clamp(x, -1, 1)) : this.#table(a, Math.tanh, 5, fraction > 5);
    return this.limit(real, -MAX_TANH, MAX_TANH);
  }

  /** f of an index with `fraction` fraction bits, -128 to 127. */
  #table(a: Values, f: (x: number) => number, fraction: number, indexRounds: boolean): Values {
    const step = 2 ** -fraction;
    if (this.rounds && this.tables === 'interpolated') {
      const { low, high } = mapEnds(this.limit(a, -128 * step, 127 * step), f);
      const missed = MAX_CURVATURE[fraction]! * step ** 2 + 2 ** -GATE_FRACTION;
      return this.round({ low: map(low, (y) => y - missed), high: map(high, (y) => y + missed) }, GATE_FRACTION);
    }
    const half = this.rounds && indexRounds ? step / 2 : 0;
    const index =
      half === 0 && isExact(a) ? a : { low: map(a.low, (x) => x - half), high: map(a.high, (x) => x + half) };
    return this.round(mapEnds(this.limit(index, -128 * step, 127 * step), f), GATE_FRACTION);
  }
}
