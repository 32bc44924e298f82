import { Presets, SingleBar } from 'cli-progress';
import { columnsOf } from '../report/terminal.js';
import type { Progress } from '../train/train.js';

/** Columns of the bar itself; a narrow terminal gets fewer, or none. */
const MAX_BAR = 40;
const MIN_BAR = 5;

/** What one line of progress says. */
export interface ProgressState {
  /** Share that is done, 0 to 1. */
  readonly done: number;
  /** Loss and metric. */
  readonly note: string;
  /** Updates in a second, or NaN. */
  readonly rate: number;
  /** Seconds left, or NaN while they are not known. */
  readonly left: number;
}

const clock = (seconds: number): string => {
  if (!Number.isFinite(seconds)) return '-:--';
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds % 60)];
  const two = (n: number): string => String(n).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
};

/**
 * A line of at most `columns` columns: percent, loss, metric and time left always come first; the bar, the rate and the
 * label take what is left, in this order.
 */
export function progressLine(label: string, { done, note, rate, left }: ProgressState, columns: number): string {
  const percent = `${String(Math.floor(100 * done)).padStart(3)} %`;
  const core = [percent, note, `${clock(left)} left`].filter((part) => part !== '');
  const join = (parts: readonly string[]): string => parts.join(' | ');
  let room = columns - join(core).length;
  const takes = (text: string): boolean => {
    const fits = room >= text.length;
    if (fits) room -= text.length;
    return fits;
  };
  const bar = takes(' '.repeat(MIN_BAR + 1));
  const speed = Number.isFinite(rate) && takes(` | ${rate.toFixed(0)} steps/s`) ? [`${rate.toFixed(0)} steps/s`] : [];
  const name = takes(`${label} `) ? `${label} ` : '';
  const size = bar ? Math.min(MAX_BAR, MIN_BAR + room) : 0;
  const full = Math.round(size * done);
  const { barCompleteString: on = '', barIncompleteString: off = '' } = bars;
  const drawn = bar ? `${on.slice(0, full)}${off.slice(0, size - full)} ` : '';
  return `${name}${drawn}${join([core[0]!, ...core.slice(1, -1), ...speed, core.at(-1)!])}`.slice(0, columns);
}

const bars = {
  barCompleteString: (Presets.shades_classic.barCompleteChar ?? '#').repeat(MAX_BAR),
  barIncompleteString: (Presets.shades_classic.barIncompleteChar ?? '-').repeat(MAX_BAR),
};

/** A bar that fits the terminal, one line for every tenth elsewhere; both on stderr. */
export function progressBar(label: string): { show(p: Progress): void; stop(): void } {
  const format = ({ loss, accuracy }: Progress) =>
    `loss ${loss.toFixed(4)}${accuracy === null ? '' : `, accuracy ${(100 * accuracy).toFixed(1)} %`}`;
  if (!process.stderr.isTTY) {
    let shown = 0;
    return {
      show(p) {
        const tenth = Math.floor((10 * p.step) / p.steps);
        if (tenth === shown) return;
        shown = tenth;
        process.stderr.write(`${label}: step ${p.step} of ${p.steps}, ${format(p)}\n`);
      },
      stop: () => undefined,
    };
  }
  let [started, first] = [performance.now(), 0];
  const line = (_options: unknown, { value, total }: { value: number; total: number }, { note }: { note: string }) => {
    const seconds = (performance.now() - started) / 1000;
    const rate = value > first ? (value - first) / seconds : Number.NaN;
    const state = { done: total === 0 ? 0 : value / total, note, rate, left: (total - value) / rate };
    // the last column stays free: some terminals begin a new line when it is taken
    return progressLine(label, state, columnsOf(process.stderr) - 1);
  };
  const bar = new SingleBar({ format: line, stream: process.stderr, fps: 5 }, Presets.shades_classic);
  let running = false;
  return {
    show(p) {
      if (!running) {
        bar.start(p.steps, 0, { note: '' });
        [started, first] = [performance.now(), p.step]; // a resumed run does not begin at 0
      }
      running = true;
      bar.update(p.step, { note: format(p) });
    },
    stop: () => bar.stop(),
  };
}
