import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dataset } from '../data/dataset.js';
import { fail } from '../diagnostics.js';
import { fnv1a } from '../fixed/hash.js';
import { VERSION } from '../version.js';
import { type Checkpoint, type Metric, readCheckpoint, writeCheckpoint } from './checkpoint.js';
import { checkpointBroken, runChanged, runMissing, runNotWritable, runUnfinished } from './diagnostics.js';
import type { CheckedTrainOptions } from './options.js';

const FILES = { config: 'config.json', checkpoint: 'checkpoint.json', metrics: 'metrics.jsonl' } as const;

interface Config {
  readonly rnnq: string;
  readonly node: string;
  readonly data: string;
  /** Hash of the data's codes and classes: a resumed run must see the same. */
  readonly dataHash: string;
  readonly options: CheckedTrainOptions;
}

/**
 * The folder of one training run: config.json (options, seed, versions, hash of the data), checkpoint.json, and
 * metrics.jsonl. Files are written under a temporary name and renamed: a kill at any moment leaves the last good one.
 */
export class RunFolder {
  constructor(readonly path: string) {}

  /** Begins a run. A run that did not finish stands in the way, unless `restart`. */
  create(options: CheckedTrainOptions, data: Dataset, restart: boolean): void {
    if (!restart && existsSync(this.#file('checkpoint')) && !this.checkpoint().finished) fail(runUnfinished(this.path));
    try {
      mkdirSync(this.path, { recursive: true });
      for (const name of Object.values(FILES)) rmSync(join(this.path, name), { force: true });
    } catch (error) {
      fail(runNotWritable(this.path, (error as Error).message));
    }
    this.write(FILES.config, `${JSON.stringify(configOf(options, data), null, 2)}\n`);
  }

  /** Takes up a run: its options and its data must be those of its first start. */
  resume(options: CheckedTrainOptions, data: Dataset): Checkpoint {
    const before = this.#config();
    const now = configOf(options, data);
    const keys = Object.keys({ ...before.options, ...now.options }) as (keyof CheckedTrainOptions)[];
    const changed = keys.filter((key) => JSON.stringify(before.options[key]) !== JSON.stringify(now.options[key]));
    if (changed.length > 0) {
      const describe = (key: keyof CheckedTrainOptions) =>
        `${key} was ${JSON.stringify(before.options[key])}, is ${JSON.stringify(now.options[key])}`;
      fail(runChanged(this.path, changed.map(describe).join('; ')));
    }
    if (before.dataHash !== now.dataHash) fail(runChanged(this.path, 'the data have changed'));
    const checkpoint = this.checkpoint();
    this.#writeMetrics(checkpoint.metrics);
    return checkpoint;
  }

  checkpoint(): Checkpoint {
    const path = this.#file('checkpoint');
    if (!existsSync(path)) fail(runMissing(this.path));
    try {
      return readCheckpoint(readFileSync(path, 'utf8'));
    } catch (error) {
      return fail(checkpointBroken(path, (error as Error).message));
    }
  }

  /** Options of a run that was made before, for warm starts and distillation. */
  options(): CheckedTrainOptions {
    return this.#config().options;
  }

  save(checkpoint: Checkpoint): void {
    this.write(FILES.checkpoint, writeCheckpoint(checkpoint));
    this.#writeMetrics(checkpoint.metrics);
  }

  #writeMetrics(metrics: readonly Metric[]): void {
    this.write(FILES.metrics, metrics.map((metric) => `${JSON.stringify(metric)}\n`).join(''));
  }

  /** Writes a file of the run. */
  write(name: string, text: string): void {
    const path = join(this.path, name);
    const temporary = `${path}.${process.pid}`;
    try {
      writeFileSync(temporary, text);
      renameSync(temporary, path);
    } catch (error) {
      rmSync(temporary, { force: true });
      fail(runNotWritable(path, (error as Error).message));
    }
  }

  #config(): Config {
    const path = this.#file('config');
    if (!existsSync(path)) fail(runMissing(this.path));
    try {
      return JSON.parse(readFileSync(path, 'utf8')) as Config;
    } catch (error) {
      return fail(checkpointBroken(path, (error as Error).message));
    }
  }

  #file(name: keyof typeof FILES): string {
    return join(this.path, FILES[name]);
  }
}

const configOf = (options: CheckedTrainOptions, data: Dataset): Config => ({
  rnnq: VERSION,
  node: process.version,
  data: data.name,
  dataHash: hashOf(data),
  options,
});

/** FNV-1a over the codes and classes of all three parts. */
function hashOf({ train, validation, test }: Dataset): string {
  let hash: number | undefined;
  for (const { sequences, targets } of [train, validation, test])
    for (const { buffer, byteOffset, byteLength } of [...sequences, ...targets])
      hash = fnv1a(new Uint8Array(buffer, byteOffset, byteLength), hash);
  return (hash ?? 0).toString(16).padStart(8, '0');
}
