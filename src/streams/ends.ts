import type { MarkedStream } from '../data/sound/marks.js';
import type { Model } from '../ir/model.js';
import type { Program } from '../ir/program.js';
import { Trace } from './trace.js';

/** Marks whose class has the largest logit, or whose output reaches its threshold, in the last frame that ends within them. */
export interface EndFigures {
  readonly marks: number;
  /** With the state that the stream left, and from reset at the beginning of the mark. */
  readonly streamed: number;
  readonly reset: number;
}

/** What the network says at the ends of marks, whatever a decision makes of it. */
export function measureEnds(
  model: Model,
  program: Program,
  streams: readonly (MarkedStream & { readonly trace: Trace })[],
): EndFigures {
  const { sampleRate, channels } = model.input.frontEnd!;
  const at = (seconds: number): number => Math.round(seconds * sampleRate) * channels;
  let [marks, streamed, reset] = [0, 0, 0];
  for (const { samples, marks: own, trace } of streams)
    for (const { begin, end, label } of own) {
      const wanted = model.labels.indexOf(label);
      const alone = samples.subarray(at(begin), at(end));
      marks++;
      if (trace.says(wanted, end)) streamed++;
      if (new Trace(model, program, alone).says(wanted, end - begin)) reset++;
    }
  return { marks, streamed, reset };
}
