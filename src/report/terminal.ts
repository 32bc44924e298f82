import { stripVTControlCharacters, styleText } from 'node:util';

/** A stream that text goes to; process.stdout and process.stderr are such. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Columns of a terminal that does not say how many it has. */
const DEFAULT_COLUMNS = 80;

/** Columns that a line of a stream may take: those of the terminal, or of COLUMNS; no limit in a file or a pipe. */
export function columnsOf(output: Output, environment: NodeJS.ProcessEnv = process.env): number {
  if (output.isTTY && output.columns) return output.columns;
  const given = Number(environment.COLUMNS);
  if (Number.isInteger(given) && given > 0) return given;
  return output.isTTY ? DEFAULT_COLUMNS : Number.POSITIVE_INFINITY;
}

/** True where a stream takes colours: a terminal that can, unless NO_COLOR is set; FORCE_COLOR (not 0) says yes anywhere. */
export function hasColour(output: Output, environment: NodeJS.ProcessEnv = process.env): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = environment;
  if (NO_COLOR) return false;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return output.isTTY === true && TERM !== 'dumb';
}

/** good: as it should be; bad: an error; note: a skipped thing or a hint; strong: a heading. */
export type Tone = 'good' | 'bad' | 'note' | 'strong';
const STYLES = { good: 'green', bad: 'red', note: 'yellow', strong: 'bold' } as const;

/** The text in the colour of its tone, where the stream has colours. */
export const tint = (tone: Tone, text: string, output: Output = process.stdout): string =>
  hasColour(output) && text !== '' ? styleText(STYLES[tone], text, { validateStream: false }) : text;

/** The words that begin a diagnostic, and those that begin its hint, in colour on stderr. */
export const tintDiagnostic = (text: string): string =>
  text
    .replace(/^error [a-z_0-9]+/gm, (words) => tint('bad', words, process.stderr))
    .replace(/^ {2}hint:/gm, (word) => tint('note', word, process.stderr));

const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u;

/** Columns that a text takes in a terminal. */
export function widthOf(text: string): number {
  let width = 0;
  for (const symbol of stripVTControlCharacters(text))
    width += WIDE.test(symbol) ? 2 : /\p{Mark}/u.test(symbol) ? 0 : 1;
  return width;
}

/** A text in lines of at most `width` columns, broken between words; a longer word is cut. */
export function wrap(text: string, width: number): string[] {
  if (widthOf(text) <= width) return [text];
  const lines: string[] = [];
  let line = '';
  const push = (): void => {
    if (line !== '') lines.push(line);
    line = '';
  };
  for (const word of text.split(' ')) {
    if (widthOf(line) + (line === '' ? 0 : 1) + widthOf(word) <= width) {
      line = line === '' ? word : `${line} ${word}`;
      continue;
    }
    push();
    for (const symbol of word) {
      if (widthOf(line) + widthOf(symbol) > width) push();
      line += symbol;
    }
  }
  push();
  return lines;
}

/** Paragraphs (one a line) wrapped to the width of a stream. */
export const wrapLines = (text: string, output: Output = process.stdout): string =>
  text
    .split('\n')
    .flatMap((line) => wrap(line, columnsOf(output)))
    .join('\n');
