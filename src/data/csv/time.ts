import type { Diagnostic } from '../../diagnostics.js';
import { csvBadTime } from './column-diagnostics.js';

// Columns of times: what they are called, and how their cells are read.

/** Words that only a time or a counter of samples is called by, and words that go with them. */
const CORE = new Set(
  'time timestamp stamp timestamps times date datetime epoch elapsed uptime millis micros nanos ticks tick clock ts posix unixtime utc milliseconds microseconds nanoseconds seconds'.split(
    ' ',
  ),
);
const BESIDE = new Set(
  'unix utc gmt local system sys sensor device host log logged recorded recording sample sampling row s sec secs second ms msec msecs us usec ns nsec min minutes hours since start boot at of the total index iso iso8601 rel relative abs absolute t'.split(
    ' ',
  ),
);

const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');

/** Units of time, and the words for them. */
const UNITS = { s: 1, ms: 1e-3, us: 1e-6, ns: 1e-9 } as const;
export type TimeUnit = keyof typeof UNITS;
const UNIT_WORDS: Readonly<Record<string, TimeUnit>> = {
  ...{ s: 's', sec: 's', secs: 's', second: 's', seconds: 's' },
  ...{ ms: 'ms', msec: 'ms', msecs: 'ms', millis: 'ms', millisecond: 'ms', milliseconds: 'ms' },
  ...{ us: 'us', '\u00b5s': 'us', '\u03bcs': 'us', usec: 'us', micros: 'us', microsecond: 'us', microseconds: 'us' },
  ...{ ns: 'ns', nsec: 'ns', nanos: 'ns', nanosecond: 'ns', nanoseconds: 'ns' },
};
const unitOfWord = (word: string): TimeUnit | undefined =>
  Object.hasOwn(UNIT_WORDS, word) ? UNIT_WORDS[word] : undefined;

/** Whether a column is named like a time: `time`, `Timestamp (ms)`, `epoch_ms`, `t [s]`; not `response_time`. */
export function namesTime(name: string, unit?: string): boolean {
  const words = wordsOf(name);
  if (words.length === 1 && words[0] === 't') return unit !== undefined && unitOfWord(unit.toLowerCase()) !== undefined;
  return words.some((word) => CORE.has(word)) && words.every((word) => CORE.has(word) || BESIDE.has(word));
}

/** The unit that a column's header says: `[ms]`, `time_ms`, `millis`. */
export function unitOfColumn(name: string, unit: string | undefined): TimeUnit | undefined {
  return unit === undefined ? unitOfWord(wordsOf(name).at(-1) ?? '') : unitOfWord(unit.toLowerCase());
}

/** Dates of ISO 8601 with a time of day, as pandas and loggers write them; without a zone they are UTC. */
const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*(Z|UTC|[+-]\d\d:?\d\d)?)?$/i;
/** A time of day alone. */
const CLOCK = /^(\d{1,2}):(\d\d):(\d\d)(?:[.,](\d+))?$/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Seconds since 1970 of an ISO stamp, or since midnight of a time of day; undefined for other texts. */
export function secondsOfStamp(text: string): number | undefined {
  const clock = CLOCK.exec(text);
  if (clock) return Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3]) + Number(`0.${clock[4] ?? 0}`);
  const iso = ISO.exec(text);
  if (!iso) return undefined;
  const [year, month, day, hour, minute, second] = iso.slice(1, 7).map((part) => Number(part ?? 0));
  const date = Date.UTC(year!, month! - 1, day!, hour!, minute!, second!);
  if (new Date(date).getUTCMonth() !== month! - 1 || hour! > 24 || minute! > 59 || second! > 60) return undefined;
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(iso[8] ?? '') ?? [];
  const zone = sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60);
  return date / 1000 - zone + Number(`0.${iso[7] ?? 0}`);
}

/** Reads the times of one file: ISO stamps, times of day, or numbers in a unit that is found out at the end. */
export class TimeReader {
  /** The first cell was a stamp: so are all others. */
  #stamps: boolean | undefined;
  #whole = true;
  #first = Number.NaN;
  #second = Number.NaN;

  constructor(
    readonly path: string,
    readonly column: string,
  ) {}

  /** A time as it is written, or in seconds where it is a stamp; NaN after a complaint. */
  read(line: number, text: string, complaints: Diagnostic[]): number {
    const number = NUMBER.test(text) ? Number(text) : undefined;
    const value =
      this.#stamps === undefined ? (number ?? secondsOfStamp(text)) : this.#stamps ? secondsOfStamp(text) : number;
    if (value === undefined || !Number.isFinite(value)) {
      complaints.push(csvBadTime(this.path, line, this.column, text, this.#stamps === false));
      return Number.NaN;
    }
    if (Number.isNaN(this.#first)) this.#first = value;
    else if (Number.isNaN(this.#second)) this.#second = value;
    this.#stamps ??= number === undefined;
    if (!Number.isInteger(value)) this.#whole = false;
    return value;
  }

  /**
   * The unit of the numbers: as the header says, by their size since 1970, or ms where all of them are whole numbers;
   * undefined where they count rows.
   */
  unit(said: TimeUnit | undefined): TimeUnit | undefined {
    if (this.#stamps) return 's';
    if (said !== undefined) return said;
    const first = Math.abs(this.#first);
    if (first > 1e17) return 'ns';
    if (first > 1e14) return 'us';
    if (first > 1e11) return 'ms';
    if (first > 1e8) return 's';
    if (!this.#whole) return 's';
    return this.#second - this.#first === 1 ? undefined : 'ms';
  }
}

export const secondsOf = (unit: TimeUnit): number => UNITS[unit];
