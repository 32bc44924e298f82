/** C identifiers and texts of the generated code: the only place where strings of a model become C. */
export interface CNames {
  /** Prefix of functions and types: the model's name as the user gave it. */
  readonly model: string;
  /** Prefix of macros. */
  readonly macro: string;
}

export const cNames = (name: string): CNames => ({ model: name, macro: name.toUpperCase() });

/** A C string literal: printable ASCII as it is, every other byte as an octal escape, trigraphs broken. */
export function cString(text: string): string {
  const bytes = Array.from(new TextEncoder().encode(text), (byte) => {
    const char = String.fromCharCode(byte);
    if (char === '"' || char === '\\' || char === '?' || byte < 0x20 || byte > 0x7e)
      return `\\${byte.toString(8).padStart(3, '0')}`;
    return char;
  });
  return `"${bytes.join('')}"`;
}

/** The texts as endings of C names, each another one. */
export function cEndings(texts: readonly string[]): string[] {
  const taken = new Set<string>();
  return texts.map((text) => {
    let ending =
      text
        .replace(/[^A-Za-z0-9]+/g, '_')
        .replace(/^_|_$/g, '')
        .slice(0, 40) || 'output';
    while (taken.has(ending.toLowerCase())) ending += '_';
    taken.add(ending.toLowerCase());
    return ending;
  });
}

/** Text that is safe inside a C comment or a Markdown line. */
export const cComment = (text: string): string =>
  text
    .replace(/[^\x20-\x7e]/g, '?')
    .replaceAll('*/', '* /')
    .replaceAll('/*', '/ *')
    .replace(/[<>`\\]/g, '?')
    .slice(0, 200);

/** An int32_t or uint32_t as C99 source; the least one has no literal of its own. */
export function cInteger(value: number): string {
  if (value === -2147483648) return 'INT32_MIN';
  if (value > 2147483647) return `${value}u`;
  return value === 2147483647 ? 'INT32_MAX' : String(value);
}

/**
 * A float32 as C source of type float, in the fewest digits that are far from the middle between two floats: a compiler
 * and JavaScript, which rounds twice, read the same value.
 */
export function cFloat(value: number): string {
  const float = Math.fround(value);
  const near = (text: string): boolean => Math.abs(Number(text) - float) <= 1.5 * 2 ** -26 * Math.abs(float);
  const short = [1, 2, 3, 4, 5, 6, 7, 8].map((digits) => float.toPrecision(digits)).find(near) ?? float.toPrecision(9);
  const text = String(Number(short));
  return `${/[.e]/.test(text) ? text : `${text}.0`}f`;
}

/** The rows of an array initialiser. */
export function cInitialiser(values: ArrayLike<number>, perLine = 20): string {
  const lines: string[] = [];
  for (let at = 0; at < values.length; at += perLine) {
    const line: string[] = [];
    for (let i = at; i < Math.min(at + perLine, values.length); i++) line.push(cInteger(values[i]!));
    lines.push(`    ${line.join(', ')}`);
  }
  return lines.join(',\n');
}
