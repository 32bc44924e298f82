import type { Report } from './decisions/decision.js';
import { decisionDef } from './decisions/index.js';
import { outputOf } from './frontends/chain.js';
import { StreamInterpreter } from './interpreter/stream.js';
import type { Model } from './ir/model.js';
import type { Program } from './ir/program.js';

/** A class, an output or an anomaly that was reported in a stream. */
export interface StreamEvent {
  /** When its last sample came, seconds from the first one. */
  readonly seconds: number;
  readonly label: string;
  /** Of a class or an output: the margin of the result in that step, as a real number. */
  readonly margin?: number;
  /** Of an anomaly: the score, likewise. */
  readonly score?: number;
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
    if (report !== null) events.push(...eventsOf(model, frame, report));
  });
  return events;
}

/** Whether a report names anything. */
export const isReported = ({ decision }: Model, { found }: Report): boolean =>
  decision !== undefined && decisionDef(decision).named(found).length > 0;

/** What a report of a frame, from 1, names, with the model's words and units. The model has a decision. */
export function eventsOf(model: Model, frame: number, { found, value }: Report): StreamEvent[] {
  const def = decisionDef(model.decision!);
  const labels = def.labels(model);
  const { sampleRate } = model.input.frontEnd!;
  const { hop, first } = outputOf(model.input.frontEnd!);
  return def.named(found).map((index) => ({
    seconds: (first + (frame - 1) * hop) / sampleRate,
    label: labels[index]!,
    [def.result(model).value.name]: value * 2 ** -def.fraction(model),
  }));
}
