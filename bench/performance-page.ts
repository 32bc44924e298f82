// Tables and plots of docs/performance.md from bench/results/kernels.json; the text around them stays.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FormatName } from '../src/ir/model.js';
import { OBJECTIVES } from '../src/ir/plan.js';
import { PACKAGE_ROOT } from '../src/package-root.js';
import { plotSvg } from '../src/report/curves.js';
import type { CoreName } from '../src/targets/cores.js';
import { type CostError, type FootprintRun, type KernelRun, type Results, readResults } from './results.js';

const NAMES: Partial<Record<CoreName, string>> = {
  'cortex-m0plus': 'M0+',
  'cortex-m3': 'M3',
  'cortex-m4': 'M4',
  'cortex-m7': 'M7',
  'cortex-m55': 'M55',
};
type Cell = string | number;
type Pair = readonly [small: number, large: number];

const nameOf = (core: CoreName): string => NAMES[core] ?? core;
const coresOf = (table: Partial<Record<CoreName, unknown>>) => Object.keys(table) as CoreName[];
/** Those of s8 inputs without their type. */
const short = (kernel: string): string => kernel.replace(/rnnq_matvec_(s8_)?/, '').replace('weights_as_code', 'code');
const table = (header: readonly Cell[], rows: readonly (readonly Cell[])[]): string =>
  [
    `| ${header.join(' | ')} |`,
    `|${header.map(() => '---').join('|')}|`,
    ...rows.map((r) => `| ${r.join(' | ')} |`),
  ].join('\n');
const number = (value: number): string => Math.round(value).toLocaleString('en-US');

/**
 * CMSIS-NN 99f736a measured once with the same plugin and cycle models: fully connected layers of 8 bits, cycles per weight for
 * 64 -> 192 and 256 -> 512 (gcc 12.2 -Ofast), and its 8-bit LSTM of 40 inputs and 64 units (gcc 12.2 -O2), which has no GRU beside it.
 */
const CMSIS: Partial<Record<CoreName, Pair>> = {
  'cortex-m0plus': [10.1, 8.5],
  'cortex-m3': [6.8, 6.2],
  'cortex-m4': [3.3, 2.6],
  'cortex-m7': [1.9, 1.5],
  'cortex-m55': [0.7, 0.51],
};
const CMSIS_LSTM: Partial<Record<CoreName, number>> = {
  'cortex-m0plus': 327863,
  'cortex-m3': 201521,
  'cortex-m4': 115280,
  'cortex-m55': 35305,
};
/** The same of another compiler where that is faster: clang 19 -O3 vectorizes CMSIS-NN better than gcc 12.2. */
const CMSIS_LSTM_CLANG: Partial<Record<CoreName, number>> = { 'cortex-m55': 22580 };
/** The plain loop in float32, with the floating-point unit of M4 and M55; from the design's measurements too. */
const FLOAT: Partial<Record<CoreName, number>> = {
  'cortex-m0plus': 233.97,
  'cortex-m3': 97.52,
  'cortex-m4': 11.14,
  'cortex-m55': 1.62,
};
const TARGET: Partial<Record<CoreName, Pair>> = {
  'cortex-m0plus': [1.65, 1.4],
  'cortex-m3': [1.35, 1.0],
  'cortex-m4': [0.8, 0.72],
  'cortex-m7': [0.42, 0.38],
  'cortex-m55': [0.22, 0.15],
};

function best(results: Results, core: CoreName, cols: number, rows: number, format: FormatName): KernelRun {
  const own = results.kernels.filter(
    (r) =>
      !r.fit &&
      r.kernel.startsWith('rnnq_matvec_s8_') &&
      r.core === core &&
      r.cols === cols &&
      r.rows === rows &&
      r.format === format &&
      (r.zeros === 0.5 || r.zeros === 0),
  );
  return own.reduce((a, b) => (a.cycles < b.cycles ? a : b));
}

