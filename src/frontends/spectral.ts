import type { BlockKind } from '../ir/front-end.js';
import { positive, real, whole } from '../validate.js';
import { BandPowers } from './band-powers.js';
import { bandTables, emptyBand, segmentsOf } from './band-tables.js';
import type { BlockCode, BlockDef, CodeNames, Misfit, Signal, Twin } from './block.js';
import { LOGARITHMS } from './logarithm.js';
import { Spectrum } from './spectrum.js';
import { MAX_SIZE, type SpectralBlock, spectrumBounds, spectrumTables } from './spectrum-tables.js';

/** Where band i of `bands` lies between the lowest and the highest frequency: bands + 2 corners, Hz. */
export type Corner = (block: SpectralBlock, i: number) => number;

const fields = {
  window: whole(2, 65535),
  hop: whole(2, 65535),
  bands: whole(1, 256),
  lowest: real(0, 1e6),
  highest: real(0, 1e6),
  floor: positive(1e30),
};

const cornersOf = (block: SpectralBlock, corner: Corner): number[] =>
  Array.from({ length: block.bands + 2 }, (_, i) => corner(block, i));

/** The row of a block that gives the power in bands (A1 to A8). */
export function spectral<B extends SpectralBlock>(kind: B['kind'] & BlockKind, corner: Corner): BlockDef<B> {
  const tablesOf = (block: B, { rate }: Signal) => {
    const spectrum = spectrumTables(block.window);
    return { spectrum, bands: bandTables(block, rate, cornersOf(block, corner), spectrum.exponent) };
  };
  return {
    fields,
    misfit: (block, input) => misfitOf(block, input, corner) ?? floorMisfit(block, tablesOf(block, input).bands),
    output: ({ hop, window, bands }, input) => ({
      ...{ rate: input.rate / hop, width: bands, fraction: 10, kind: 'values' as const },
      ...{ hop: hop * input.hop, first: input.first + (window - 1) * input.hop },
    }),
    twin: (block, input) => {
      const { spectrum, bands } = tablesOf(block, input);
      return new SpectralTwin(block, new Spectrum(spectrum), new BandPowers(bands!));
    },
    code: (block, input, names) => codeOf(block, tablesOf(block, input), names),
    describe: ({ window, hop, bands, lowest, highest, floor }) =>
      `${kind}: Hann window of ${window} samples, hop ${hop}, ${bands} bands from ${lowest} to ${highest} Hz, log2(power + ${floor})`,
  };
}

function misfitOf(block: SpectralBlock, { rate, width, fraction, kind }: Signal, corner: Corner): Misfit | null {
  const { window, hop, bands, lowest, highest } = block;
  if (kind !== 'samples' || width !== 1 || fraction !== 0)
    return { field: 'kind', expected: 'a block for what it gets: it takes the samples of one channel' };
  if (window % 2 === 1 || window > MAX_SIZE)
    return { field: 'window', expected: `an even number of samples up to ${MAX_SIZE}` };
  if (hop % 2 === 1 || hop > window)
    return { field: 'hop', expected: `an even number of samples up to the window, ${window}` };
  if (lowest >= highest || highest > rate / 2)
    return { field: 'highest', expected: `above lowest, ${lowest}, and at most half the rate, ${rate / 2}` };
  const empty = emptyBand(segmentsOf(block, rate, cornersOf(block, corner)));
  if (empty > 0)
    return {
      field: 'bands',
      expected: `possible: band ${empty} of ${bands} lies between two frequencies of the window`,
    };
  // the certificate of A4: no sum of any stage leaves int32, whatever the samples are
  const bound = Math.max(...spectrumBounds(spectrumTables(window)));
  if (bound >= 2 ** 31)
    return {
      field: 'window',
      expected: `possible: a sum of its transform can reach ${Math.ceil(bound)}, beyond int32`,
    };
  return null;
}

const floorMisfit = ({ floor }: SpectralBlock, tables: unknown): Misfit | null =>
  tables === null ? { field: 'floor', expected: `a power that 16-bit samples can tell from 0 (${floor})` } : null;

