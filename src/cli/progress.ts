import { Presets, SingleBar } from 'cli-progress';
import type { OnProgress } from '../data/progress.js';
import { columnsOf, type Output } from '../report/terminal.js';
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
  /** Updates or bytes in a second, or '' while it is not known. */
  readonly speed: string;
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
export function progressLine(label: string, { done, note, speed, left }: ProgressState, columns: number): string {
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
  const rate = speed !== '' && takes(` | ${speed}`) ? [speed] : [];
  const name = takes(`${label} `) ? `${label} ` : '';
  const size = bar ? Math.min(MAX_BAR, MIN_BAR + room) : 0;
  const full = Math.round(size * done);
  const { barCompleteString: on = '', barIncompleteString: off = '' } = bars;
  const drawn = bar ? `${on.slice(0, full)}${off.slice(0, size - full)} ` : '';
  return `${name}${drawn}${join([core[0]!, ...core.slice(1, -1), ...rate, core.at(-1)!])}`.slice(0, columns);
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
    const speed = Number.isFinite(rate) ? `${rate.toFixed(0)} steps/s` : '';
    const state = { done: total === 0 ? 0 : value / total, note, speed, left: (total - value) / rate };
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

/** Seconds of a reading without a line, and from one line to the next. */
const QUIET_SECONDS = 1;
const LINE_SECONDS = 0.2;

/**
 * A line on a terminal while data of many bytes are read, which is gone at the end; nothing elsewhere.
 * @param clock seconds
 */
export function readingLine(
  label: string,
  output: Output & { write(text: string): unknown } = process.stderr,
  clock = (): number => performance.now() / 1000,
): { readonly show: OnProgress; stop(): void } {
  const started = clock();
  let next = started + QUIET_SECONDS;
  let shown = false;
  const columns = (): number => columnsOf(output) - 1;
  return {
    show(done, whole) {
      const now = clock();
      if (output.isTTY !== true || now < next) return;
      next = now + LINE_SECONDS;
      shown = true;
      const rate = done / (now - started);
      const speed = `${(rate / 1e6).toPrecision(2)} MB/s`;
      const line = progressLine(label, { done: done / whole, note: '', speed, left: (whole - done) / rate }, columns());
      output.write(`\r${line.padEnd(columns())}`);
    },
    stop() {
      if (shown) output.write(`\r${' '.repeat(columns())}\r`);
    },
  };
}
