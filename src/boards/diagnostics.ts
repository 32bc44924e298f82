import type { Diagnostic } from '../diagnostics.js';

/** Mistakes that boards, their tools and their serial ports bring to light. */

export const firmwareTooLarge = (
  board: string,
  what: 'flash' | 'RAM',
  needed: number,
  available: number,
  fitting: readonly string[],
): Diagnostic => ({
  code: 'firmware_too_large',
  at: '--board',
  message: `the firmware needs ${needed} bytes of ${what}, ${board} has ${available}`,
  hint:
    fitting.length > 0
      ? `boards with enough flash and RAM: ${fitting.join(', ')}`
      : 'no board that rnnq knows has enough',
});
