import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fail, outputNotWritable } from '../diagnostics.js';
import { filesInTheWay } from '../files/diagnostics.js';
import { hashOf } from '../files/manifest.js';
import { guarded, isThere, realFile, replaceFile, temporaryName } from '../files/write-file.js';
import { MARKDOWN_HEAD } from '../report/budget-text.js';

/** Bytes at the beginning of a page, in which it names rnnq. */
const HEAD = 1024;

/** Refuses, before any work, a path that a page cannot be written to: only pages of rnnq are replaced unasked. */
export const checkPage = (path: string, force: boolean): void =>
  checkOurs(path, '<meta name="generator" content="rnnq ', force);

/** The same of a summary in Markdown. */
export const checkMarkdown = (path: string, force: boolean): void => checkOurs(path, MARKDOWN_HEAD, force);

/** Refuses a path that has a file without `head` in its first bytes: only files of rnnq are replaced unasked. */
export function checkOurs(path: string, head: string, force: boolean): void {
  guarded(path, outputNotWritable, () => {
    const real = realFile(path);
    if (!isThere(real) || force) return;
    if (!readFileSync(real).subarray(0, HEAD).includes(head, 0, 'latin1'))
      fail(filesInTheWay(dirname(path), [{ path: basename(path), why: 'not written by rnnq' }]));
  });
}

/** Writes a file whole or not at all. */
export function writeWhole(path: string, data: string | Uint8Array): void {
  guarded(path, outputNotWritable, () => {
    const real = realFile(path);
    replaceFile(real, { data }, join(dirname(real), temporaryName(hashOf(data).slice(0, 16), 0)));
  });
}
