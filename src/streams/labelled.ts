import type { Split } from '../data/dataset.js';
import type { MarkedStream } from '../data/sound/marks.js';
import { outputOf } from '../frontends/chain.js';
import type { FrontEnd } from '../ir/front-end.js';

/**
 * Each recording as a stream, with a mark wherever its labels call steps in a row anomalous: from the first sample after
 * the step before to the last sample of the last one. Samples after the last step are left out.
 * @param split with samples; rows of its targets end with 1 for an anomaly (src/data/targets/inputs.ts)
 * @param size of a row without that flag
 * @param label of the marks
 */
export function anomalousStreams(
  { samples, targets }: Split,
  size: number,
  label: string,
  frontEnd: FrontEnd,
): MarkedStream[] {
  const { first, hop } = outputOf(frontEnd);
  const { sampleRate, channels } = frontEnd;
  /** Samples of a channel until the end of so many steps. */
  const until = (steps: number): number => (steps === 0 ? 0 : first + (steps - 1) * hop);
  return samples!.map((all, i) => {
    const steps = targets[i]!.length / (size + 1);
    const isAnomalous = (t: number): boolean => t >= 0 && t < steps && targets[i]![t * (size + 1) + size] === 1;
    const marks: { begin: number; end: number; label: string }[] = [];
    let begin = 0;
    for (let t = 0; t <= steps; t++) {
      if (isAnomalous(t) && !isAnomalous(t - 1)) begin = until(t) / sampleRate;
      if (!isAnomalous(t) && isAnomalous(t - 1)) marks.push({ begin, end: until(t) / sampleRate, label });
    }
    return { name: `recording ${i + 1}`, samples: all.subarray(0, (until(steps) + hop - 1) * channels), marks };
  });
}
