import { accessSync, constants, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fail, outputNotWritable } from '../diagnostics.js';
import { outputBlocked, outputExists } from '../files/diagnostics.js';
import { hashOf, hashOfFile } from '../files/manifest.js';
import { guarded, isThere, nearestExisting, realFile, replaceFile, temporaryName } from '../files/write-file.js';
import { wasRead } from '../read-file.js';
import type { RunFolder } from './run-folder.js';

/**
 * The model file that a run gives. The run folder has its hash: a file that is still as the run wrote it is replaced by
 * the next training of that folder, any other only by force.
 */
export class ModelFile {
  readonly #real: string;

  constructor(
    readonly path: string,
    readonly run: RunFolder,
    readonly force: boolean,
  ) {
    this.#real = realFile(path);
  }

  /**
   * Complains before the training of a file that could not be written after it, or that this process has read so far.
   * True where there is one to replace.
   */
  check(): boolean {
    return guarded(this.path, outputNotWritable, () => {
      if (this.run.owns(this.#real))
        fail(outputBlocked(this.path, [{ path: 'the model file', why: `has a place that ${this.run.path} needs` }]));
      accessSync(nearestExisting(dirname(this.#real)), constants.W_OK);
      if (!isThere(this.#real)) return false;
      if (wasRead(this.#real)) fail(outputBlocked(this.path, [{ path: 'the file', why: 'is what the command reads' }]));
      if (!this.force && !this.#recorded().includes(hashOfFile(this.#real)))
        fail(outputExists(this.path, this.run.path));
      return true;
    });
  }

  /** Writes the file and its hash, which is in the run folder before the file has it: a kill leaves both known. */
  write(text: string): void {
    const name = this.#name;
    const line = (hash: string) => `${hash}  ${name}\n`;
    const now = hashOf(text);
    guarded(this.path, outputNotWritable, () => {
      const there = isThere(this.#real);
      const before = this.#recorded();
      if (there && !this.force && ![...before, now].includes(hashOfFile(this.#real)))
        fail(outputExists(this.path, this.run.path));
      this.run.saveModelRecord([...new Set([...before, now])].map(line).join(''));
      // the temporary file of a killed write has the hash of the record in its name
      const temporary = (hash: string) => join(dirname(this.#real), temporaryName(hash.slice(0, 16), 0));
      for (const hash of [...before, now]) rmSync(temporary(hash), { force: true });
      replaceFile(this.#real, { data: text }, temporary(now));
      this.run.saveModelRecord(line(now));
    });
  }

  /** Its name, on one line. */
  get #name(): string {
    return basename(this.#real).replaceAll('\n', '\\n');
  }

  /** Hashes that the run folder has of a file of this name. */
  #recorded(): string[] {
    return this.run
      .modelRecord()
      .split('\n')
      .flatMap((line) => {
        const [, hash, name] = /^([0-9a-f]{64}) {2}(.+)$/s.exec(line) ?? [];
        return hash !== undefined && name === this.#name ? [hash] : [];
      });
  }
}
