// Every model of other tools in a folder: what it holds, whether it imports, how close fixed point is to the file in float64, what a
// step takes, and whether every core computes the same integers.
//   node scripts/run.mjs bench/imports.ts <folder> [--range -1,1] [--cores all|none] [--results FILE.jsonl]
//     [--layers 'gru_torch.json=gru:gru, dense:dense'].. [--data torch_gru.pth=digits]..
// Prints a Markdown table. A file that the results hold already is not imported again; equal models are compiled once.
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, extname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { collectReport } from '../src/collect-report.js';
import { compileModel } from '../src/compiler/compile.js';
import { DiagnosticError } from '../src/diagnostics.js';
import { importModel } from '../src/import-model.js';
import { activationName, type FloatNetwork } from '../src/importers/float-network.js';
import type { Imported } from '../src/importers/importer.js';
import { readNetwork } from '../src/importers/index.js';
import { readRecordedInput } from '../src/importers/recorded-input.js';
import type { Model } from '../src/ir/model.js';
import { CORES, type CoreName } from '../src/targets/cores.js';
import { verify } from '../src/verify.js';

const ENDINGS = ['.h5', '.hdf5', '.keras', '.onnx', '.pth', '.pt', '.safetensors', '.npz', '.tflite', '.json'];
const MEASURED = ['cortex-m0plus', 'cortex-m4'] as const satisfies CoreName[];
/** Sequences of recorded data: as many as rnnq import takes. */
const MOST = 100;

interface Row {
  readonly file: string;
  /** Layers by type and units, the head behind them. */
  readonly network: string;
  /** Layers of the file that became part of others, or nothing. */
  readonly folded: number;
  /** Codes of what was refused. */
  readonly refused: readonly string[];
  readonly fixed?: { readonly decibels: number | null; readonly changed: number | null; readonly rows: number };
  readonly takes?: Readonly<Record<string, { readonly flash: number; readonly ram: number; readonly cycles: number }>>;
  /** Cores that were compared with the interpreter, and values that differ. */
  readonly verified?: { readonly cores: number; readonly values: number; readonly differences: number };
  readonly digest?: string;
}

const layersOf = ({ layers, head }: FloatNetwork): string =>
  [
    ...layers.map(({ type, units, ...rest }) => {
      const activation = 'activation' in rest ? activationName(rest.activation) : '';
      const usual = activation === 'linear' || (activation === 'tanh' && type !== 'dense' && type !== 'conv1d');
      return `${type} ${units}${usual || activation === '' ? '' : ` ${activation}`}`;
    }),
    ...(head === 'linear' ? [] : [head]),
  ].join(', ');

/** What a model takes on two cores, and what all cores compute of it. */
async function built(model: Model, cores: readonly CoreName[]): Promise<Pick<Row, 'takes' | 'verified'>> {
  const takes: Record<string, { flash: number; ram: number; cycles: number }> = {};
  for (const core of MEASURED) {
    const { facts } = await collectReport(compileModel(model, { core }), { cycles: true });
    takes[core] = {
      flash: facts.flash ?? Number.NaN,
      ram: facts.ram ?? Number.NaN,
      cycles: facts.cycles ?? Number.NaN,
    };
  }
  let [values, differences] = [0, 0];
  for (const core of cores) {
    const result = await verify(compileModel(model, { core }), { core });
    if (!result.passed && result.differences === 0) throw new Error(`${core}: ${result.failure}`);
    values += result.values;
    differences += result.differences;
  }
  return { takes, verified: { cores: cores.length, values, differences } };
}

const codesOf = (error: unknown): string[] => {
  if (error instanceof DiagnosticError) return error.diagnostics.map(({ code }) => code);
  throw error;
};

const pairs = (list: readonly string[]): Map<string, string> =>
  new Map(list.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]));

