// Fits the cost formulas of src/targets/costs.ts to bench/results/kernels.json: relative errors, least squares.
//   npm run bench && node bench/fit-costs.mjs && npm run bench
//   node bench/fit-costs.mjs FILE: to what `node bench/kernels.mjs --kernel NAME --output FILE` wrote, for its kernels and cores
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../dist/package-root.js';
import { CORES } from '../dist/targets/cores.js';
import { KERNEL_COSTS, UNROLLED } from '../dist/targets/costs.js';

const NAMES = ['product', 'row', 'group', 'pass', 'tail', 'odd'];
const { kernels } = JSON.parse(
  readFileSync(process.argv[2] ?? join(PACKAGE_ROOT, 'bench', 'results', 'kernels.json'), 'utf8'),
);

/** What each constant of a formula is multiplied with; see KernelCost. */
function features({ kernel, cols, rows: wanted, passes, blockRows, group }) {
  const rows = Math.ceil(wanted / blockRows) * blockRows;
  const groups = Math.ceil(cols / group);
  const perPass = Math.ceil(groups / passes);
  let odd = 0;
  for (let left = groups; left > 0; left -= perPass) odd += Math.min(perPass, left) % (UNROLLED[kernel] ?? 1);
  return [rows * groups, rows * passes, groups, passes, group > 1 && cols % group > 0 ? 1 : 0, rows * odd];
}

/** Solves min sum (x k - 1)^2 without negative constants, by which a small matrix would cost less than nothing. */
function fit(rows) {
  let used = NAMES.map((_, i) => i);
  for (;;) {
    const found = leastSquares(rows.map((r) => used.map((i) => r[i])));
    const least = Math.min(...found);
    if (least >= -0.005) return NAMES.map((_, i) => (used.includes(i) ? Math.max(0, found[used.indexOf(i)]) : 0));
    used = used.filter((_, k) => found[k] !== least);
  }
}

/** Solves the normal equations, a little damped for features that never occur. */
function leastSquares(rows) {
  const n = rows[0].length;
  const features = Array.from({ length: n }, (_, i) => i);
  const scale = features.map((i) => Math.hypot(...rows.map((r) => r[i])) || 1);
  const m = features.map((i) => [
    ...features.map((j) => rows.reduce((s, r) => s + (r[i] / scale[i]) * (r[j] / scale[j]), i === j ? 1e-9 : 0)),
    rows.reduce((s, r) => s + r[i] / scale[i], 0),
  ]);
  for (let i = 0; i < n; i++) {
    const pivot = m.findIndex(
      (row, k) => k >= i && Math.abs(row[i]) === Math.max(...m.slice(i).map((r) => Math.abs(r[i]))),
    );
    [m[i], m[pivot]] = [m[pivot], m[i]];
    for (let k = 0; k < n; k++) {
      if (k === i) continue;
      const f = m[k][i] / m[i][i];
      for (let j = i; j <= n; j++) m[k][j] -= f * m[i][j];
    }
  }
  return m.map((row, i) => row[n] / row[i] / scale[i]);
}

const path = join(PACKAGE_ROOT, 'src', 'targets', 'costs.ts');
let text = readFileSync(path, 'utf8');
for (const kernel of new Set(kernels.map((k) => k.kernel)))
  for (const core of new Set(kernels.map((k) => k.core))) {
    const own = kernels.filter((k) => k.kernel === kernel && k.core === core);
    if (own.length === 0) continue;
    const rows = own.map((k) => features(k).map((f) => f / k.cycles));
    const cost = fit(rows);
    const worst = Math.max(...rows.map((r) => Math.abs(r.reduce((s, f, i) => s + f * cost[i], 0) - 1)));
    const { cycles } = CORES[core];
    const list = NAMES.map((name, i) => `${name}: ${Number(cost[i].toFixed(2))}`).join(', ');
    const line = `    ${cycles}: { ${list}, code: ${KERNEL_COSTS[kernel][cycles].code} },`;
    const section = text.indexOf(`  ${kernel}: {`);
    const at = text.indexOf(`    ${cycles}: {`, section);
    text = text.slice(0, at) + line + text.slice(text.indexOf('\n', at));
    process.stdout.write(`${kernel} ${core}: largest error ${(100 * worst).toFixed(1)} %\n`);
  }
writeFileSync(path, text);
