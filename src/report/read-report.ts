import { isDeepStrictEqual } from 'node:util';
import type { Diagnostic } from '../diagnostics.js';
import { fail } from '../diagnostics.js';
import type { Model } from '../ir/model.js';
import { readInputFile } from '../read-file.js';
import { complaints, sentence } from '../validate.js';
import { type Evaluation, evaluationFileOf } from './evaluation.js';
import { REPORT_SCHEMA, type Report, reportSchema } from './schema.js';

/** Largest file that is read: the report of a million weights has about a megabyte. */
const LIMIT_BYTES = 64 * 1024 * 1024;

type Refusal = (path: string, message: string) => Diagnostic;

export const reportUnusable: Refusal = (path, message) => ({
  code: 'report_unusable',
  at: path,
  message,
  hint: 'rnnq report --json writes such a file; one of another version of the schema is written again from its model',
});

export const evaluationUnusable: Refusal = (path, message) => ({
  code: 'evaluation_unusable',
  at: path,
  message,
  hint: 'rnnq eval --stream --json of the same model writes such a file',
});

/** Reads what `rnnq report --json` wrote. */
export function readReport(path: string): Report {
  const json = readJson(path, reportUnusable);
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
  return checked(reportSchema, json, path, reportUnusable);
}

/** Reads what `rnnq eval --stream --json` printed of a model; one of another decision is refused. */
export function readEvaluation(path: string, model: Model): Evaluation {
  const json = readJson(path, evaluationUnusable);
  const evaluation = checked(evaluationFileOf(json), json, path, evaluationUnusable);
  for (const key of ['decision', 'anomaly'] as const) {
    const [theirs, own] = [evaluation[key] ?? null, model[key]];
    if (theirs === null || own === undefined || isDeepStrictEqual(theirs, { ...own })) continue;
    const message = `its ${key} is ${JSON.stringify(theirs)}, that of the model is ${JSON.stringify(own)}`;
    fail(evaluationUnusable(path, message));
  }
  const { decision, anomaly, what, seconds, ...file } = evaluation;
  const parts = 'outputs' in file ? file.outputs : [{ label: null, ...file }];
  return { what, seconds, parts };
}

function readJson(path: string, unusable: Refusal): unknown {
  const text = readInputFile(path, LIMIT_BYTES).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return fail(unusable(path, 'it is not JSON'));
  }
}

interface Schema<T> {
  safeParse(json: unknown): { success: true; data: T } | { success: false; error: Parameters<typeof complaints>[0] };
}

function checked<T>(schema: Schema<T>, json: unknown, path: string, unusable: Refusal): T {
  const result = schema.safeParse(json);
  return result.success ? result.data : fail(unusable(path, sentence(complaints(result.error, json)[0]!)));
}
