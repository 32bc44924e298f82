import type { Report } from './decisions/decision.js';
import { outputOf } from './frontends/chain.js';
import { StreamInterpreter } from './interpreter/stream.js';
import type { Model } from './ir/model.js';
import type { Program } from './ir/program.js';

/** A class that was reported in a stream. */
export interface StreamEvent {
  /** When its last sample came, seconds from the first one. */
  readonly seconds: number;
  readonly label: string;
  /** Of the largest logit over the second one in that step, as a real value. */
  readonly margin: number;
}

/**
 * What the generated C reports of int16 samples from reset, channels interleaved: front end, network and decision in the chip's
 * integers. The model has a front end and a decision.
 */
export function streamEvents(model: Model, program: Program, samples: Int16Array): StreamEvent[] {
  const events: StreamEvent[] = [];
  let frame = 0;
  new StreamInterpreter(model, program).run(samples, ({ report }) => {
    frame++;
    if (report !== null && report.found >= 0) events.push(eventOf(model, program, frame, report));
  });
  return events;
}

/** A report of a frame, from 1, with the model's words and units. */
export function eventOf(model: Model, program: Program, frame: number, { found, margin }: Report): StreamEvent {
  const { sampleRate } = model.input.frontEnd!;
  const { hop, first } = outputOf(model.input.frontEnd!);
  return {
    seconds: (first + (frame - 1) * hop) / sampleRate,
    label: model.labels[found] ?? `class ${found}`,
    margin: margin * 2 ** -program.tensors[program.output]!.type.fraction,
  };
}
