// Writes docs/report.schema.json from src/report/schema.ts; build first.
import { writeFileSync } from 'node:fs';
import { publishedSchema } from '../dist/report/schema.js';

const path = new URL('../docs/report.schema.json', import.meta.url);
writeFileSync(path, `${JSON.stringify(publishedSchema(), null, 2)}\n`);
