import { constants as buffer } from 'node:buffer';
import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Dataset } from '../data/dataset.js';
import { DiagnosticError, fail } from '../diagnostics.js';
import { filesInTheWay, someOf } from '../files/diagnostics.js';
import { CONTROL } from '../files/lock.js';
import { hashOfFile } from '../files/manifest.js';
import { OwnedFolder } from '../files/owned-folder.js';
import { realFolder } from '../files/write-file.js';
import { readInputFile } from '../read-file.js';
import { complaints, sentence } from '../validate.js';
import { type Checkpoint, type Metric, readCheckpoint, writeCheckpoint } from './checkpoint.js';
import { checkpointBroken, runChanged, runFinished, runMissing, runNotWritable, runUnfinished } from './diagnostics.js';
import { renameFormerOptions } from './former-options.js';
import { type CheckedTrainOptions, type PlaceOf, parseTrainOptions } from './options.js';
import {
  type Config,
  configOf,
  configSchema,
  isFormerRun,
  type OptionKey,
  optionDifferences,
  type ReadConfig,
} from './run-config.js';
import { hashOfConfig } from './run-hash.js';

const FILES = {
  config: 'config.json',
  checkpoint: 'checkpoint.json',
  metrics: 'metrics.jsonl',
  curves: 'curves.svg',
  formats: 'formats.json',
  model: 'model.sha256',
} as const;

/** The usual place of the run folder of a model file. */
export const runPathOf = (model: string): string => `${model.replace(/\.json$/, '')}.run`;

/** Largest file of a run that is read. */
const MAX_FILE_BYTES = buffer.MAX_STRING_LENGTH;

/** How a run begins. */
export interface Start {
  /** Continues the run that the folder holds. */
  readonly resume?: boolean;
  /** Gives up what the folder holds of an earlier run, finished or not. */
  readonly restart?: boolean;
  /** Replaces a finished run of other options, and files that were changed or are not the work of rnnq. */
  readonly force?: boolean;
}

/**
 * The folder of one training run: config.json (options, seed, versions, hash of the data), checkpoint.json,
 * metrics.jsonl, curves.svg, formats.json (how its weight format was chosen, where it was), and model.sha256 (the model file that was made from it). Files are written under a
 * temporary name and renamed: a kill at any moment leaves the last good one. Files of others in the folder stay.
 */
export class RunFolder {
  #files: OwnedFolder | null = null;
  /** Hash of the configuration under which checkpoints are written. */
  #belongsTo = '';
  #formats = '';

  /**
   * `say` gets a line for everything that is replaced and was not written by this run; `inputs` are files that are never
   * replaced: what the command reads.
   */
  constructor(
    readonly path: string,
    readonly say: (line: string) => void = () => {},
    readonly inputs: readonly string[] = [],
  ) {}

  /** Whether an absolute path is the place of the folder or of one of its files. */
  owns(file: string): boolean {
    const [name = '', ...below] = relative(realFolder(this.path, runNotWritable), file).split(sep);
    return name === CONTROL || (below.length === 0 && ['', ...Object.values(FILES)].includes(name));
  }

