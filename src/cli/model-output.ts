import { accessSync, constants } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fail, outputNotWritable } from '../diagnostics.js';
import { filesInTheWay } from '../files/diagnostics.js';
import { hashOf } from '../files/manifest.js';
import { guarded, isThere, nearestExisting, realFile, replaceFile, temporaryName } from '../files/write-file.js';
import { ModelFile } from '../train/model-file.js';
import { runFolderOf } from '../train/run-curves.js';
import { RunFolder } from '../train/run-folder.js';

/** Refuses, before any work, a place that a changed model cannot be written to; the model itself may be replaced. */
export function checkOutput(model: string, output: string, force: boolean): void {
  guarded(output, outputNotWritable, () => {
    const real = realFile(output);
    accessSync(nearestExisting(dirname(real)), constants.W_OK);
    if (isThere(real) && !force && real !== realFile(model))
      fail(filesInTheWay(dirname(output), [{ path: basename(output), why: 'another file than the model' }]));
  });
}

/** Writes a changed model whole or not at all; the run folder that knows the file learns its new hash. */
export async function writeOutput(output: string, text: string): Promise<void> {
  const folder = isThere(output) ? runFolderOf(output) : null;
  if (folder === null) {
    guarded(output, outputNotWritable, () => {
      const real = realFile(output);
      replaceFile(real, { data: text }, join(dirname(real), temporaryName(hashOf(text).slice(0, 16), 0)));
    });
    return;
  }
  const run = new RunFolder(folder);
  const release = await run.lock();
  try {
    new ModelFile(output, run, true).write(text);
  } finally {
    release();
  }
}
