import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { type DataOptions, loadDataset } from '../../../src/data/index.js';
import { PARTS } from '../../../src/data/recording.js';
import { characterOf, labelOf } from '../../../src/data/text/alphabet.js';
import { PACKAGE_ROOT } from '../../../src/package-root.js';
import { sharedData } from './shared-data.js';

const folder = mkdtempSync(join(tmpdir(), 'rnnq-text-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string | Buffer): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
}
/** Streams of the three parts as characters, with the last target. */
async function read(path: string, options: DataOptions = {}): Promise<string[]> {
  const data = await loadDataset(path, options);
  return PARTS.map((part) => {
    const { sequences, targets } = data[part];
    const symbols = [...Array.from(sequences[0]!), targets[0]!.at(-1)!];
    expect(Array.from(targets[0]!)).toEqual(symbols.slice(1));
    return symbols.map((symbol) => characterOf(data.task.labels[symbol]!)).join('');
  });
}

test('the worked example of docs/data/text.md', async () => {
  const doc = readFileSync(join(PACKAGE_ROOT, 'docs/data/text.md'), 'utf8');
  const data = await loadDataset(write('book.txt', /A text `(\w+)`/.exec(doc)![1]!));
  expect(data).toMatchObject({
    name: 'book_text',
    task: { name: 'symbols', labels: ['a', 'b', 'c'], everyStep: true },
    stream: true,
  });
  expect(data.input).toEqual({ size: 3, encoding: 'one-hot', fraction: 7, offset: [0], scale: [1] });
  const rows = [...doc.matchAll(/^\| \w+: .*\| `([\d ]+)` \| `([\d ]+)` \|$/gm)];
  const numbers = (list: ArrayLike<number>): string => Array.from(list).join(' ');
  expect(PARTS.map((part) => [numbers(data[part].sequences[0]!), numbers(data[part].targets[0]!)])).toEqual(
    rows.map((row) => row.slice(1)),
  );
});

test('line ends, a byte order mark and white space', async () => {
  expect((await read(write('dos.txt', `\ufeff${'ab\r\n'.repeat(10)}`))).join('')).toBe('ab\n'.repeat(10));
  const spaced = write('spaced.txt', '  ab \nab\t\n'.repeat(10));
  expect((await read(spaced, { trimLines: true })).join('')).toBe('ab\n'.repeat(20));
});

test('characters beyond 16 bits are one symbol, and are never cut', async () => {
  for (let length = 20; length < 30; length++)
    expect((await read(write('emoji.txt', '\u{1f600}x'.repeat(length)))).join('')).toBe('\u{1f600}x'.repeat(length));
});

describe('parts', () => {
  const [train, valid, test_] = ['some train text', 'rain in a sea', 'some mist'];

  test('files that are named', async () => {
    const options = { validation: write('v.txt', valid), test: write('t.txt.gz', gzipSync(test_)) };
    expect(await read(write('x.txt', train), options)).toEqual([train, valid, test_]);
    await expect(loadDataset(join(folder, 'x.txt'), { split: 'given' })).rejects.toThrow(/text_no_part/);
    await expect(loadDataset(join(folder, 'x.txt'), { split: 'all' })).rejects.toThrow(/data_empty_part/);
    await expect(loadDataset(join(folder, 'x.txt'), { split: 'fold=1/2' })).rejects.toThrow(/bad_option at --split/);
    await expect(loadDataset(join(folder, 'x.txt'), { test: join(folder, 'v.txt') })).rejects.toThrow(/bad_option/);
  });

  test('files of a folder that are called so, whatever stands beside them', async () => {
    write('set/my.train.txt', train);
    write('set/my.valid.txt.gz', gzipSync(valid));
    write('set/my.test.txt', test_);
    write('set/README.txt', 'about them');
    expect(await read(join(folder, 'set'))).toEqual([train, valid, test_]);
    const whole = await read(join(folder, 'set'), { split: 'ratio' });
    expect(whole.join('')).toBe(test_ + train + valid);
  });

  test('all: one stream to measure on, with the symbols of the model', async () => {
    const model = await loadDataset(write('model.txt', 'abcd\\ \n'.repeat(20)));
    const data = await loadDataset(write('other.txt', 'dcba'), {
      split: 'all',
      like: { input: model.input, labels: model.task.labels },
    });
    expect(data.task.labels).toEqual(model.task.labels);
    expect([data.train.sequences, data.test.sequences]).toEqual([[], [Int16Array.of(6, 5, 4)]]);
    await expect(
      loadDataset(write('other.txt', 'abcx'), {
        split: 'all',
        like: { input: model.input, labels: model.task.labels },
      }),
    ).rejects.toThrow(/data_unknown_label.*"x"/);
  });
});

describe('the alphabet', () => {
  test('what training has not seen becomes U+FFFD', async () => {
    const data = await loadDataset(write('new.txt', `${'ab'.repeat(40)}xyabababab${'ab'.repeat(5)}`));
    expect(data.task.labels).toEqual(['a', 'b', '\ufffd']);
    expect(Array.from(data.validation.sequences[0]!.slice(0, 3))).toEqual([2, 2, 0]);
  });

  test('of more than 256 characters the rarest give way', async () => {
    const common = Array.from({ length: 255 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join('');
    const text = `${'\u3042\u3044'}${common.repeat(20)}`;
    const { task, train } = await loadDataset(write('many.txt', text));
    expect(task.labels).toEqual([...common, '\ufffd']);
    expect(Array.from(train.sequences[0]!.slice(0, 3))).toEqual([255, 255, 0]);
  });

  test('labels are printable, and say their character', () => {
    for (const character of [
      'a',
      ' ',
      '\n',
      '\r',
      '\t',
      '\\',
      '\u0000',
      '\u200b',
      '\u2028',
      '\u00e9',
      '\u{1f600}',
      'n',
    ]) {
      expect(labelOf(character)).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]+$/u);
      expect(characterOf(labelOf(character))).toBe(character);
    }
  });
});

const ptb = sharedData('ptb');
test.skipIf(!existsSync(ptb))('Penn Treebank: the character set in its usual form', async () => {
  const data = await loadDataset(ptb, { trimLines: true });
  expect(PARTS.map((part) => data[part].sequences[0]!.length + 1)).toEqual([5017482, 393042, 442423]);
  expect(data.task.labels.length).toBe(50);
});
