import { quote } from './diagnostics.js';

/** How programs write a value that is not there; `none` and `null` are names of classes, too. */
const MISSING = /^(nan|nat|#?n\/a|<na>|\?)$/i;
/** Warnings of one kind; the others are of the same cause. */
const MAX_WARNINGS = 5;

/** A label without what a reader hardly sees: capitals, white space, the form of a letter, zeros of a number. */
const plainLabel = (label: string): string => {
  const text = label.normalize('NFKC').replace(/\s+/g, ' ').trim().toLowerCase();
  return /^[+-]?\d+(\.\d*)?$/.test(text) ? String(Number(text)) : text;
};

/** A label with everything that is not ASCII as an escape: letters and spaces that look alike must differ here. */
const shown = (label: string): string =>
  quote(label).replace(/[^ -~]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Another label that looks like this one, so that both may be meant to be one class. Single letters may differ in case. */
export const labelAlike = (label: string, labels: readonly string[]): string | undefined => {
  const plain = plainLabel(label);
  return labels.find(
    (other) => other !== label && (other.length > 1 || label.length > 1) && plainLabel(other) === plain,
  );
};

/** Labels that are probably no classes of their own. */
export function labelWarnings(labels: readonly string[]): string[] {
  const first = new Map<string, string>();
  const pairs: string[] = [];
  for (const label of labels) {
    const plain = plainLabel(label);
    const other = first.get(plain);
    if (other === undefined) first.set(plain, label);
    else if (other.length > 1 || label.length > 1)
      pairs.push(`labels ${shown(other)} and ${shown(label)} are two classes: are they the same?`);
  }
  const missing = labels.filter((label) => MISSING.test(label.trim()) || label.trim() === 'NA');
  return [
    ...pairs.slice(0, MAX_WARNINGS),
    ...missing.map((label) => `label ${quote(label)} is a class: programs write a missing value like this`),
  ];
}
