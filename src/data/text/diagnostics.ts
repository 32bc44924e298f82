import type { Diagnostic } from '../../diagnostics.js';
import { plural } from '../diagnostics.js';

// What can be wrong with texts.

export const textTooShort = (path: string, part: string, characters: number): Diagnostic => ({
  code: 'text_too_short',
  at: path,
  message: `leaves ${plural(characters, 'character')} for the ${part} part, at least 2 are needed`,
});

export const textNoPart = (path: string, part: string): Diagnostic => ({
  code: 'text_no_part',
  at: path,
  message: `has no file that is called after the ${part} part`,
  hint: 'for example x.train.txt, x.valid.txt and x.test.txt; or name one file, which is split 80 / 10 / 10',
});
