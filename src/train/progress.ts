import { Presets, SingleBar } from 'cli-progress';
import type { Progress } from './train.js';

/** A bar on a terminal, one line for every tenth elsewhere; both on stderr. */
export function progressBar(label: string): { show(p: Progress): void; stop(): void } {
  const format = ({ loss, accuracy }: Progress) => `loss ${loss.toFixed(4)}, accuracy ${(100 * accuracy).toFixed(1)} %`;
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
  const bar = new SingleBar(
    {
      format: `${label} {bar} {percentage} % | {note} | {rate} steps/s | {eta_formatted} left`,
      stream: process.stderr,
      fps: 5,
    },
    Presets.shades_classic,
  );
  const started = performance.now();
  let running = false;
  return {
    show(p) {
      if (!running) bar.start(p.steps, 0, { note: '', rate: '' });
      running = true;
      bar.update(p.step, { note: format(p), rate: ((1000 * p.step) / (performance.now() - started)).toFixed(0) });
    },
    stop: () => bar.stop(),
  };
}