  get #owned(): OwnedFolder {
    this.#files ??= new OwnedFolder(this.path, 'run', runNotWritable);
    return this.#files;
  }

  /** Whether it holds a checkpoint, of a finished run or not. */
  get begun(): boolean {
    return existsSync(this.#file('checkpoint'));
  }

  /** Whether the weight format of its run was chosen by a comparison. */
  get choseFormat(): boolean {
    return existsSync(this.#file('formats'));
  }

  /** Whether it or a folder in it holds a checkpoint. */
  get holdsRuns(): boolean {
    const below = existsSync(this.path) ? readdirSync(this.path) : [];
    return ['', ...below].some((name) => existsSync(join(this.path, name, FILES.checkpoint)));
  }

  /** Keeps other processes out of the folder until the returned function is called. */
  lock(): Promise<() => void> {
    return this.#owned.lock();
  }

  /**
   * Refuses, before the data are read, what `create` or `resume` would refuse. Writes nothing. `open`: options that will
   * be chosen later.
   */
  check(options: CheckedTrainOptions, start: Start, open: readonly OptionKey[] = []): void {
    this.#owned.check({ partial: true });
    if (start.resume) this.#refuseChanged(this.#changedOptions(options, open));
    else this.#checkBefore(start, () => this.#changedOptions(options, open));
    if (!(start.resume || this.#isFormer)) this.#refuseForeign(start);
  }

  /** Begins a run. An unfinished run, or a finished one of other options or data, is not replaced unasked. */
  create(options: CheckedTrainOptions, data: Dataset, { restart = false, force = false }: Start): void {
    const config = configOf(options, data);
    if (this.#checkBefore({ restart, force }, () => this.#changed(config)))
      this.say(`${this.path}: holds the same training, finished; it is done again`);
    this.#adoptFormerRun();
    this.#refuseForeign({ restart, force });
    const text = `${JSON.stringify(config, null, 2)}\n`;
    const record = this.modelRecord();
    const kept = { [FILES.config]: text, [FILES.model]: record, [FILES.formats]: this.#formats };
    const files = new Map(Object.entries(kept).filter(([, contents]) => contents !== ''));
    this.#write(files, { force: force || restart });
    this.#belongsTo = hashOfConfig(config);
  }

  /** Whether the folder holds a finished run that may be replaced because it is the same training. */
  #checkBefore({ restart = false, force = false }: Start, changed: () => string): boolean {
    const { begun } = this;
    // a repetition that was killed before its first checkpoint leaves the model of the finished run
    if (restart || !(begun || this.modelRecord() !== '')) return false;
    if (begun && !this.checkpoint().finished) fail(runUnfinished(this.path));
    const difference = changed();
    if (difference !== '' && !force) fail(runFinished(this.path, difference));
    return difference === '';
  }

  /**
   * From its start until its end the run's files belong to the run; at its start nothing may be in their places that
   * was changed or is not its work. A restart gives up what an earlier run wrote, changed or not.
   */
  #refuseForeign({ restart = false, force = false }: Start): void {
    if (force) return;
    const names = Object.values(FILES).filter((name) => !(restart && this.#owned.hashes(name).length > 0));
    const obstacles = this.#owned.foreign(names);
    if (obstacles.length > 0) fail(filesInTheWay(this.path, obstacles));
  }

  /** Earlier versions of rnnq kept no manifest: a checkpoint or a configuration is recognised by its contents. */
  get #isFormer(): boolean {
    const [checkpoint, config] = [this.#file('checkpoint'), this.#file('config')];
    return this.#owned.hashes(FILES.config).length === 0 && isFormerRun(checkpoint, config, readText);
  }

  #adoptFormerRun(): void {
    if (!this.#isFormer) return;
    const found = Object.values(FILES).filter((name) =>
      lstatSync(join(this.path, name), { throwIfNoEntry: false })?.isFile(),
    );
    this.#owned.adopt(new Map(found.map((name) => [name, hashOfFile(join(this.path, name))])));
  }

  /** Takes up a run: its options and its data must be those of its first start. */
  resume(options: CheckedTrainOptions, data: Dataset, { force = false }: Start = {}): Checkpoint {
    this.#refuseChanged(this.#changed(configOf(options, data)));
    const checkpoint = this.checkpoint();
    this.#belongsTo = this.#config().hash;
    this.#adoptFormerRun();
    this.#write(new Map([[FILES.metrics, metricsText(checkpoint.metrics)]]), { force, partial: true });
    return checkpoint;
  }

  #refuseChanged(changed: string): void {
    if (changed !== '') fail(runChanged(this.path, changed));
  }

  /** What differs between the run's configuration and another; empty where nothing does. */
  #changed(now: Config): string {
    const options = this.#changedOptions(now.options);
    if (options !== '') return options;
    return this.#config().dataHash === now.dataHash ? '' : 'the data have changed';
  }

  #changedOptions(now: CheckedTrainOptions, open?: readonly OptionKey[]): string {
    return optionDifferences(this.#config().options, now, open);
  }

  /** The checkpoint, which must have been written under the configuration beside it. */
  checkpoint(): Checkpoint {
    const { checkpoint, config } = this.#read('checkpoint', readCheckpoint);
    if (config !== undefined && config !== this.#config().hash)
      fail(
        checkpointBroken(this.#file('checkpoint'), 'it was written under other options or data than config.json has'),
      );
    return checkpoint;
  }

  /** How the weight format of the run that begins next was chosen; its start writes it. */
  noteFormats(text: string): void {
    this.#formats = text;
  }

  /** Options of a run that was made before, for warm starts and distillation. */
  options(): CheckedTrainOptions {
    return this.#config().options;
  }

  /** Writes the checkpoint and the metrics. From its start until its end the run's files belong to the run. */
  save(checkpoint: Checkpoint): void {
    const metrics = metricsText(checkpoint.metrics);
    const files = { [FILES.checkpoint]: writeCheckpoint(checkpoint, this.#belongsTo), [FILES.metrics]: metrics };
    this.#write(new Map(Object.entries(files)), { force: true, partial: true });
  }

  /** Writes the curves of a run. */
  saveCurves(svg: string): void {
    this.#write(new Map([[FILES.curves, svg]]), { force: true, partial: true });
  }

  /** Writes plots of an evaluation: name of the file -> SVG. */
  savePlots(plots: ReadonlyMap<string, string>): void {
    this.#write(plots, { force: true, partial: true });
  }

  /** Lines `<SHA-256>  <file name>` of the model file that was made from the run, as sha256sum writes them. */
  modelRecord(): string {
    const path = this.#file('model');
    return lstatSync(path, { throwIfNoEntry: false })?.isFile() ? readText(path) : '';
  }

  saveModelRecord(lines: string): void {
    this.#write(new Map([[FILES.model, lines]]), { force: true, partial: true });
  }

  #write(texts: ReadonlyMap<string, string>, options: { force: boolean; partial?: boolean }): void {
    const files = new Map(Array.from(texts, ([name, data]) => [name, { data }]));
    const { forced } = this.#owned.write(files, { ...options, inputs: this.inputs });
    if (forced.length > 0) this.say(`${this.path}: replaces ${someOf(forced)}, changed or not written by rnnq`);
  }

  #config(): ReadConfig {
    return this.#read('config', (text) => {
      const json: unknown = JSON.parse(text);
      const result = configSchema.safeParse(json);
      if (!result.success) throw new Error(sentence(complaints(result.error, json)[0]!));
      const { options, ...rest } = result.data;
      const place: PlaceOf = (path) => ['options', ...path].join('.');
      return {
        ...rest,
        options: parseTrainOptions(renameFormerOptions(options), place),
        hash: hashOfConfig({ ...rest, options }),
      };
    });
  }

  /** A file of the run; one that is not there means that there is no run, one that `parse` refuses is damaged. */
  #read<T>(name: keyof typeof FILES, parse: (text: string) => T): T {
    const path = this.#file(name);
    if (!existsSync(path)) fail(runMissing(this.path));
    const text = readText(path);
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

const readText = (path: string): string => readInputFile(path, MAX_FILE_BYTES).toString('utf8');

const metricsText = (metrics: readonly Metric[]): string =>
  metrics.map((metric) => `${JSON.stringify(metric)}\n`).join('');
