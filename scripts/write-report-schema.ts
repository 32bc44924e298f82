// Writes docs/report.schema.json from src/report/schema.ts.
//   node scripts/run.mjs scripts/write-report-schema.ts
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../src/package-root.js';
import { publishedSchema } from '../src/report/schema.js';

export function main(): void {
  const path = join(PACKAGE_ROOT, 'docs', 'report.schema.json');
  writeFileSync(path, `${JSON.stringify(publishedSchema(), null, 2)}\n`);
}
