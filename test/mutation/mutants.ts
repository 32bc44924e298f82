import { cInteger } from '../../src/compiler/5-emit/c-names.js';
import type { Compilation } from '../../src/compiler/compile.js';
import type { Plan } from '../../src/ir/plan.js';
import type { Draw } from '../fuzz/random-network.js';
import { kernelMutants } from './kernel-mutants.js';

/** One small mistake in the generated C. */
export interface Mutant {
  readonly kind: string;
  readonly what: string;
  readonly path: string;
  readonly text: string;
}

/** Replaces the k-th element of an array initialiser. */
function changeElement(
  text: string,
  name: string,
  k: number,
  change: (value: number) => number,
): { text: string; from: number; to: number } {
  const start = text.indexOf('{', text.indexOf(`const`, text.search(new RegExp(`const \\w+ ${name}\\[`))));
  const end = text.indexOf('}', start);
  const values = text.slice(start + 1, end).split(',');
  const from = Number(values[k]!.replace('u', ''));
  const to = change(from);
  values[k] = values[k]!.replace(/-?\d+u?/, cInteger(to));
  return { text: text.slice(0, start + 1) + values.join(',') + text.slice(end), from, to };
}

/** A packed element of which one code is another one: how a kernel stores weights says which bit. */
function changeWeight(symbol: string, value: number): number {
  const packing = /_s(?:8|16)_(\w+)_(?:c|dsp|mve)$/.exec(symbol)?.[1];
  // eight bits: a change by 40 or 64; in words, or in bytes
  if (packing === 'u8x4' || symbol.endsWith('s8_dsp')) return (value ^ 0x40) >>> 0;
  if (packing === 's8') return value > 0 ? value - 40 : value + 40;
  // the entry of a table of sums: another first digit
  if (symbol.includes('s16_ternary_lut4')) return value % 3 === 0 ? value + 1 : value - 1;
  if (packing === 'ternary_lut4') return value % 8 === 0 ? value + 2 : value - 2;
  if (packing === 'ternary_lut5') return (value & 255) % 3 === 0 ? value + 1 : value - 1;
  if (packing === 'ternary_rowpair') return (value ^ 1) >>> 0;
  if (packing === 'ternary_u2x16') return ((value & ~3) | [1, 2, 0, 0][value & 3]!) >>> 0;
  if (packing === 'ternary_base4') return value > 0 ? value - 1 : value + 1;
  // a column or the length of a list: its neighbour
  if (packing === 'ternary_csr') return value > 0 ? value - 1 : value + 1;
  if (packing === 'binary') return value ^ 1;
  // nibbles: 0 becomes +1, any other code +1 or 0
  if (packing === 's4' || packing === 'pow2') return ((value & ~15) | ((value & 15) === 1 ? 0 : 1)) >>> 0;
  // ternary pairs: 0 becomes +1, +1 becomes -1, -1 becomes 0
  return (value & ~3) | [1, 3, 0, 0][value & 3]!;
}

/** Bytes of a column of a gather's weights, and those of them whose rows are read; null for other constants. */
function gathered({ steps }: Plan, constant: string): { stride: number; bytes: number } | null {
  for (const step of Object.values(steps).flat()) {
    if (step.kind !== 'call' || !step.symbol.includes('_gather_')) continue;
    if (!step.arguments.some((a) => a.kind === 'constant' && a.name === constant)) continue;
    const perByte = step.symbol.includes('_ternary_') ? 4 : step.symbol.includes('s4') ? 2 : 1;
    const [padded] = step.arguments.flatMap((a) => (a.kind === 'integer' ? [a.value] : []));
    const rows = step.ops.reduce((sum, op) => sum + (op.kind === 'gather' ? op.attributes.weights.rows : 0), 0);
    return { stride: Math.ceil(padded! / perByte), bytes: Math.ceil(rows / perByte) };
  }
  return null;
}

