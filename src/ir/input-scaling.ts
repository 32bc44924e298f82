import type { FrontEnd } from './front-end.js';

/**
 * How the application's real values become codes of the model's activation bits:
 * code = clamp(floor((v - offset) * scale * 2^fraction + 0.5), -largest, largest).
 */
export interface InputScaling {
  /** Elements of one time step; of a one-hot input, its symbols. */
  readonly size: number;
  /**
   * A time step is one symbol 0..size-1 that stands for a one-hot vector, whose 1 is the code 2^fraction (offset [0],
   * scale [1]); any other symbol stands for zeros. Absent: values.
   */
  readonly encoding?: 'one-hot';
  readonly fraction: number;
  /** One value for all elements, or one each. */
  readonly offset: readonly number[];
  readonly scale: readonly number[];
  /** How the values come from a recording: carried along for the application, never computed with by the compiler. */
  readonly features?: LogMelFeatures;
  /** How int16 samples become the codes: part of the generated code. The real offset and scale are then for reports only. */
  readonly frontEnd?: FrontEnd;
  /** Names and units of the elements, one each: carried along for the application. */
  readonly channels?: readonly Channel[];
  /** Time steps a second: carried along for the application. */
  readonly rate?: number;
  /** How the training data were read: carried along for rnnq eval and rnnq predict. */
  readonly reading?: Reading;
}

/** A quantity with a name, such as ax in m/s2. */
export interface Channel {
  readonly name: string;
  readonly unit?: string;
}

/** How data were read: their kind, and the options of src/data/options.ts that make other recordings be read alike. */
export interface Reading {
  readonly kind: string;
  readonly options: Readonly<Record<string, ReadingValue>>;
  /** A hash of the values that were read: whether other data are these. */
  readonly data?: string;
}
export type ReadingValue = string | number | boolean | readonly string[];

/** Log-mel features in float, of models without a front end; one frame a time step: log2(power of each mel band + floor). */
export interface LogMelFeatures {
  readonly kind: 'log-mel';
  /** Hz */
  readonly sampleRate: number;
  /** Hann window and hop, samples. */
  readonly window: number;
  readonly hop: number;
  readonly bands: number;
  /** Lowest and highest frequency of the bands, Hz. */
  readonly lowest: number;
  readonly highest: number;
  readonly floor: number;
}
