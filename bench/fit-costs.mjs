// Fits the cost formulas of src/targets/costs.ts to bench/results/kernels.json: relative errors, least squares.
//   npm run bench && node bench/fit-costs.mjs && npm run bench
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../dist/package-root.js';
import { CORES } from '../dist/targets/cores.js';
import { COUNTS, KERNEL_COSTS } from '../dist/targets/costs.js';
import { WEIGHTS_AS_CODE } from '../dist/targets/sparse-kernels.js';

const { kernels } = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'bench', 'results', 'kernels.json'), 'utf8'));

/** Solves the normal equations of min sum (x k - 1)^2, a little damped for features that never occur. */
function leastSquares(rows) {
  const n = COUNTS.length;
  const scale = COUNTS.map((_, i) => Math.hypot(...rows.map((r) => r[i])) || 1);
  const m = COUNTS.map((_, i) => [
    ...COUNTS.map((_, j) => rows.reduce((s, r) => s + (r[i] / scale[i]) * (r[j] / scale[j]), i === j ? 1e-9 : 0)),
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

/** Puts a line in the place of that which begins like it, below a heading. */
function write(heading, line) {
  const at = text.indexOf(line.slice(0, line.indexOf('{') + 1), text.indexOf(heading));
  text = text.slice(0, at) + line + text.slice(text.indexOf('\n', at));
}

const path = join(PACKAGE_ROOT, 'src', 'targets', 'costs.ts');
let text = readFileSync(path, 'utf8');
for (const kernel of new Set(kernels.map((k) => k.kernel)))
  for (const core of new Set(kernels.map((k) => k.core))) {
    const own = kernels.filter((k) => k.kernel === kernel && k.core === core);
    if (own.length === 0) continue;
    const { cycles } = CORES[core];
    const fitted = (of) => {
      const rows = own.map((k) => COUNTS.map((name) => k.counts[name] / k[of]));
      const cost = leastSquares(rows);
      const worst = Math.max(...rows.map((r) => Math.abs(r.reduce((s, f, i) => s + f * cost[i], 0) - 1)));
      process.stdout.write(`${kernel} ${core}: largest error of its ${of} ${(100 * worst).toFixed(1)} %\n`);
      return COUNTS.map((name, i) => `${name}: ${Number(cost[i].toFixed(2))}`).join(', ');
    };
    write(`  ${kernel}: {`, `    ${cycles}: { ${fitted('cycles')}, code: ${KERNEL_COSTS[kernel][cycles].code} },`);
    if (kernel === WEIGHTS_AS_CODE.symbol) write('const CODE_BYTES', `  ${cycles}: { ${fitted('code')} },`);
  }
writeFileSync(path, text);