const parts: Readonly<Record<string, (results: Results) => string>> = {
  targets: (results) =>
    table(
      [
        'core',
        'CMSIS-NN s8, 64 -> 192 / 256 -> 512',
        'rnnq ternary',
        'target',
        'kernel',
        'tuned 8-bit of rnnq',
        'plain float C, 64 -> 192',
      ],
      coresOf(TARGET).map((core) => {
        const perWeight = (format: FormatName): Pair => [
          best(results, core, 64, 192, format).cycles / (64 * 192),
          best(results, core, 256, 512, format).cycles / (256 * 512),
        ];
        const two = (values: Pair): string => values.map((v) => v.toFixed(2)).join(' / ');
        const kernels = [
          ...new Set(
            [best(results, core, 64, 192, 'ternary'), best(results, core, 256, 512, 'ternary')].map((r) =>
              short(r.kernel),
            ),
          ),
        ];
        return [
          nameOf(core),
          two(CMSIS[core]!),
          `**${two(perWeight('ternary'))}**`,
          two(TARGET[core]!),
          kernels.join(', '),
          two(perWeight('s8')),
          FLOAT[core]?.toFixed(1) ?? '-',
        ];
      }),
    ),
  steps: ({ footprints }) => {
    const figures = ({ cycles, flash, ram }: FootprintRun) => [number(cycles), number(flash), number(ram)];
    return table(
      [
        ...['core', 'cell', 'scope'],
        ...OBJECTIVES.flatMap((objective) => [`\`${objective}\`: cycles`, 'flash', 'RAM']),
      ],
      coresOf(CMSIS_LSTM).flatMap((core) =>
        (['lstm', 'gru'] as const).flatMap((cell) =>
          (['separate', 'joint'] as const).map((scope) => [
            ...[nameOf(core), cell.toUpperCase(), scope],
            ...OBJECTIVES.flatMap((objective) =>
              figures(
                footprints.find(
                  (f) => f.core === core && f.cell === cell && f.scope === scope && f.objective === objective,
                )!,
              ),
            ),
          ]),
        ),
      ),
    );
  },
  'cmsis-lstm': ({ steps }) =>
    table(
      [
        ...[
          'core',
          'CMSIS-NN, 8 bits',
          'rnnq, 8 bits',
          'rnnq ternary, separate / joint',
          'engineering: CMSIS-NN / rnnq 8 bits',
        ],
        ...['ternary: rnnq 8 bits / ternary', 'in all'],
      ],
      coresOf(CMSIS_LSTM).map((core) => {
        const { layer, separate, s8 } = steps.find(
          (s) => s.core === core && s.cell === 'lstm' && s.inputs === 40 && s.units === 64,
        )!;
        const other = CMSIS_LSTM_CLANG[core];
        const cmsis = Math.min(CMSIS_LSTM[core]!, other ?? Number.POSITIVE_INFINITY);
        const times = (a: number, b: number) => `${(a / b).toFixed(1)} x`;
        return [
          nameOf(core),
          number(CMSIS_LSTM[core]!) + (other === undefined ? '' : `; clang 19 -O3 ${number(other)}`),
          ...[number(s8!.layer), `${number(separate!.layer)} / ${number(layer)}`],
          ...[times(cmsis, s8!.layer), times(s8!.layer, separate!.layer), times(cmsis, separate!.layer)],
        ];
      }),
    ),
  'all-steps': (results) => {
    const shapes = [...new Set(results.steps.map((s) => `${s.inputs},${s.units}`))];
    return table(
      ['core', 'cell', ...shapes],
      coresOf(NAMES).flatMap((core) =>
        (['lstm', 'gru'] as const).map((cell) => [
          ...[nameOf(core), cell.toUpperCase()],
          ...shapes.map((shape) =>
            number(
              results.steps.find((s) => s.core === core && s.cell === cell && `${s.inputs},${s.units}` === shape)!
                .layer,
            ),
          ),
        ]),
      ),
    );
  },
  kernels: (results) =>
    coresOf(NAMES)
      .map((core) => {
        // those whose time depends on the zeros stand in docs/decisions/0015-many-zeros.md
        const depends = new Set(results.kernels.filter((r) => r.zeros > 0.9).map((r) => r.kernel));
        const own = results.kernels.filter((r) => !r.fit && r.core === core && !depends.has(r.kernel));
        const shapes = [...new Set(own.map((r) => `${r.cols},${r.rows}`))];
        const rows = [...new Set(own.map((r) => r.kernel))].map((kernel) => {
          const runs = own.filter((r) => r.kernel === kernel);
          const at = (shape: string, zeros: number) =>
            runs.find((r) => `${r.cols},${r.rows}` === shape && (r.zeros === zeros || r.zeros === 0));
          const cell = (shape: string): string => {
            const values = runs
              .filter((r) => `${r.cols},${r.rows}` === shape)
              .map((r) => (r.cycles / (r.cols * r.rows)).toFixed(2));
            return [...new Set(values)].length === 1 ? values[0]! : values.join(', ');
          };
          const last = at('128,256', 0.5)!;
          return [
            ...[short(kernel), last.format, ...shapes.map(cell), ((8 * last.weightBytes) / (128 * 256)).toFixed(2)],
            ...[last.work, last.code],
          ];
        });
        const header = [
          'kernel',
          'format',
          ...shapes.map((s) => s.replace(',', ' -> ')),
          'bits/weight',
          'working memory',
          'code',
        ];
        return `### ${nameOf(core)}\n\n${table(header, rows)}`;
      })
      .join('\n\n'),
  footprints: ({ footprints }) =>
    table(
      [
        ...['core', 'for', 'flash', 'of it weights', 'other constants', 'code', 'RAM', 'stack', 'cycles of a step'],
        ...['estimate: cycles / flash', 'kernels'],
      ],
      footprints
        .filter((f) => f.cell === 'gru' && f.scope === 'separate')
        .map((f) => [
          ...[nameOf(f.core), f.objective, number(f.flash), number(f.weights), number(f.constants), number(f.code)],
          ...[number(f.ram), f.stack, number(f.cycles), `${number(f.estimate.cycles)} / ${number(f.estimate.flash)}`],
          f.kernels.map(short).join(', '),
        ]),
    ),
  'second-opinion': ({ secondOpinion }) =>
    table(
      ['kernel', 'shape', 'model', 'rp2040js', 'difference'],
      secondOpinion.map((r) => [
        ...[short(r.kernel), `${r.cols} -> ${r.rows}`, number(r.cycles), number(r.rp2040js)],
        `${(100 * (r.rp2040js / r.cycles - 1)).toFixed(2)} %`,
      ]),
    ),
  worst: ({ worstEstimate: { written, generated } }) => {
    const of = ({ error, kernel, core, cols, rows, cycles }: CostError) =>
      `${(100 * error).toFixed(1)} % (${short(kernel)} on ${nameOf(core)}, ${cols} -> ${rows}, ${number(cycles)} cycles)`;
    return `Largest error of a cost formula against this bench: ${of(written!)}; of weights as code: ${of(generated!)}.`;
  },
};

/** Replaces what stands between `<!-- name -->` and `<!-- / -->` of docs/performance.md, and writes the plots. */
export function write(results: Results): void {
  const path = join(PACKAGE_ROOT, 'docs', 'performance.md');
  const text = readFileSync(path, 'utf8').replace(
    /(<!-- ([a-z-]+) -->\n)[\s\S]*?(<!-- \/ -->)/g,
    (_, begin: string, name: string, end: string) => `${begin}${parts[name]!(results)}\n${end}`,
  );
  writeFileSync(path, text);
  const curves = coresOf(NAMES).map((core) => {
    const own = results.steps.filter((s) => s.core === core && s.cell === 'lstm' && s.inputs === 40);
    return {
      label: nameOf(core),
      x: own.map((s) => s.units),
      y: own.map((s) => s.layer / (4 * s.units * (40 + s.units))),
    };
  });
  const plot = plotSvg(
    'LSTM step of 40 inputs: modelled cycles per weight, everything included',
    'units',
    'cycles per weight',
    curves,
  );
  writeFileSync(join(PACKAGE_ROOT, 'docs', 'performance-lstm.svg'), plot);
}

/** node scripts/run.mjs bench/performance-page.ts */
export const main = (): void => write(readResults());
