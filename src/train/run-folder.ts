import { constants as buffer } from 'node:buffer';
import { accessSync, constants, existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import type { Dataset } from '../data/dataset.js';
import { DiagnosticError, fail } from '../diagnostics.js';
import { fnv1a } from '../fixed/hash.js';
import { readInputFile } from '../read-file.js';
import { isSystemError, systemReason } from '../system-errors.js';
import { complaints, sentence } from '../validate.js';
import { VERSION } from '../version.js';
import { type Checkpoint, type Metric, readCheckpoint, writeCheckpoint } from './checkpoint.js';
import { checkpointBroken, runChanged, runMissing, runNotWritable, runUnfinished } from './diagnostics.js';
import { type CheckedTrainOptions, type PlaceOf, parseTrainOptions } from './options.js';

const FILES = { config: 'config.json', checkpoint: 'checkpoint.json', metrics: 'metrics.jsonl' } as const;

/** Largest file of a run that is read. */
const LARGEST_FILE = buffer.MAX_STRING_LENGTH;

/** config.json; `options` are checked by the trainer's own rules. */
const configSchema = z.object(
  {
    rnnq: z.string('a text'),
    node: z.string('a text'),
    data: z.string('a text'),
    /** Hash of the data's codes and classes: a resumed run must see the same. */
    dataHash: z.string('a text'),
    options: z.unknown(),
  },
  'an object',
);

type Config = Omit<z.infer<typeof configSchema>, 'options'> & { readonly options: CheckedTrainOptions };
/** As it was read; the hash is that of its text, so that another version's defaults leave it as it is. */
type ReadConfig = Config & { readonly hash: string };

/** What a training does with what its run folder holds: `resume` goes on with it, `restart` replaces it. */
export interface RunMode {
  readonly resume: boolean;
  readonly restart: boolean;
}

/**
 * The folder of one training run: config.json (options, seed, versions, hash of the data), checkpoint.json, and
 * metrics.jsonl. Files are written under a temporary name and renamed: a kill at any moment leaves the last good one.
 */
export class RunFolder {
  /** Hash of the configuration under which checkpoints are written. */
  #belongsTo = '';

  constructor(readonly path: string) {}

  /** Refuses, before the data are read, a run that could not begin or go on. Writes nothing. */
  check(options: CheckedTrainOptions, { resume, restart }: RunMode): void {
    if (resume) this.#refuseOtherOptions(options);
    else if (!restart) this.#refuseUnfinished();
    let folder = resolve(this.path);
    while (!existsSync(folder)) folder = dirname(folder);
    try {
      if (!statSync(folder).isDirectory()) fail(runNotWritable(folder, 'is not a folder'));
      accessSync(folder, constants.W_OK | constants.X_OK);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      fail(runNotWritable(folder, systemReason(error)));
    }
  }

  /** Begins a run. A run that did not finish stands in the way, unless `restart`. */
  create(options: CheckedTrainOptions, data: Dataset, restart: boolean): void {
    if (!restart) this.#refuseUnfinished();
    try {
      mkdirSync(this.path, { recursive: true });
      for (const name of Object.values(FILES)) rmSync(join(this.path, name), { force: true });
    } catch (error) {
      fail(runNotWritable(this.path, systemReason(error as Error)));
    }
    const config = configOf(options, data);
    this.write(FILES.config, `${JSON.stringify(config, null, 2)}\n`);
    this.#belongsTo = hashOfConfig(config);
  }

  /** Takes up a run: its options and its data must be those of its first start. */
  resume(options: CheckedTrainOptions, data: Dataset): Checkpoint {
    this.#refuseOtherOptions(options);
    const config = this.#config();
    if (config.dataHash !== hashOf(data)) fail(runChanged(this.path, 'the data have changed'));
    const checkpoint = this.checkpoint();
    this.#belongsTo = config.hash;
    this.#writeMetrics(checkpoint.metrics);
    return checkpoint;
  }

  #refuseUnfinished(): void {
    if (existsSync(this.#file('checkpoint')) && !this.checkpoint().finished) fail(runUnfinished(this.path));
  }

  /** The name of the model changes no weight: a run may go on under another. */
  #refuseOtherOptions(options: CheckedTrainOptions): void {
    const before = this.#config().options;
    const keys = Object.keys({ ...before, ...options }) as (keyof CheckedTrainOptions)[];
    const changed = keys.filter(
      (key) => key !== 'name' && JSON.stringify(before[key]) !== JSON.stringify(options[key]),
    );
    const describe = (key: keyof CheckedTrainOptions) =>
      `${key} was ${JSON.stringify(before[key])}, is ${JSON.stringify(options[key])}`;
    if (changed.length > 0) fail(runChanged(this.path, changed.map(describe).join('; ')));
  }

  /** The checkpoint, which must have been written under the configuration that lies beside it. */
  checkpoint(): Checkpoint {
    const { checkpoint, config } = this.#read('checkpoint', readCheckpoint);
    if (config !== undefined && config !== this.#config().hash)
      fail(
        checkpointBroken(this.#file('checkpoint'), 'it was written under other options or data than config.json has'),
      );
    return checkpoint;
  }

  /** Options of a run that was made before, for warm starts and distillation. */
  options(): CheckedTrainOptions {
    return this.#config().options;
  }

  save(checkpoint: Checkpoint): void {
    this.write(FILES.checkpoint, writeCheckpoint(checkpoint, this.#belongsTo));
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
      fail(runNotWritable(path, systemReason(error as Error)));
    }
  }

  #config(): ReadConfig {
    return this.#read('config', (text) => {
      const json: unknown = JSON.parse(text);
      const result = configSchema.safeParse(json);
      if (!result.success) throw new Error(sentence(complaints(result.error, json)[0]!));
      const { options, ...rest } = result.data;
      const place: PlaceOf = (path) => ['options', ...path].join('.');
      return { ...rest, options: parseTrainOptions(options, place), hash: hashOfConfig({ ...rest, options }) };
    });
  }

  /** A file of the run; one that is not there means that there is no run, one that `parse` refuses is damaged. */
  #read<T>(name: keyof typeof FILES, parse: (text: string) => T): T {
    const path = this.#file(name);
    if (!existsSync(path)) fail(runMissing(this.path));
    const text = readInputFile(path, LARGEST_FILE).toString('utf8');
    try {
      return parse(text);
    } catch (error) {
      const reason =
        error instanceof DiagnosticError
          ? `${error.diagnostics[0]!.at}: ${error.diagnostics[0]!.message}`
          : (error as Error).message;
      return fail(checkpointBroken(path, reason));
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

/** What a checkpoint belongs to: the options that decide its numbers, and the data. */
function hashOfConfig({ options, dataHash }: { readonly options?: unknown; readonly dataHash: string }): string {
  const own = Object.entries(JSON.parse(JSON.stringify(options)) as object).filter(([key]) => key !== 'name');
  const text = JSON.stringify([dataHash, own.sort(([a], [b]) => (a < b ? -1 : 1))]);
  return fnv1a(Buffer.from(text)).toString(16).padStart(8, '0');
}

/** FNV-1a over the codes and classes of all three parts. */
function hashOf({ train, validation, test }: Dataset): string {
  let hash: number | undefined;
  for (const { sequences, targets } of [train, validation, test])
    for (const { buffer, byteOffset, byteLength } of [...sequences, ...targets])
      hash = fnv1a(new Uint8Array(buffer, byteOffset, byteLength), hash);
  return (hash ?? 0).toString(16).padStart(8, '0');
}