/** Counts samples into a ring, and computes a frame where one is complete. */
class SpectralTwin implements Twin {
  readonly #ring: Int16Array;
  readonly #values: Int32Array;
  #at = 0;
  #missing = 0;

  constructor(
    readonly block: SpectralBlock,
    readonly spectrum: Spectrum,
    readonly bands: BandPowers,
  ) {
    this.#ring = new Int16Array(spectrum.tables.size);
    this.#values = new Int32Array(block.bands);
    this.reset();
  }

  reset(): void {
    this.#ring.fill(0);
    this.#at = 0;
    this.#missing = this.block.window;
  }

  push(frame: Int32Array): Int32Array | null {
    this.#ring[this.#at] = frame[0]!;
    this.#at = (this.#at + 1) & (this.#ring.length - 1);
    if (--this.#missing > 0) return null;
    this.#missing = this.block.hop;
    this.spectrum.compute(this.#ring, this.#at);
    this.bands.compute(this.spectrum.re, this.spectrum.im, this.#values);
    return this.#values;
  }
}

function codeOf(
  { window, hop, bands: count }: SpectralBlock,
  { spectrum, bands }: { spectrum: ReturnType<typeof spectrumTables>; bands: ReturnType<typeof bandTables> },
  { constant, field, frame }: CodeNames,
): BlockCode {
  const { size, length, shift, stages } = spectrum;
  const { first, powerShift, maxShift, floor, offset } = bands!;
  const odd = stages[0]?.radix === 2 ? 1 : 0;
  const work = 'scratch->u.work';
  const ring = (from: string, to: string): string =>
    `${field('at')} = (uint16_t)rnnq_ring_s16_c(${field('ring')}, ${field('at')}, x, ${from}, ${to}, ${size});`;
  return {
    constants: [
      { name: 'window', ctype: 'int16_t', values: spectrum.window },
      { name: 'order', ctype: 'uint8_t', values: spectrum.order },
      { name: 'twiddles', ctype: 'uint32_t', values: spectrum.twiddles },
      { name: 'halves', ctype: 'uint32_t', values: spectrum.halves },
      { name: 'bins', ctype: 'uint16_t', values: bands!.bins },
      { name: 'weights', ctype: 'uint16_t', values: bands!.weights },
      { name: 'logarithms', ctype: 'uint16_t', values: LOGARITHMS },
    ],
    fields: [
      { name: 'ring', ctype: 'int16_t', length: size, initial: 0 },
      { name: 'at', ctype: 'uint16_t', length: 0, initial: 0 },
      { name: 'missing', ctype: 'uint16_t', length: 0, initial: window },
    ],
    work: size + 2,
    functions: [
      'rnnq_bands_s32_c',
      'rnnq_logarithm_u32_c',
      'rnnq_ring_s16_c',
      'rnnq_transform_s32_c',
      'rnnq_window_s16_c',
    ],
    lines: [
      `const int32_t missing = rnnq_clamp(${field('missing')}, 1, ${window});`,
      'const int32_t before = rnnq_at_most(n, missing);',
      '',
      ring('0', 'before'),
      `${field('missing')} = (uint16_t)rnnq_at_least(missing - before, 0);`,
      'if (before == missing) {',
      `    rnnq_window_s16_c(${work}, ${field('ring')}, ${field('at')}, ${constant('window')}, ${constant('order')}, ${size}, ${length}, ${shift});`,
      `    rnnq_transform_s32_c(${work}, ${constant('twiddles')}, ${constant('halves')}, ${size}, ${odd}, ${stages.length - odd});`,
      `    rnnq_bands_s32_c(scratch->values, &${work}[${2 * first}], ${constant('bins')}, ${constant('weights')}, ${constant('logarithms')}, ${count}, ${powerShift}, ${maxShift}, ${floor}u, ${offset});`,
      `    ${frame}`,
      `    ${ring('before', 'n')}`,
      `    ${field('missing')} = (uint16_t)(${hop} + before - n);`,
      '}',
    ],
  };
}
