import type { FrontEnd, ScaleBlock } from '../ir/front-end.js';
import type { Misfit, Signal, Twin } from './block.js';
import { blockDef } from './index.js';

/** The samples of a front end. */
const samplesOf = ({ sampleRate, channels }: FrontEnd): Signal => ({
  ...{ rate: sampleRate, width: channels, fraction: 0, kind: 'samples' },
  ...{ hop: 1, first: 1 },
});

/** What each block gets, and at the end what the last one gives. */
export function signalsOf(frontEnd: FrontEnd): Signal[] {
  const signals = [samplesOf(frontEnd)];
  for (const block of frontEnd.blocks) signals.push(blockDef(block).output(block, signals.at(-1)!));
  return signals;
}

/** What a front end gives: its last signal. */
export const outputOf = (frontEnd: FrontEnd): Signal => signalsOf(frontEnd).at(-1)!;

type ChainMisfit = Misfit & { readonly block: number };

/** What is wrong with a chain, and in which block; null where nothing is. */
export const chainMisfit = (frontEnd: FrontEnd): ChainMisfit | null => misfitOf(frontEnd, true);

/** The same of a chain that has no scaling yet. */
export const valuesMisfit = (frontEnd: FrontEnd): ChainMisfit | null => misfitOf(frontEnd, false);

function misfitOf(frontEnd: FrontEnd, scaled: boolean): ChainMisfit | null {
  let input = samplesOf(frontEnd);
  const seen = new Set<string>();
  for (const [index, block] of frontEnd.blocks.entries()) {
    const last = scaled && index === frontEnd.blocks.length - 1;
    if ((block.kind === 'scale') !== last)
      return {
        block: index,
        field: 'kind',
        expected: last ? '"scale", which must be the last block' : 'possible here: only the last block is "scale"',
      };
    if (seen.has(block.kind)) return { block: index, field: 'kind', expected: 'new: a chain has each block once' };
    seen.add(block.kind);
    const misfit = blockDef(block).misfit(block, input);
    if (misfit !== null) return { ...misfit, block: index };
    input = blockDef(block).output(block, input);
  }
  return null;
}

/** The integer evaluation of a front end. One instance holds one stream; arrays are made once. */
export class FrontEndTwin {
  /** What the last block gives. */
  readonly values: Signal;
  readonly #twins: readonly Twin[];
  readonly #sample: Int32Array;

  /** @param largest magnitude of an input code; of no account for a chain without its scaling */
  constructor(
    readonly frontEnd: FrontEnd,
    largest: number,
  ) {
    const signals = signalsOf(frontEnd);
    this.values = signals.at(-1)!;
    this.#twins = frontEnd.blocks.map((block, i) => blockDef(block).twin(block, signals[i]!, largest));
    this.#sample = new Int32Array(frontEnd.channels);
  }

  reset(): void {
    for (const twin of this.#twins) twin.reset();
  }

  /** Takes one time sample, channels values from `at` on; the frame that it completes, valid until the next call, or null. */
  push(samples: ArrayLike<number>, at: number): Int32Array | null {
    for (let c = 0; c < this.#sample.length; c++) this.#sample[c] = samples[at + c]!;
    let frame: Int32Array | null = this.#sample;
    for (const twin of this.#twins) {
      frame = twin.push(frame);
      if (frame === null) return null;
    }
    return frame;
  }

  /** Frames of a whole recording from reset, at most `most`: frames x width. */
  run(samples: ArrayLike<number>, most = Number.POSITIVE_INFINITY): Int32Array {
    const { channels } = this.frontEnd;
    const frames: number[] = [];
    const limit = most * this.values.width;
    this.reset();
    for (let at = 0; at + channels <= samples.length && frames.length < limit; at += channels) {
      const frame = this.push(samples, at);
      if (frame !== null) for (const value of frame) frames.push(value);
    }
    return Int32Array.from(frames);
  }
}

/** A chain without its scaling: what the scaling is learned from. */
export const valuesOf = ({ blocks, ...rest }: FrontEnd): FrontEnd => ({
  ...rest,
  blocks: blocks.filter(({ kind }) => kind !== 'scale'),
});

/** The last block. */
export const scaleOf = ({ blocks }: FrontEnd): ScaleBlock => blocks.at(-1) as ScaleBlock;
