// Fits the cost formulas of src/targets/costs.json to bench/results/kernels.json: relative errors, least squares. Only what was
// measured is replaced: a kernel without costs gets some, all others keep theirs.
//   npm run bench && npm run bench:fit && npm run bench
//   npm run bench:fit -- FILE: to what `npm run bench -- --kernel NAME --output FILE` wrote, for its kernels and cores
//   npm run bench:fit -- FILE --costs COSTS: writes COSTS instead of src/targets/costs.json
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PACKAGE_ROOT } from '../src/package-root.js';
import { CORES } from '../src/targets/cores.js';
import { COUNTS } from '../src/targets/costs.js';
import type { Counts } from '../src/targets/kernel.js';
import { type KernelRun, readResults } from './results.js';

type Rows = readonly (readonly number[])[];
/** costs.json: of each kernel, by the class of core. */
type Costs = Record<string, Record<string, { readonly cycles: Counts; readonly bytes: number | Counts }>>;

/** Solves min sum (x k - 1)^2 without negative constants, by which a small matrix would cost less than nothing. */
function nonNegative(rows: Rows): number[] {
  let used = COUNTS.map((_, i) => i);
  for (;;) {
    const found = leastSquares(rows.map((r) => used.map((i) => r[i]!)));
    const least = Math.min(...found);
    if (least >= -0.005) return COUNTS.map((_, i) => (used.includes(i) ? Math.max(0, found[used.indexOf(i)]!) : 0));
    used = used.filter((_, k) => found[k] !== least);
  }
}

/** Solves the normal equations, a little damped for features that never occur. */
function leastSquares(rows: Rows): number[] {
  const n = rows[0]!.length;
  const features = Array.from({ length: n }, (_, i) => i);
  const scale = features.map((i) => Math.hypot(...rows.map((r) => r[i]!)) || 1);
  const m = features.map((i) => [
    ...features.map((j) => rows.reduce((s, r) => s + (r[i]! / scale[i]!) * (r[j]! / scale[j]!), i === j ? 1e-9 : 0)),
    rows.reduce((s, r) => s + r[i]! / scale[i]!, 0),
  ]);
  for (let i = 0; i < n; i++) {
    const pivot = m.findIndex(
      (row, k) => k >= i && Math.abs(row[i]!) === Math.max(...m.slice(i).map((r) => Math.abs(r[i]!))),
    );
    [m[i], m[pivot]] = [m[pivot]!, m[i]!];
    for (let k = 0; k < n; k++) {
      if (k === i) continue;
      const f = m[k]![i]! / m[i]![i]!;
      for (let j = i; j <= n; j++) m[k]![j]! -= f * m[i]![j]!;
    }
  }
  return m.map((row, i) => row[n]! / row[i]! / scale[i]!);
}

/** Costs of a count each for what was measured of some cases, and how far they are off at most. */
function fitCost(cases: readonly KernelRun[], of: 'cycles' | 'code'): Counts {
  const rows = cases.map((k) => COUNTS.map((name) => k.counts[name] / k[of]));
  const cost = nonNegative(rows);
  const worst = Math.max(...rows.map((r) => Math.abs(r.reduce((s, f, i) => s + f * cost[i]!, 0) - 1)));
  const { kernel, core } = cases[0]!;
  process.stdout.write(`${kernel} ${core}: largest error of its ${of} ${(100 * worst).toFixed(1)} %\n`);
  return Object.fromEntries(COUNTS.map((name, i) => [name, Number(cost[i]!.toFixed(2))])) as unknown as Counts;
}

/** JSON with a class of cores a line. */
const format = (costs: Costs): string => {
  const line = ([cycles, cost]: readonly [string, unknown]) => `    ${JSON.stringify(cycles)}: ${JSON.stringify(cost)}`;
  const kernel = ([symbol, of]: readonly [string, object]) =>
    `  ${JSON.stringify(symbol)}: {\n${Object.entries(of).map(line).join(',\n')}\n  }`;
  return `{\n${Object.entries(costs).map(kernel).join(',\n')}\n}\n`;
};

export function main(args: readonly string[]): void {
  const { values: options, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { costs: { type: 'string', default: join(PACKAGE_ROOT, 'src', 'targets', 'costs.json') } },
  });
  const { kernels } = readResults(positionals[0]);
  const costs = JSON.parse(readFileSync(options.costs, 'utf8')) as Costs;
  for (const kernel of new Set(kernels.map((k) => k.kernel)))
    for (const core of new Set(kernels.map((k) => k.core))) {
      const cases = kernels.filter((k) => k.kernel === kernel && k.core === core);
      if (cases.length === 0) continue;
      const cycles = fitCost(cases, 'cycles');
      // the code of a generated function depends on the weights, as its cycles do
      const isGenerated = cases.some(({ code }) => code !== cases[0]!.code);
      const own = costs[kernel] ?? {};
      costs[kernel] = own;
      own[CORES[core].cycles] = { cycles, bytes: isGenerated ? fitCost(cases, 'code') : cases[0]!.code };
    }
  writeFileSync(options.costs, format(costs));
}
