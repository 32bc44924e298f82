import { badOption, fail } from '../../diagnostics.js';
import { ACTIVATION_FORMATS, type ActivationBits } from '../../ir/model.js';
import type { Dataset, Split } from '../dataset.js';
import { dataEmptyPart, dataUnknownLabel } from '../diagnostics.js';
import { isFolder, listFiles, readText } from '../files.js';
import { checkFit } from '../fit.js';
import { bitsOf } from '../make-dataset.js';
import { modelName, PARTS, type Part, partOfWord } from '../recording.js';
import type { Parts, SplitRule } from '../split.js';
import type { TrainedInput } from '../wishes.js';
import { characterOf, chooseAlphabet, codesOf, labelOf } from './alphabet.js';
import { textNoPart, textTooShort } from './diagnostics.js';

/** What the user may wish of texts. */
export interface TextWishes {
  /** Other files: those parts of the data. */
  readonly validation?: string | undefined;
  readonly test?: string | undefined;
  readonly split?: SplitRule | undefined;
  /** White space at both ends of each line is dropped. */
  readonly trimLines?: boolean | undefined;
  readonly like?: TrainedInput | undefined;
  readonly activationBits?: ActivationBits | undefined;
}

/** A text of 64 MiB is some 400 MB of symbols and targets. */
const MAX_TEXT_BYTES = 64 * 2 ** 20;

/**
 * A UTF-8 text as one stream of characters for each part; the target of a step is the next character. Parts are files,
 * or the first 80 %, the next 10 % and the last 10 % of one file.
 */
export function readTexts(path: string, wishes: TextWishes): Dataset {
  const all = wishes.split?.kind === 'all';
  if (all && !wishes.like) fail(dataEmptyPart(path, 'train'));
  const texts = all ? { train: '', validation: '', test: wholeText(path, wishes) } : partTexts(path, wishes);
  if (wishes.like) checkFit(path, { ...wishes.like.input, encoding: 'one-hot' }, 0, wishes.like);
  const symbols = wishes.like?.labels.length ? wishes.like.labels.map(characterOf) : chooseAlphabet(texts);
  const streamOf = (part: Part): Split => {
    if (all && part !== 'test') return { sequences: [], targets: [] };
    const { codes, unknown } = codesOf(texts[part], symbols);
    if (unknown !== undefined) fail(dataUnknownLabel(path, labelOf(unknown)));
    if (codes.length < 2) fail(textTooShort(path, part, codes.length));
    return { sequences: [codes.subarray(0, -1)], targets: [Int32Array.from(codes.subarray(1))] };
  };
  const activationBits = bitsOf(wishes);
  const { unitFraction: fraction } = ACTIVATION_FORMATS[activationBits];
  return {
    name: modelName(path, 'text'),
    activationBits,
    input: { size: symbols.length, encoding: 'one-hot', fraction, offset: [0], scale: [1] },
    task: { name: 'symbols', labels: symbols.map(labelOf), everyStep: true },
    stream: true,
    train: streamOf('train'),
    validation: streamOf('validation'),
    test: streamOf('test'),
  };
}

/** The texts of the parts: given files, files of a folder that are called so, or pieces of one text in their order. */
function partTexts(path: string, wishes: TextWishes): Parts<string> {
  const { validation, test, split } = wishes;
  if (split && !['ratio', 'given'].includes(split.kind))
    fail(badOption('--split', split.kind, 'a split of a text: ratio, given or all'));
  if (validation !== undefined && test !== undefined)
    return { train: wholeText(path, wishes), validation: wholeText(validation, wishes), test: wholeText(test, wishes) };
  if (validation !== undefined || test !== undefined)
    fail(
      badOption(
        validation === undefined ? '--test' : '--validation',
        validation ?? test!,
        'enough: a text needs both or none',
      ),
    );
  const files = isFolder(path) ? filesOf(path) : [];
  if (split?.kind === 'given' || (!split && files.some(({ part }) => part !== undefined))) {
    const missing = PARTS.find((part) => files.every((file) => file.part !== part));
    if (missing !== undefined) fail(textNoPart(path, missing));
    const textOf = (part: Part): string =>
      files.map((file) => (file.part === part ? oneText(file.path, wishes) : '')).join('');
    return { train: textOf('train'), validation: textOf('validation'), test: textOf('test') };
  }
  return piecesOf(wholeText(path, wishes));
}

/** Text files of a folder; ptb.valid.txt.gz and valid/1.txt belong to the validation part. */
const filesOf = (folder: string): { path: string; part: Part | undefined }[] =>
  listFiles(folder, /\.(txt|text)(\.gz)?$/i).map(({ path, name, part }) => ({
    path,
    part:
      part ??
      name
        .split(/[^A-Za-z]+/)
        .map(partOfWord)
        .find((found) => found !== undefined),
  }));

/** A file, or all files of a folder in the order of their names. */
const wholeText = (path: string, wishes: TextWishes): string =>
  (isFolder(path) ? filesOf(path).map((file) => file.path) : [path]).map((file) => oneText(file, wishes)).join('');

function oneText(path: string, { trimLines }: TextWishes): string {
  const text = readText(path, MAX_TEXT_BYTES).replaceAll('\r\n', '\n');
  if (!trimLines) return text;
  const lines = text.split('\n');
  return lines.map((line) => line.trim()).join('\n');
}

function piecesOf(text: string): Parts<string> {
  const [from, to] = [cutAt(text, 0.8), cutAt(text, 0.9)];
  return { train: text.slice(0, from), validation: text.slice(from, to), test: text.slice(to) };
}

/** The place of a share of the text, never within a surrogate pair. */
function cutAt(text: string, share: number): number {
  const place = Math.floor(text.length * share);
  return /[\udc00-\udfff]/.test(text.charAt(place)) ? place + 1 : place;
}
