import type { DecisionTwin, Report } from '../decisions/decision.js';
import { decisionDef } from '../decisions/index.js';
import { fnv1a } from '../fixed/hash.js';
import { FrontEndTwin, outputOf } from '../frontends/chain.js';
import type { FrontEnd } from '../ir/front-end.js';
import { ACTIVATION_FORMATS, type Model, outputSize } from '../ir/model.js';
import type { Program } from '../ir/program.js';
import { Interpreter } from './interpret.js';

/** What one frame of a stream gives; arrays are valid until the next frame. */
export interface StreamFrame {
  readonly codes: Int32Array;
  readonly logits: Int32Array;
  /** Null in a model without a decision. */
  readonly report: Report | null;
}

/** The whole chain in integers: samples, codes, network, decision. One instance holds one stream. */
export class StreamInterpreter {
  readonly #twin: FrontEndTwin;
  readonly #network: Interpreter;
  readonly #decision: DecisionTwin | null;

  constructor(
    readonly model: Model & { readonly input: { readonly frontEnd?: FrontEnd } },
    readonly program: Program,
  ) {
    const { input, activationBits, decision } = model;
    this.#twin = new FrontEndTwin(input.frontEnd!, ACTIVATION_FORMATS[activationBits].largest);
    this.#network = new Interpreter(program);
    this.#decision = decision === undefined ? null : decisionDef(decision).twin(decision, outputSize(model));
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
    this.#network.advance(codes);
    const logits = this.#network.output();
    return { codes, logits, report: this.#decision?.step(logits) ?? null };
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

/** Bytes of one recorded frame: codes, logits, class and margin, little-endian. */
export const frameBytes = ({ input, activationBits, ...rest }: Model): number =>
  (input.size * activationBits) / 8 + 2 * rest.layers.at(-1)!.units + (rest.decision === undefined ? 0 : 6);

/** Recorded frames of recordings, each from reset. */
export function recordStreams(model: Model, program: Program, recordings: readonly Int16Array[]): Uint8Array {
  const interpreter = new StreamInterpreter(model, program);
  const frames: Uint8Array[] = [];
  for (const samples of recordings) interpreter.run(samples, (frame) => frames.push(recordFrame(model, frame)));
  return Buffer.concat(frames);
}

/** A frame as the generated C hashes and writes it. */
export function recordFrame(model: Model, { codes, logits, report }: StreamFrame): Uint8Array {
  const bytes = Buffer.alloc(frameBytes(model));
  let at = 0;
  for (const code of codes) at = model.activationBits === 8 ? bytes.writeInt8(code, at) : bytes.writeInt16LE(code, at);
  for (const logit of logits) at = bytes.writeInt16LE(logit, at);
  if (report === null) return bytes;
  at = bytes.writeInt16LE(report.found, at);
  bytes.writeInt32LE(report.margin, at);
  return bytes;
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
  const samples = goldenSamples(first + (GOLDEN_FRAMES - 1) * hop, hop, model.input.frontEnd!.channels);
  const frames = recordStreams(model, program, [samples]);
  const bytes = frameBytes(model);
  const hashes: number[] = [];
  let hash: number | undefined;
  for (let at = 0; at < frames.length; at += bytes) {
    hash = fnv1a(frames.subarray(at, at + bytes), hash);
    hashes.push(hash);
  }
  return { samples, frames: GOLDEN_FRAMES, hashes };
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
  readonly what: 'code' | 'logit' | 'class' | 'margin';
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
  const wide = model.activationBits === 16;
  const layout = [
    ...Array.from({ length: model.input.size }, (_, index) => ({ what: 'code' as const, index, bytes: wide ? 2 : 1 })),
    ...Array.from({ length: outputSize(model) }, (_, index) => ({ what: 'logit' as const, index, bytes: 2 })),
    ...(model.decision === undefined
      ? []
      : [
          { what: 'class' as const, index: 0, bytes: 2 },
          { what: 'margin' as const, index: 0, bytes: 4 },
        ]),
  ];
  const [a, b] = [expected, found].map((all) => Buffer.from(all.buffer, all.byteOffset, all.byteLength));
  const frames = Math.floor(Math.min(expected.length, found.length) / frameBytes(model));
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
