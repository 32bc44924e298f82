import type { EventLine } from './boards/step-log.js';
import type { Compilation } from './compiler/compile.js';
import { fnv1a } from './fixed/hash.js';
import { outputOf } from './frontends/chain.js';
import { frameRecorder, StreamInterpreter } from './interpreter/stream.js';
import { eventsOf, isReported, type StreamEvent } from './stream-events.js';

/** What a firmware for streams must print of a recording, by the twin. */
export interface StreamExpectation {
  /** The samples that it reads: little-endian, filled up with silence to whole hops. */
  readonly bytes: Uint8Array;
  /** FNV-1a 32 of the frames, running on. */
  readonly hashes: readonly number[];
  readonly events: readonly EventLine[];
  /** Index of the largest logit of the last frame; null where there is no frame. */
  readonly answer: number | null;
}

/** What a recording led to on a board. */
export interface StreamReport {
  /** Of sound, with the silence that fills the last hop. */
  readonly seconds: number;
  /** As the board reported them; none in a model without a decision. */
  readonly events: readonly StreamEvent[];
  /** The class after the last frame, of a model of classes without a decision. */
  readonly answer: string | null;
}

/** Runs the twin over a recording, channels interleaved. The model has a front end. */
export function expectStream({ model, program }: Compilation, recording: Int16Array): StreamExpectation {
  const { channels } = model.input.frontEnd!;
  const hop = outputOf(model.input.frontEnd!).hop * channels;
  const samples = new Int16Array(Math.ceil(recording.length / hop) * hop);
  samples.set(recording);
  const hashes: number[] = [];
  const events: EventLine[] = [];
  let hash: number | undefined;
  let answer: number | null = null;
  const record = frameRecorder(model);
  new StreamInterpreter(model, program).run(samples, (frame) => {
    hash = fnv1a(record(frame), hash);
    hashes.push(hash);
    answer = frame.logits.indexOf(Math.max(...frame.logits));
    if (frame.report !== null && isReported(model, frame.report)) events.push({ step: hashes.length, ...frame.report });
  });
  return { bytes: littleEndian(samples), hashes, events, answer };
}

function littleEndian(samples: Int16Array): Uint8Array {
  const bytes = Buffer.alloc(2 * samples.length);
  for (const [i, sample] of samples.entries()) bytes.writeInt16LE(sample, 2 * i);
  return bytes;
}

/** The events that a board printed, and the twin's answer, in the words of the model. */
export function streamReport(
  { model }: Compilation,
  { bytes, answer }: StreamExpectation,
  events: readonly EventLine[],
): StreamReport {
  const { sampleRate, channels } = model.input.frontEnd!;
  const decides = model.decision !== undefined || model.task !== undefined || answer === null;
  return {
    seconds: bytes.length / (2 * channels * sampleRate),
    events: events.flatMap(({ step, ...report }) => eventsOf(model, step, report)),
    answer: decides ? null : (model.labels[answer] ?? `class ${answer}`),
  };
}
