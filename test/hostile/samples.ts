import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packagePath } from '../kernels/run-program.js';

/** Bytes of a text from which it counts as large. */
const LARGE = 5200;

let known: { readonly small: readonly string[]; readonly large: readonly string[] } | null = null;

/** The models of test/samples, as texts on one line, by their size. */
export function baseTexts(): NonNullable<typeof known> {
  if (known !== null) return known;
  const folder = packagePath('test/samples');
  const texts = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => readFileSync(join(folder, name, 'model.json'), 'utf8'));
  const oneLine = (text: string): string => JSON.stringify(JSON.parse(text));
  known = {
    small: texts.filter((text) => text.length < LARGE).map(oneLine),
    large: texts.filter((text) => text.length >= LARGE).map(oneLine),
  };
  return known;
}
