import { extname } from 'node:path';

const pandas = (read: string): string =>
  `python3 -c 'import pandas, sys; pandas.${read}.to_csv(sys.argv[2], index=False)'`;
const numpy = (imported: string, read: string): string =>
  `python3 -c 'import numpy, ${imported}sys; numpy.save(sys.argv[2], ${read}["<array>"])'`;

interface Converter {
  readonly from: RegExp;
  /** A command line in front of the file's name. */
  readonly command: string;
  /** Arguments between the names of the file and of the result. */
  readonly between?: string;
  /** File name extension of the result; absent: the command chooses the name itself. */
  readonly to?: '.wav' | '.csv' | '.npy';
}

/** What turns files of other tools into files that are read here. */
const CONVERTERS: readonly Converter[] = [
  { from: /^\.(flac|mp3|ogg|m4a|aac|opus|aiff?|wma|amr)$/, to: '.wav', command: 'ffmpeg -i', between: '-ac 1' },
  { from: /^\.gz$/, command: 'gunzip -k' },
  { from: /^\.zip$/, command: 'unzip' },
  { from: /^\.(xlsx?|ods)$/, to: '.csv', command: pandas('read_excel(sys.argv[1])') },
  { from: /^\.parquet$/, to: '.csv', command: pandas('read_parquet(sys.argv[1])') },
  { from: /^\.feather$/, to: '.csv', command: pandas('read_feather(sys.argv[1])') },
  { from: /^\.json$/, to: '.csv', command: pandas('read_json(sys.argv[1])') },
  { from: /^\.(jsonl|ndjson)$/, to: '.csv', command: pandas('read_json(sys.argv[1], lines=True)') },
  { from: /^\.npz$/, to: '.npy', command: numpy('', 'numpy.load(sys.argv[1])') },
  { from: /^\.mat$/, to: '.npy', command: numpy('scipy.io, ', 'scipy.io.loadmat(sys.argv[1])') },
  { from: /^\.(h5|hdf5)$/, to: '.npy', command: numpy('h5py, ', 'h5py.File(sys.argv[1])') },
];

const converterOf = (name: string): Converter | undefined =>
  CONVERTERS.find(({ from }) => from.test(extname(name).toLowerCase()));

const lineFor = ({ command, between, to }: Converter, from: string, toName: (ending: string) => string): string =>
  [command, from, between, to && toName(to)].filter((word) => word !== undefined).join(' ');

/** The command that converts a file of a kind that is not read; undefined: none is known. */
export function converterFor(path: string): string | undefined {
  const converter = converterOf(path);
  const quoted = (name: string) => `'${name.replaceAll("'", `'\\''`)}'`;
  const stem = path.slice(0, path.length - extname(path).length);
  return converter && lineFor(converter, quoted(path), (ending) => quoted(stem + ending));
}

/**
 * The loop that converts the files of the first kind that something is known for; undefined: there is none.
 * @param readable file names that the result may have; all of them where it is absent
 */
export function converterForAll(names: readonly string[], readable?: RegExp): string | undefined {
  const name = names.find((own) => {
    const converter = converterOf(own);
    return converter && (readable?.test(`x${converter.to}`) ?? true);
  });
  if (name === undefined) return undefined;
  const line = lineFor(converterOf(name)!, '"$f"', (ending) => `"\${f%.*}${ending}"`);
  return `for f in *${extname(name)}; do ${line}; done`;
}
