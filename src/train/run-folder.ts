import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dataset } from '../data/dataset.js';
import { fail } from '../diagnostics.js';
import { someOf } from '../files/diagnostics.js';
import { hashOfFile } from '../files/manifest.js';
import { OwnedFolder } from '../files/owned-folder.js';
import { fnv1a } from '../fixed/hash.js';
import { VERSION } from '../version.js';
import { type Checkpoint, type Metric, readCheckpoint, writeCheckpoint } from './checkpoint.js';
import { checkpointBroken, runChanged, runFinished, runMissing, runNotWritable, runUnfinished } from './diagnostics.js';
import type { CheckedTrainOptions } from './options.js';

const FILES = {
  config: 'config.json',
  checkpoint: 'checkpoint.json',
  metrics: 'metrics.jsonl',
  curves: 'curves.svg',
  model: 'model.sha256',
} as const;

/** How a run begins. */
export interface Start {
  /** Gives up what the folder holds of an earlier run, finished or not. */
  readonly restart?: boolean;
  /** Replaces a finished run of other options, and files that were changed or are not the work of rnnq. */
  readonly force?: boolean;
}

interface Config {
  readonly rnnq: string;
  readonly node: string;
  readonly data: string;
  /** Hash of the data's codes and classes: a resumed run must see the same. */
  readonly dataHash: string;
  readonly options: CheckedTrainOptions;
}

/**
 * The folder of one training run: config.json (options, seed, versions, hash of the data), checkpoint.json,
 * metrics.jsonl, curves.svg, and model.sha256 (the model file that was made from it). Files are written under a
 * temporary name and renamed: a kill at any moment leaves the last good one. Files of others in the folder stay.
 */
export class RunFolder {
  #files: OwnedFolder | null = null;

  /** `say` gets a line for everything that is replaced and was not written by this run. */
  constructor(
    readonly path: string,
    readonly say: (line: string) => void = () => {},
  ) {}

  get #owned(): OwnedFolder {
    this.#files ??= new OwnedFolder(this.path, 'run', runNotWritable);
    return this.#files;
  }

  /** Keeps other processes out of the folder until the returned function is called. */
  lock(): Promise<() => void> {
    return this.#owned.lock();
  }

  /** Refuses, before the data are read, what `create` would refuse. */
  check(options: CheckedTrainOptions, start: Start): void {
    this.#owned.check({ partial: true });
    this.#checkBefore(start, () => this.#changedOptions(options));
  }

  /** Begins a run. An unfinished run, or a finished one of other options or data, is not replaced unasked. */
  create(options: CheckedTrainOptions, data: Dataset, { restart = false, force = false }: Start): void {
    const config = configOf(options, data);
    if (this.#checkBefore({ restart, force }, () => this.#changed(config)))
      this.say(`${this.path}: holds the same training, finished; it is done again`);
    this.#adoptFormerRun();
    const text = `${JSON.stringify(config, null, 2)}\n`;
    const record = this.modelRecord();
    const files = new Map([[FILES.config as string, text], ...(record === '' ? [] : [[FILES.model, record] as const])]);
    this.#write(files, { force });
  }

  /** Whether the folder holds a finished run that may be replaced because it is the same training. */
  #checkBefore({ restart = false, force = false }: Start, changed: () => string): boolean {
    const begun = existsSync(this.#file('checkpoint'));
    // a repetition that was killed before its first checkpoint leaves the model of the finished run
    if (restart || !(begun || this.modelRecord() !== '')) return false;
    if (begun && !this.checkpoint().finished) fail(runUnfinished(this.path));
    const difference = changed();
    if (difference !== '' && !force) fail(runFinished(this.path, difference));
    return difference === '';
  }

  /** Earlier versions of rnnq kept no manifest: a checkpoint or a configuration is recognised by its contents. */
  #adoptFormerRun(): void {
    if (this.#owned.hashes(FILES.config).length > 0) return;
    if (!isFormerRun(this.#file('checkpoint'), this.#file('config'))) return;
    const found = Object.values(FILES).filter((name) => existsSync(join(this.path, name)));
    this.#owned.adopt(new Map(found.map((name) => [name, hashOfFile(join(this.path, name))])));
  }

  /** Takes up a run: its options and its data must be those of its first start. */
  resume(options: CheckedTrainOptions, data: Dataset, { force = false }: Start = {}): Checkpoint {
    const changed = this.#changed(configOf(options, data));
    if (changed !== '') fail(runChanged(this.path, changed));
    const checkpoint = this.checkpoint();
    this.#adoptFormerRun();
    this.#write(new Map([[FILES.metrics, metricsText(checkpoint.metrics)]]), { force, partial: true });
    return checkpoint;
  }

  /** What differs between the run's configuration and another; empty where nothing does. */
  #changed(now: Config): string {
    const options = this.#changedOptions(now.options);
    if (options !== '') return options;
    return this.#config().dataHash === now.dataHash ? '' : 'the data have changed';
  }

  #changedOptions(now: CheckedTrainOptions): string {
    const before = this.#config().options;
    const keys = Object.keys({ ...before, ...now }) as (keyof CheckedTrainOptions)[];
    return keys
      .filter((key) => JSON.stringify(before[key]) !== JSON.stringify(now[key]))
      .map((key) => `${key} was ${JSON.stringify(before[key])}, is ${JSON.stringify(now[key])}`)
      .join('; ');
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

  /** Writes the checkpoint and the metrics. From its start until its end the run's files belong to the run. */
  save(checkpoint: Checkpoint): void {
    const metrics = metricsText(checkpoint.metrics);
    const files = { [FILES.checkpoint]: writeCheckpoint(checkpoint), [FILES.metrics]: metrics };
    this.#write(new Map(Object.entries(files)), { force: true, partial: true });
  }

  /** Writes the curves of a run. */
  saveCurves(svg: string): void {
    this.#write(new Map([[FILES.curves, svg]]), { force: true, partial: true });
  }

  /** Lines `<SHA-256>  <file name>` of the model file that was made from the run, as sha256sum writes them. */
  modelRecord(): string {
    const path = this.#file('model');
    return lstatSync(path, { throwIfNoEntry: false })?.isFile() ? readFileSync(path, 'utf8') : '';
  }

  saveModelRecord(lines: string): void {
    this.#write(new Map([[FILES.model, lines]]), { force: true, partial: true });
  }

  #write(texts: ReadonlyMap<string, string>, options: { force: boolean; partial?: boolean }): void {
    const files = new Map(Array.from(texts, ([name, data]) => [name, { data }]));
    const { forced } = this.#owned.write(files, options);
    if (forced.length > 0) this.say(`${this.path}: replaces ${someOf(forced)}, changed or not written by rnnq`);
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

const metricsText = (metrics: readonly Metric[]): string =>
  metrics.map((metric) => `${JSON.stringify(metric)}\n`).join('');

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

/** Whether a checkpoint or a configuration of a run says by its contents that rnnq wrote it. */
function isFormerRun(checkpoint: string, config: string): boolean {
  try {
    if (existsSync(checkpoint)) return readCheckpoint(readFileSync(checkpoint, 'utf8')) !== null;
    const { rnnq, dataHash, options } = JSON.parse(readFileSync(config, 'utf8')) as Partial<Config>;
    return typeof rnnq === 'string' && typeof dataHash === 'string' && typeof options === 'object';
  } catch {
    return false;
  }
}
