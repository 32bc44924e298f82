import type { DecisionTwin, Report, ResultMember } from '../decisions/decision.js';
import { decisionDef } from '../decisions/index.js';
import { fnv1a } from '../fixed/hash.js';
import { FrontEndTwin, outputOf } from '../frontends/chain.js';
import type { FrontEnd } from '../ir/front-end.js';
import { ACTIVATION_FORMATS, type Model, outputSize } from '../ir/model.js';
import { CTYPE_BYTES } from '../ir/plan.js';
import type { Program, TensorId } from '../ir/program.js';
import { stepsOfOutputs } from '../ir/rate.js';
import { scoreState } from './anomaly-scores.js';
import { Interpreter } from './interpret.js';

/** What one frame of a stream gives; arrays are valid until the next frame. */
export interface StreamFrame {
  readonly codes: Int32Array;
  readonly logits: Int32Array;
  /** N14; 0 in a network without one. */
  readonly score: number;
  /** The network gave a new output; a decision looks at no other. */
  readonly isNew: boolean;
  /** Null in a model without a decision. */
  readonly report: Report | null;
}

function idleReport(model: Model): Report | null {
  if (model.decision === undefined) return null;
  const { found, value } = decisionDef(model.decision).result(model);
  return { found: found.idle, value: value.idle };
}

/** The whole chain in integers: samples, codes, network, decision. One instance holds one stream. */
export class StreamInterpreter {
  readonly #twin: FrontEndTwin;
  readonly #network: Interpreter;
  readonly #decision: DecisionTwin | null;
  /** What is said of a frame whose output is not new; null without a decision. */
  readonly #idle: Report | null;
  /** Tensor of the score (N14). */
  readonly #score: TensorId | null;

  constructor(
    readonly model: Model & { readonly input: { readonly frontEnd?: FrontEnd } },
    readonly program: Program,
  ) {
    const { input, activationBits, decision } = model;
    this.#twin = new FrontEndTwin(input.frontEnd!, ACTIVATION_FORMATS[activationBits].largest);
    this.#network = new Interpreter(program);
    this.#decision = decision === undefined ? null : decisionDef(decision).twin(decision, model);
    this.#idle = idleReport(model);
    this.#score = scoreState(program);
  }

  reset(): void {
    this.#twin.reset();
    this.#network.reset();
    this.#decision?.reset();
  }

  /** Takes one time sample, its channels from `at` on; the frame that it completes, or null. */
  push(samples: Int16Array, at: number): StreamFrame | null {
    const codes = this.#twin.push(samples, at);
    if (codes === null) return null;
    const isNew = this.#network.advance(codes);
    const logits = this.#network.output();
    const score = this.#score === null ? 0 : this.#network.read(this.#score)[0]!;
    const report = isNew ? this.#decision?.step(logits, score) : this.#idle;
    return { codes, logits, score, isNew, report: report ?? null };
  }

  /** Every frame of a recording from reset. */
  run(samples: Int16Array, take: (frame: StreamFrame) => void): void {
    const { channels } = this.model.input.frontEnd!;
    this.reset();
    for (let at = 0; at + channels <= samples.length; at += channels) {
      const frame = this.push(samples, at);
      if (frame !== null) take(frame);
    }
  }
}

/** A value of a recorded frame, little-endian. */
interface FrameValue {
  /** `code`, `logit`, or the member of the result structure. */
  readonly what: string;
  readonly index: number;
  readonly bytes: number;
  readonly of: (frame: StreamFrame) => number;
}

/** What the generated C hashes and writes of each frame: codes, logits, and the members of the result of a decision. */
function frameValues(model: Model): FrameValue[] {
  const { input, activationBits, decision } = model;
  const result = decision === undefined ? null : decisionDef(decision).result(model);
  const member = ({ name, ctype }: ResultMember, key: keyof Report): FrameValue => ({
    ...{ what: name, index: 0, bytes: CTYPE_BYTES[ctype] },
    of: ({ report }) => report![key],
  });
  return [
    ...Array.from({ length: input.size }, (_, index) => ({
      ...{ what: 'code', index, bytes: activationBits / 8 },
      of: ({ codes }: StreamFrame) => codes[index]!,
    })),
    ...Array.from({ length: outputSize(model) }, (_, index) => ({
      ...{ what: 'logit', index, bytes: 2 },
      of: ({ logits }: StreamFrame) => logits[index]!,
    })),
    ...(result === null ? [] : [member(result.found, 'found'), member(result.value, 'value')]),
  ];
}

