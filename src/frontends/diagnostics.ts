import { type Diagnostic, show } from '../diagnostics.js';

// What can be wrong with a front end in model.json.

export const frontEndMisfit = (at: string, value: unknown, expected: string): Diagnostic => ({
  code: 'front_end',
  at,
  message: `${ArrayBuffer.isView(value) ? `a list of ${(value as Int32Array).length} values` : show(value)} is not ${expected}`,
});

export const frontEndWidth = (at: string, width: number, size: number): Diagnostic => ({
  code: 'front_end',
  at,
  message: `the last block gives ${width} values a frame, the input has ${size}`,
  hint: 'input.size must be the bands of log-mel or bands, 1 behind magnitude, otherwise the channels',
});