/** Array elements: a weight, a bias, a shift, a multiplier, a table entry that the golden run uses. */
function elementMutants(
  { name, files, plan }: Compilation,
  usedEntries: ReadonlyMap<string, readonly number[]>,
  draw: Draw,
): Mutant[] {
  const path = `src/${name}_weights.c`;
  const source = files.get(path)!;
  const make = (kind: string, array: string, k: number, change: (v: number) => number): Mutant => {
    const { text, from, to } = changeElement(source, `${name}_${array}`, k, change);
    return { kind, what: `${array}[${k}]: ${from} -> ${to}`, path, text };
  };
  const kernels = new Map(
    Object.values(plan.steps)
      .flat()
      .flatMap((step) =>
        step.kind === 'call'
          ? step.arguments.flatMap((a) => (a.kind === 'constant' ? [[a.name, step.symbol] as const] : []))
          : [],
      ),
  );
  return [
    ...plan.constants.map((constant) => {
      let k = draw.integer(0, constant.values.length - 1);
      // a gather's columns end with rows that nobody reads
      const used = gathered(plan, constant.name);
      if (used !== null) k -= Math.max(0, (k % used.stride) - used.bytes + 1);
      if (constant.role === 'weights')
        return make('weight', constant.name, k, (v) => changeWeight(kernels.get(constant.name)!, v));
      if (constant.role === 'bias') return make('bias', constant.name, k, (v) => v + 60 + Math.abs(Math.trunc(v / 4)));
      if (constant.ctype === 'int16_t') return make('multiplier', constant.name, k, (v) => v - Math.floor(v / 4));
      return make('shift', constant.name, k, (v) => (v > 0 ? v - 1 : v + 1));
    }),
    ...[...usedEntries].flatMap(([table, entries]) =>
      [0, 1].map(() =>
        make('table entry', `table_${table}`, draw.pick(...entries), (v) => (v > 0 ? v - 700 : v + 700)),
      ),
    ),
  ];
}

/** Kind of a mistake, the line it can happen in, and what becomes of it. */
const LINE_MISTAKES: readonly (readonly [kind: string, from: RegExp, to: string | ((line: string) => string)])[] = [
  ['offset', /(rnnq_matvec\w+\([^,]+, [^,]+, \w+), (.*?)(\d+), (\d+), (\d+)\);/, '$1 + 1, $2$3 - 1, $4, $5);'],
  ['lost addition', /(rnnq_matvec.*), 1\);/, '$1, 0);'],
  ['lost addition of a product', /(out\[\d+\]) \+= /, '$1 = '],
  ['sign of a weight as code', /(a\d) \+= (x\d+);/, '$1 -= $2;'],
  ['swapped gate', /(_acc\[\d+ \* j)( \+ 1)?\]/, (line) => swapGates(line)],
  ['table shift', /rnnq_table_index\((\w+), (\d+), (\d+)\)/, '(rnnq_table_index($1, $2, $3) / 2)'],
  ['cut instead of rounded', /rnnq_round_shift\((.*), (15|23)\)/, '(($1) >> $2)'],
  ['curve without its offset', / \+ 16384/, ''],
  ['scaleShift without its bias', /(rnnq_round_shift\(\w+ \* \w+\[j\]) \+ \w+\[j\]/, '$1'],
  ['planes of equal worth', /= 2 \* (\w)/, '= $1'],
];

/** Another gate's accumulator in the place of a gate's own. */
const swapGates = (line: string): string =>
  / \+ 1\]/.test(line) ? line.replace(' + 1]', ']') : line.replace(/ \* j\]/, ' * j + 1]');

/** Lines of the generated C: calls, loops and their lengths. */
function lineMutants({ name, files, plan }: Compilation): Mutant[] {
  const path = `src/${name}.c`;
  const lines = files.get(path)!.split('\n');
  const mutants: Mutant[] = [];
  const replaceLine = (kind: string, index: number, line: string): void => {
    if (line === lines[index]) return;
    const text = lines.with(index, line).join('\n');
    mutants.push({ kind, what: `line ${index + 1}: ${line.trim()}`, path, text });
  };
  let loop = '';
  lines.forEach((line, i) => {
    loop = /^static void (\w+)\(/.exec(line)?.[1] ?? loop;
    for (const [kind, from, to] of LINE_MISTAKES)
      if (from.test(line)) replaceLine(kind, i, typeof to === 'string' ? line.replace(from, to) : to(line));
    const writesState = plan.steps.advance.some(
      (step) =>
        step.kind === 'loop' &&
        `${name}_${step.name}` === loop &&
        step.stored.some((id) => plan.program.tensors[id]!.role === 'state'),
    );
    if (writesState && line.includes('for (int32_t j'))
      replaceLine(
        'row count',
        i,
        line.replace(/j < (\d+)/, (_, n) => `j < ${Number(n) - 1}`),
      );
  });
  return mutants;
}

export const makeMutants = (
  compilation: Compilation,
  usedEntries: ReadonlyMap<string, readonly number[]>,
  draw: Draw,
): Mutant[] => [
  ...elementMutants(compilation, usedEntries, draw),
  ...lineMutants(compilation),
  ...kernelMutants(compilation),
];