export async function main(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      range: { type: 'string', default: '-1,1' },
      cores: { type: 'string', default: 'all' },
      results: { type: 'string' },
      layers: { type: 'string', multiple: true, default: [] },
      data: { type: 'string', multiple: true, default: [] },
    },
  });
  const folder = positionals[0] ?? '.';
  const [low, high] = values.range.split(',').map(Number) as [number, number];
  const cores = (Object.keys(CORES) as CoreName[]).filter(() => values.cores === 'all');
  const [layers, data] = [pairs(values.layers), pairs(values.data)];
  const lines = values.results && existsSync(values.results) ? readFileSync(values.results, 'utf8').split('\n') : [];
  const rows = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Row);

  async function rowOf(path: string, file: string): Promise<Row> {
    const name = basename(file);
    let imported: Imported;
    try {
      imported = await readNetwork(path, { layers: layers.get(name) });
    } catch (error) {
      return { file, network: '', folded: 0, refused: codesOf(error) };
    }
    const { network, problems, table } = imported;
    const about = {
      file,
      network: problems.length > 0 ? '' : layersOf(network),
      folded: table.length - network.layers.length,
    };
    if (problems.length > 0) return { ...about, refused: [...new Set(problems.map(({ code }) => code))] };
    const source = data.get(name);
    try {
      const input = source === undefined ? ([low, high] as const) : await readRecordedInput(source, {}, network, MOST);
      const wishes = {
        path,
        name: 'net',
        weights: { input: 's8', recurrent: 's8', dense: 's8' },
        rowScale: 'multiplier',
      } as const;
      const { model, fixed, rows: compared } = importModel(imported, { ...wishes, data: input });
      const { training: _, ...own } = model;
      const digest = createHash('sha256')
        .update(JSON.stringify(own, (_key, value) => (ArrayBuffer.isView(value) ? [...(value as Int8Array)] : value)))
        .digest('hex');
      const same = rows.find((row) => row.digest === digest && row.verified?.cores === cores.length);
      const { takes, verified } = same ?? (await built(model, cores));
      const closeness = { decibels: fixed.decibels, changed: fixed.changed, rows: compared };
      return {
        ...about,
        refused: [],
        fixed: closeness,
        digest,
        ...(takes && { takes }),
        ...(verified && { verified }),
      };
    } catch (error) {
      return { ...about, refused: codesOf(error) };
    }
  }

  const known = new Set(rows.map(({ file }) => file));
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!ENDINGS.includes(extname(entry)) || known.has(entry)) continue;
    const row = await rowOf(join(folder, entry), entry);
    rows.push(row);
    if (values.results) appendFileSync(values.results, `${JSON.stringify(row)}\n`);
    process.stderr.write(`${relative(folder, join(folder, entry))}: ${row.refused.join(' ') || row.network}\n`);
  }
  process.stdout.write(tableOf(rows));
}

function tableOf(rows: readonly Row[]): string {
  const header = [
    'file',
    'network',
    'folded',
    'fixed point, dB',
    'decisions changed',
    'flash, RAM, cycles on M0+',
    'on M4',
    'verified',
  ];
  const takes = (row: Row, core: string): string => {
    const own = row.takes?.[core];
    return own === undefined ? '' : `${own.flash}, ${own.ram}, ${own.cycles}`;
  };
  const cells = rows.map((row) =>
    row.refused.length > 0
      ? [row.file, `refused: ${row.refused.join(', ')}`, '', '', '', '', '', '']
      : [
          ...[row.file, row.network, row.folded, row.fixed?.decibels?.toFixed(1) ?? ''],
          row.fixed?.changed === null ? '' : `${row.fixed?.changed} of ${row.fixed?.rows}`,
          ...MEASURED.map((core) => takes(row, core)),
          row.verified === undefined
            ? ''
            : `${row.verified.differences} of ${row.verified.values} on ${row.verified.cores}`,
        ],
  );
  const lines = [header, header.map(() => '---'), ...cells];
  return lines.map((line) => `| ${line.join(' | ')} |\n`).join('');
}
