/** Power of the signal in bands between `lowest` and `highest` Hz: log2(power + floor), a frame each `hop` samples. */
interface Spectral {
  /** Hann window and hop, samples; both even. */
  readonly window: number;
  readonly hop: number;
  readonly bands: number;
  /** Hz */
  readonly lowest: number;
  readonly highest: number;
  readonly floor: number;
}

/** Corners of the bands equally far apart on the mel scale. */
export interface LogMelBlock extends Spectral {
  readonly kind: 'log-mel';
}

/** Corners equally far apart in Hz. */
export interface BandsBlock extends Spectral {
  readonly kind: 'bands';
}

/** The rounded mean of each 2^shift samples: as many fewer. */
export interface DecimateBlock {
  readonly kind: 'decimate';
  readonly shift: number;
}

/** What is left of the samples without their slow mean, which moves by 2^-shift of the difference each sample. */
export interface HighpassBlock {
  readonly kind: 'highpass';
  readonly shift: number;
}

/** log2 of the length of a vector, one value for all channels: log2(x^2 + y^2 + ... + floor) / 2. */
export interface MagnitudeBlock {
  readonly kind: 'magnitude';
  /** In squared sample codes, at least 1. */
  readonly floor: number;
}

/** Values to input codes, A9: one entry for each element of a frame. */
export interface ScaleBlock {
  readonly kind: 'scale';
  /** In codes of the values. */
  readonly offset: Int32Array;
  readonly m: Int16Array;
  readonly n: Uint8Array;
}

export type Block = LogMelBlock | BandsBlock | DecimateBlock | HighpassBlock | MagnitudeBlock | ScaleBlock;
export type BlockKind = Block['kind'];
export type BlockOf<K extends BlockKind> = Extract<Block, { readonly kind: K }>;

/** How int16 samples become the codes of time steps, on the chip and in training (A1 to A12 of docs/numerics.md). */
export interface FrontEnd {
  /** Time samples a second, Hz. */
  readonly sampleRate: number;
  /** int16 values of one time sample, interleaved. */
  readonly channels: number;
  /** In the order of the samples' way; the last one is `scale`. */
  readonly blocks: readonly Block[];
}
