import type { Channel } from '../data/sound/wav.js';

/** Options of `rnnq eval --stream`. Times are seconds, rates are an hour. */
export interface StreamOptions {
  readonly data?: string;
  readonly background?: string;
  readonly falseAlarms?: number;
  readonly pause?: number;
  readonly tolerance?: number;
  readonly smoothing?: number;
  readonly refractory?: number;
  readonly output?: string;
  /** Labels of what is normal, of anomalies. */
  readonly normal?: string;
  readonly channel?: Channel;
  readonly resample?: boolean;
  readonly run?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** Those that mean nothing without --stream. */
export const STREAM_OPTIONS = [
  ...(['background', 'falseAlarms', 'pause', 'tolerance', 'smoothing', 'refractory', 'output', 'force'] as const),
] satisfies readonly (keyof StreamOptions)[];
