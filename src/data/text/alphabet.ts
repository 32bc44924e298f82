import type { Parts } from '../split.js';

/** Most symbols of a one-hot input from a text. */
const MAX_SYMBOLS = 256;
/** Stands for every character that is not in the alphabet. */
const REPLACEMENT = '\ufffd';

/**
 * The characters of the training text in the order of their code points. Where there are more than 256, or where the
 * other parts hold characters that training has not seen, the rarest give way to U+FFFD, which stands for all others.
 */
export function chooseAlphabet(texts: Parts<string>): string[] {
  const counts = countCharacters(texts.train);
  const common = [...counts].sort((a, b) => b[1] - a[1] || a[0].codePointAt(0)! - b[0].codePointAt(0)!);
  let symbols = common.map(([character]) => character);
  const unseen = [texts.validation, texts.test].some((text) =>
    [...countCharacters(text).keys()].some((character) => !counts.has(character)),
  );
  if (unseen || symbols.length > MAX_SYMBOLS)
    symbols = [...symbols.filter((symbol) => symbol !== REPLACEMENT).slice(0, MAX_SYMBOLS - 1), REPLACEMENT];
  return symbols.sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!);
}

function countCharacters(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return counts;
}

/** The symbols of a text; a character that is not in the alphabet becomes U+FFFD or, where that is not in it, is reported. */
export function codesOf(text: string, symbols: readonly string[]): { codes: Int16Array; unknown: string | undefined } {
  const places = new Map(symbols.map((symbol, i) => [symbol, i]));
  const other = places.get(REPLACEMENT);
  const codes = new Int16Array(text.length);
  let count = 0;
  for (const character of text) {
    const code = places.get(character) ?? other;
    if (code === undefined) return { codes, unknown: character };
    codes[count++] = code;
  }
  return { codes: codes.subarray(0, count), unknown: undefined };
}

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };

/** A character as a printable label: itself, or \n, \t, \\, \u{85} as in JavaScript. */
export function labelOf(character: string): string {
  const escaped = ESCAPES[character];
  if (escaped !== undefined) return escaped;
  return /^[\p{C}\p{Zl}\p{Zp}]/u.test(character) ? `\\u{${character.codePointAt(0)!.toString(16)}}` : character;
}

/** The character of a label. */
export function characterOf(label: string): string {
  const code = /^\\u\{([0-9a-f]{1,6})\}$/.exec(label)?.[1];
  if (code !== undefined) return String.fromCodePoint(Math.min(Number.parseInt(code, 16), 0x10ffff));
  return Object.keys(ESCAPES).find((character) => ESCAPES[character] === label) ?? label;
}