const bytesOf = (values: readonly FrameValue[]): number => values.reduce((sum, { bytes }) => sum + bytes, 0);

/** Bytes of one recorded frame. */
export const frameBytes = (model: Model): number => bytesOf(frameValues(model));

/** Recorded frames of recordings, each from reset. */
export function recordStreams(model: Model, program: Program, recordings: readonly Int16Array[]): Uint8Array {
  const interpreter = new StreamInterpreter(model, program);
  const record = frameRecorder(model);
  const frames: Uint8Array[] = [];
  for (const samples of recordings) interpreter.run(samples, (frame) => frames.push(record(frame)));
  return Buffer.concat(frames);
}

/** How a frame becomes the bytes that the generated C hashes and writes. */
export function frameRecorder(model: Model): (frame: StreamFrame) => Uint8Array {
  const values = frameValues(model);
  const length = bytesOf(values);
  return (frame) => {
    const bytes = Buffer.alloc(length);
    let at = 0;
    // as the C does: the lowest bytes, whatever the sign
    for (const value of values)
      at = bytes.writeUIntLE((value.of(frame) >>> 0) % 2 ** (8 * value.bytes), at, value.bytes);
    return bytes;
  };
}

/** Samples that the self-test makes by a formula, and the hashes after each of their frames. */
export interface StreamGolden {
  readonly samples: Int16Array;
  readonly frames: number;
  /** FNV-1a 32 over recorded frames, running on from one to the next. */
  readonly hashes: readonly number[];
}

const GOLDEN_FRAMES = 24;

/** Runs the golden samples through the chain. */
export function makeStreamGolden(model: Model, program: Program): StreamGolden {
  const { hop, first } = outputOf(model.input.frontEnd!);
  const count = stepsOfOutputs(model.layers, GOLDEN_FRAMES);
  const samples = goldenSamples(first + (count - 1) * hop, hop, model.input.frontEnd!.channels);
  const frames = recordStreams(model, program, [samples]);
  const bytes = frameBytes(model);
  const hashes: number[] = [];
  let hash: number | undefined;
  for (let at = 0; at < frames.length; at += bytes) {
    hash = fnv1a(frames.subarray(at, at + bytes), hash);
    hashes.push(hash);
  }
  return { samples, frames: count, hashes };
}

/**
 * Noise whose level changes from hop to hop, from full scale to the last bit (Numerical Recipes' generator of 32 bits): the
 * value of each channel is the upper half of the next state, shifted right by 5 k mod 16 in hop k.
 */
export function goldenSamples(count: number, hop: number, channels: number): Int16Array {
  let state = 1;
  return Int16Array.from({ length: count * channels }, (_, i) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const k = Math.floor(Math.floor(i / channels) / hop);
    return (state >> 16) >> ((5 * k) & 15);
  });
}

/** The first value in which the C and the twin differ; frames count from 1 over all recordings. */
export interface StreamDifference {
  /** `code`, `logit`, or a member of the result. */
  readonly what: string;
  readonly index: number;
  readonly frame: number;
  readonly expected: number;
  readonly found: number;
}

/** Counts the values of recorded frames that differ, and finds the first. */
export function compareFrames(
  model: Model,
  expected: Uint8Array,
  found: Uint8Array,
): { frames: number; values: number; differences: number; first: StreamDifference | null } {
  const layout = frameValues(model);
  const [a, b] = [expected, found].map((all) => Buffer.from(all.buffer, all.byteOffset, all.byteLength));
  const frames = Math.floor(Math.min(expected.length, found.length) / bytesOf(layout));
  let [at, differences] = [0, 0];
  let first: StreamDifference | null = null;
  for (let frame = 1; frame <= frames; frame++)
    for (const { what, index, bytes } of layout) {
      const [wanted, got] = [a!.readIntLE(at, bytes), b!.readIntLE(at, bytes)];
      at += bytes;
      if (wanted === got) continue;
      differences++;
      first ??= { what, index, frame, expected: wanted, found: got };
    }
  return { frames, values: frames * layout.length, differences, first };
}
