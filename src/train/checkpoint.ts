import { z } from 'zod';
import { fnv1a } from '../fixed/hash.js';
import type { Score } from '../tasks/task.js';
import { complaints, flag, list, object, sentence, whole } from '../validate.js';
import type { Ranges } from './ranges.js';
import type { TrainerState } from './trainer.js';

/** A line of metrics.jsonl. */
export interface Metric {
  readonly update: number;
  readonly epoch: number;
  readonly rate: number;
  /** Moving averages over the training batches: loss, share of correct decisions. */
  readonly loss: number;
  readonly accuracy: number;
  /** On the validation part, as deployed. */
  readonly validation: Score;
}

/** The best network so far, by the validation part. */
export interface Best {
  readonly update: number;
  readonly score: Score;
  readonly network: ReadonlyMap<string, Float32Array>;
  readonly ranges: readonly Ranges[];
}

/** All that a training needs to go on as if it had never stopped. */
export interface Checkpoint {
  readonly trainer: TrainerState;
  readonly best: Best | null;
  /** Evaluations since the best one. */
  readonly waited: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly metrics: readonly Metric[];
  readonly finished: boolean;
  /** Seconds of training so far. */
  readonly seconds: number;
}

const FORMAT = 'rnnq-checkpoint';
/** The version that is written; all up to this one are read. */
const VERSION = 2;

const number = z.number('a number');
const count = whole(0, Number.MAX_SAFE_INTEGER);
const base64 = z.string('a text in base64');
const ranges = list(object({ cell: number, hidden: number, scaleShift: number }));
const named = z.record(z.string(), base64, 'an object');
/** A figure; one that has no finite value (R2 of a constant target) is null in JSON. */
const figure = number.nullable().transform((value) => value ?? Number.NaN);
const score = z.object({ loss: figure }).catchall(figure);
const metric = object({
  update: number,
  epoch: number,
  rate: number,
  loss: number,
  accuracy: number,
  validation: score,
});
const body = object({
  trainer: object({
    update: count,
    network: named,
    optimizer: list(base64),
    carried: base64,
    ranges,
    chosen: ranges.nullable(),
  }),
  best: object({ update: count, score, network: named, ranges }).nullable(),
  waited: count,
  loss: number,
  accuracy: number,
  metrics: list(metric),
  finished: flag(),
  seconds: number,
});
const header = object({
  format: z.literal(FORMAT, JSON.stringify(FORMAT)),
  version: whole(1, VERSION),
  hash: z.string('a text'),
  /** Hash of the configuration it belongs to; absent in checkpoints of versions that did not write it. */
  config: z.string('a text').optional(),
});

const encode = (values: Float32Array): string =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');

function decode(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64');
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + (bytes.byteLength & ~3)));
}

const encodeMap = (arrays: ReadonlyMap<string, Float32Array>): Record<string, string> =>
  Object.fromEntries(Array.from(arrays, ([name, values]) => [name, encode(values)]));
const decodeMap = (texts: Record<string, string>): Map<string, Float32Array> =>
  new Map(Object.entries(texts).map(([name, text]) => [name, decode(text)]));

const hashOf = (text: string): string => fnv1a(Buffer.from(text)).toString(16).padStart(8, '0');

/**
 * A checkpoint as the text of its file: a line that says what it is, with the hash of the second line, the contents.
 * `config`: hash of the configuration that it belongs to.
 */
export function writeCheckpoint({ trainer, best, ...rest }: Checkpoint, config: string): string {
  const { network, optimizer, carried } = trainer;
  const text = JSON.stringify({
    ...rest,
    trainer: {
      ...trainer,
      network: encodeMap(network),
      optimizer: optimizer.map(encode),
      carried: encode(carried),
    },
    best: best && { ...best, network: encodeMap(best.network) },
  });
  return `${JSON.stringify({ format: FORMAT, version: VERSION, hash: hashOf(text), config })}\n${text}\n`;
}

/** The checkpoint of a file's text, and the hash of its configuration; an Error says what is wrong with it. */
export function readCheckpoint(text: string): { checkpoint: Checkpoint; config: string | undefined } {
  const [first, second] = text.split('\n');
  const { version, hash, config } = parsed(header, JSON.parse(first ?? ''));
  if (second === undefined || hashOf(second) !== hash) throw new Error('its contents do not have the hash they had');
  const { trainer, best, ...rest } = parsed(body, JSON.parse(second, version === 1 ? fromVersion1 : undefined));
  const checkpoint = {
    ...rest,
    trainer: {
      ...trainer,
      network: decodeMap(trainer.network),
      optimizer: trainer.optimizer.map(decode),
      carried: decode(trainer.carried),
    },
    best: best && { ...best, network: decodeMap(best.network) },
  };
  return { checkpoint, config };
}

/** Version 1 called the range of a scaleShift `affine`, and had the scores of classes alone, field by field. */
function fromVersion1(key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const former = value as Record<string, unknown>;
  if ('affine' in former) return renamed(former, { affine: 'scaleShift' });
  if ('validationLoss' in former) return scored(former, 'validation', 'validationLoss', 'validationAccuracy');
  return key === 'best' ? scored(former, 'score', 'loss', 'accuracy') : former;
}

const renamed = (former: Record<string, unknown>, names: Record<string, string>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(former).map(([key, value]) => [names[key] ?? key, value]));

/** Loss and accuracy as a score of that name; what was not measured is left out. */
function scored({ ...former }: Record<string, unknown>, name: string, loss: string, accuracy: string) {
  const score = { loss: former[loss], ...(former[accuracy] !== null && { accuracy: former[accuracy] }) };
  delete former[loss];
  delete former[accuracy];
  return { ...former, [name]: score };
}

function parsed<T>(schema: z.ZodType<T>, json: unknown): T {
  const result = schema.safeParse(json);
  if (!result.success) throw new Error(sentence(complaints(result.error, json)[0]!));
  return result.data;
}

/** FNV-1a over all values in their order: equal weights, equal hash. */
export function weightsHash(network: ReadonlyMap<string, Float32Array>): string {
  let hash: number | undefined;
  for (const values of network.values())
    hash = fnv1a(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), hash);
  return (hash ?? 0).toString(16).padStart(8, '0');
}
