import { DATA_OPTION_NAMES, type DataOptions, type OptionPlace, optionName } from '../data/options.js';
import { badConfig, fail } from '../diagnostics.js';
import { readInputFile } from '../read-file.js';

const MAX_CONFIG_BYTES = 2 ** 20;

/** A configuration file of rnnq train: a JSON object with `data` and `dataOptions`; all other keys are the trainer's. */
export interface TrainConfig {
  readonly path: string;
  readonly data?: string;
  readonly dataOptions: DataOptions;
  readonly train: Readonly<Record<string, unknown>>;
}

/** Reads a configuration; that of no file is empty. The options themselves are checked by what takes them. */
export function readConfig(path: string | undefined): TrainConfig {
  if (path === undefined) return { path: '', train: {}, dataOptions: {} };
  const { data, dataOptions = {}, ...train } = objectIn(parse(path), path, 'it');
  if (data !== undefined && typeof data !== 'string') fail(badConfig(`${path}: data`, 'is not a text'));
  const options = objectIn(dataOptions, path, 'dataOptions');
  const unknown = Object.keys(options).find((key) => !DATA_OPTION_NAMES.includes(key));
  if (unknown !== undefined) fail(badConfig(`${path}: dataOptions.${unknown}`, 'is not known here'));
  return { path, train, dataOptions: options, ...(data !== undefined && { data }) };
}

function parse(path: string): unknown {
  const text = readInputFile(path, MAX_CONFIG_BYTES).toString('utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    return fail(badConfig(path, `it is not JSON: ${(error as Error).message}`));
  }
}

function objectIn(value: unknown, path: string, what: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  return fail(badConfig(path, `${what} is not a JSON object`));
}

/** Where an option of the data came from: the command line, or else the configuration. */
export const dataOptionPlace =
  (given: object, { path, dataOptions }: TrainConfig): OptionPlace =>
  (key) =>
    Object.hasOwn(given, key) || !Object.hasOwn(dataOptions, key) ? optionName(key) : `${path}: dataOptions.${key}`;
