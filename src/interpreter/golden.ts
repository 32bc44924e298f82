import { fnv1a } from '../fixed/hash.js';
import { ACTIVATION_FORMATS, type Codes, codesArray, type Model } from '../ir/model.js';
import type { Program } from '../ir/program.js';
import { stepsOfOutputs } from '../ir/rate.js';
import { runSequences, stepBytes } from './interpret.js';

/** Steps of each derived golden sequence; more where a network waits for its first outputs. */
const DERIVED_STEPS = 16;

/** Integer inputs with the states and outputs that the interpreter gives for them; never computed by C. */
export interface Golden {
  readonly sequences: readonly Codes[];
  /** Recorded steps of all sequences, one after the other (see recordStep). */
  readonly steps: Uint8Array;
  readonly stepBytes: number;
  /** FNV-1a 32 after each step, running through all sequences. */
  readonly hashes: readonly number[];
}

/** The recorded sequence of the model, then one random and one extreme sequence derived from a seed. */
export function goldenSequences(model: Model, seed: number): Codes[] {
  const { goldenInput, input, activationBits } = model;
  const next = xorshift(seed);
  const { size, encoding } = input;
  const steps = stepsOfOutputs(model.layers, DERIVED_STEPS);
  if (encoding === 'one-hot') {
    const symbols = Int16Array.from({ length: steps }, () => next() % size);
    const ends = [-1, size, 32767, -32768, 0, size - 1];
    const extremes = Int16Array.from({ length: steps }, () => ends[next() % ends.length]!);
    return [goldenInput, symbols, extremes];
  }
  const { largest } = ACTIVATION_FORMATS[activationBits];
  const array = codesArray(input, activationBits);
  const random = array.from(Array.from({ length: steps * size }, () => (next() % (2 * largest + 1)) - largest));
  const extremes = [-largest - 1, -largest, largest, 0];
  const extreme = array.from(Array.from({ length: steps * size }, () => extremes[next() & 3]!));
  return [goldenInput, random, extreme];
}

export function makeGolden(program: Program, sequences: readonly Codes[]): Golden {
  const steps = runSequences(program, sequences);
  const bytes = stepBytes(program);
  const hashes: number[] = [];
  let hash: number | undefined;
  for (let at = 0; at < steps.length; at += bytes) {
    hash = fnv1a(steps.subarray(at, at + bytes), hash);
    hashes.push(hash);
  }
  return { sequences, steps, stepBytes: bytes, hashes };
}

/** xorshift32 (Marsaglia 2003); the seed 0 is replaced, because it would stay 0. */
export function xorshift(seed: number): () => number {
  let s = seed >>> 0 || 0x9e3779b9;
  return () => {
    s ^= s << 13;
    s ^= s >>> 17;
    s ^= s << 5;
    s >>>= 0;
    return s >>> 8;
  };
}
