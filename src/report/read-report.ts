import type { Diagnostic } from '../diagnostics.js';
import { fail } from '../diagnostics.js';
import { readInputFile } from '../read-file.js';
import { complaints, sentence } from '../validate.js';
import { REPORT_SCHEMA, type Report, reportSchema } from './schema.js';

/** Largest report that is read: that of a million weights has about a megabyte. */
const LIMIT_BYTES = 64 * 1024 * 1024;

export const reportUnusable = (path: string, message: string): Diagnostic => ({
  code: 'report_unusable',
  at: path,
  message,
  hint: 'rnnq report --json writes such a file; one of another version of the schema is written again from its model',
});

/** Reads what `rnnq report --json` wrote. */
export function readReport(path: string): Report {
  const text = readInputFile(path, LIMIT_BYTES).toString('utf8');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return fail(reportUnusable(path, 'it is not JSON'));
  }
  const schema = (json as { schema?: unknown } | null)?.schema;
  if (schema !== REPORT_SCHEMA)
    fail(
      reportUnusable(
        path,
        schema === undefined
          ? `it is no report: the key schema is missing, expected ${JSON.stringify(REPORT_SCHEMA)}`
          : `its schema is ${JSON.stringify(schema)}, expected ${JSON.stringify(REPORT_SCHEMA)}`,
      ),
    );
  const result = reportSchema.safeParse(json);
  return result.success ? result.data : fail(reportUnusable(path, sentence(complaints(result.error, json)[0]!)));
}
