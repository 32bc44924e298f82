import { fail } from '../diagnostics.js';
import { SeededRandom } from '../fixed/random.js';
import { dataPartMissing, dataSmallClass, dataUnknownGroup, throwFirst } from './diagnostics.js';
import { labelAlike } from './label-warnings.js';
import type { Part, Recording } from './recording.js';

/** How recordings are divided into parts. */
export type SplitRule =
  /** 80 / 10 / 10 within each class. */
  | { readonly kind: 'ratio' }
  /** As the data says: a column, folders, files. */
  | { readonly kind: 'given' }
  /** One group is the test part. */
  | { readonly kind: 'group'; readonly group: string }
  /** Fold 1..folds is the test part, drawn within each class. */
  | { readonly kind: 'fold'; readonly fold: number; readonly folds: number }
  /** Recordings whose name matches are the test part. */
  | { readonly kind: 'test'; readonly pattern: RegExp }
  /** Each recording is cut in time: its first 80 % are trained with, the next 10 % validate, the last 10 % test. */
  | { readonly kind: 'time' }
  /** All recordings are the test part: to measure a trained model on other data. */
  | { readonly kind: 'all' };

/** In the place of a label, where no class could be kept in proportion. */
const ANY = '(any)';

/** So many recordings, of which none belongs to a class. */
export const undivided = (count: number): { readonly of: Int32Array; readonly names: readonly string[] } => ({
  of: new Int32Array(count),
  names: [ANY],
});

export type Parts<T> = { readonly [P in Part]: T };

/** The split never changes, whatever the seed of a training. */
export const SPLIT_SEED = 1234;
/** So many recordings put at least one of a class into each part. */
const MIN_CLASS_SIZE = 10;

/**
 * The indices of the recordings in each part. Where a rule names no validation part, it is one in ten of the training
 * recordings of each class.
 * @param classes of each recording
 * @param labels names of the classes, for complaints
 */
export function splitRecordings(
  list: readonly Recording[],
  classes: Int32Array,
  labels: readonly string[],
  rule: SplitRule,
): Parts<Int32Array> {
  if (rule.kind === 'ratio') checkClassSizes(classes, labels, MIN_CLASS_SIZE);
  if (rule.kind === 'fold') checkClassSizes(classes, labels, rule.folds);
  const parts = assign(list, classes, rule);
  if (rule.kind !== 'all' && !parts.includes('validation'))
    withRanks(
      classes,
      parts.map((part) => part === 'train'),
      (i, rank) => {
        // the fifth of ten: a tenth, rounded
        if (rank % 10 === 4) parts[i] = 'validation';
      },
    );
  const drawn = !['given', 'time', 'all'].includes(rule.kind);
  const order = drawn ? shuffled(list.length) : Int32Array.from(parts.keys());
  const pick = (part: Part) => order.filter((i) => parts[i] === part);
  return { train: pick('train'), validation: pick('validation'), test: pick('test') };
}

function assign(list: readonly Recording[], classes: Int32Array, rule: SplitRule): Part[] {
  switch (rule.kind) {
    case 'all':
      return list.map(() => 'test');
    case 'test':
      return list.map(({ name }) => (rule.pattern.test(name) ? 'test' : 'train'));
    case 'time':
    case 'given':
      return list.map(({ part, source }) => part ?? fail(dataPartMissing(source)));
    case 'group': {
      const groups = [...new Set(list.flatMap(({ group }) => group ?? []))].sort();
      if (!groups.includes(rule.group)) fail(dataUnknownGroup(rule.group, groups));
      return list.map(({ group }) => (group === rule.group ? 'test' : 'train'));
    }
    case 'ratio':
    case 'fold': {
      const parts = list.map((): Part => 'train');
      withRanks(
        classes,
        list.map(() => true),
        (i, rank) => {
          if (rule.kind === 'ratio') parts[i] = rank % 10 === 9 ? 'validation' : rank % 10 === 4 ? 'test' : 'train';
          else if (rank % rule.folds === rule.fold - 1) parts[i] = 'test';
        },
      );
      return parts;
    }
  }
}

const shuffled = (count: number): Int32Array =>
  new SeededRandom(SPLIT_SEED).shuffle(Int32Array.from({ length: count }, (_, i) => i));

/** Visits the chosen recordings in a fixed random order, each with its place among those of its class. */
function withRanks(classes: Int32Array, chosen: readonly boolean[], visit: (i: number, rank: number) => void): void {
  const seen = new Map<number, number>();
  for (const i of shuffled(classes.length)) {
    if (!chosen[i]) continue;
    const rank = seen.get(classes[i]!) ?? 0;
    seen.set(classes[i]!, rank + 1);
    visit(i, rank);
  }
}

/** Of the classes that there are: those of a model may have others, as that of the background of streams. */
function checkClassSizes(classes: Int32Array, labels: readonly string[], least: number): void {
  const counts = labels.map(() => 0);
  for (const c of classes) counts[c]!++;
  throwFirst(
    labels.flatMap((label, c) => {
      return counts[c]! > 0 && counts[c]! < least
        ? [dataSmallClass(label === ANY ? null : label, counts[c]!, least, labelAlike(label, labels))]
        : [];
    }),
  );
}
