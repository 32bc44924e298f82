import type { Diagnostic } from '../diagnostics.js';
import { plural } from './diagnostics.js';

// What can be wrong with the counts that a front end takes.

export const dataNoCount = (source: string, step: number, name: string, value: number): Diagnostic => ({
  code: 'data_no_count',
  at: source,
  message: `step ${step}, ${name} is ${value}: a front end takes whole numbers from -32768 to 32767`,
  hint: 'export what the sensor gives, int16 counts without scaling; or train without --front-end, and scale in the application',
});

export const dataNoFrame = (source: string, rows: number, first: number): Diagnostic => ({
  code: 'data_no_frame',
  at: source,
  message: `${plural(rows, 'row')}: the front end gives its first frame after ${first}`,
  hint: 'leave the recording out, or take a shorter window or a smaller decimation',
});

export const dataOtherRate = (source: string, rate: number, expected: number): Diagnostic => ({
  code: 'data_other_rate',
  at: source,
  message: `has ${rate} samples a second, the front end of the model takes ${expected}`,
  hint: 'record at the rate of the training: another one moves every frequency',
});

export const dataOtherColumns = (source: string, columns: number, channels: number): Diagnostic => ({
  code: 'data_does_not_fit',
  at: source,
  message: `has ${plural(columns, 'value')} a time sample, the front end of the model takes ${channels}`,
});

export const dataGap = (source: string): Diagnostic => ({
  code: 'data_gap',
  at: source,
  message: 'samples are missing in it, so that it is no stream',
  hint: 'leave the recording out, or cut it at the gap',
});
