import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { fail } from '../diagnostics.js';
import { hashOfFile } from '../files/manifest.js';
import { readInputFile } from '../read-file.js';
import { checkpointBroken, runMissing } from './diagnostics.js';
import { RunFolder, runPathOf } from './run-folder.js';

/** A figure over updates, of the training batches and of the validation part. */
export interface RunCurve {
  readonly name: string;
  readonly training: readonly [update: number, value: number][];
  readonly validation: readonly [update: number, value: number][];
}

const METRICS = 'metrics.jsonl';
const LIMIT_BYTES = 256 * 1024 * 1024;
/** More points are thinned out evenly. */
const MAX_POINTS = 200;

const line = z.record(z.string(), z.unknown());

/** The figures of a run folder: every figure of the validation part, beside the same of the training batches. */
export function readRunCurves(folder: string): RunCurve[] {
  const path = join(folder, METRICS);
  if (!existsSync(path)) fail(runMissing(folder));
  const text = readInputFile(path, LIMIT_BYTES).toString('utf8');
  const metrics = text
    .split('\n')
    .filter((json) => json.trim() !== '')
    .map((json, i) => {
      try {
        return line.parse(JSON.parse(json));
      } catch {
        return fail(checkpointBroken(path, `line ${i + 1} is not a JSON object`));
      }
    });
  const parts = metrics.map((training) => ({ update: training.update, training, validation: validationOf(training) }));
  const names = [...new Set(parts.flatMap(({ validation }) => Object.keys(validation)))];
  return names.map((name) => ({
    name,
    training: pointsOf(parts.map(({ update, training }) => [update, training[name]])),
    validation: pointsOf(parts.map(({ update, validation }) => [update, validation[name]])),
  }));
}

/** The figures `validation` of a line; earlier versions wrote each as `validationLoss`. */
function validationOf(metric: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const own = line.safeParse(metric.validation);
  if (own.success) return own.data;
  return Object.fromEntries(
    Object.entries(metric).flatMap(([key, value]) => {
      const [, first, rest] = /^validation([A-Z])(.*)$/.exec(key) ?? [];
      return first === undefined ? [] : [[`${first.toLowerCase()}${rest}`, value]];
    }),
  );
}

function pointsOf(values: readonly (readonly [update: unknown, value: unknown])[]): [number, number][] {
  const points = values.flatMap(([update, value]): [number, number][] =>
    typeof update === 'number' && typeof value === 'number' ? [[update, value]] : [],
  );
  if (points.length <= MAX_POINTS) return points;
  return Array.from(
    { length: MAX_POINTS },
    (_, i) => points[Math.floor((i * (points.length - 1)) / (MAX_POINTS - 1))]!,
  );
}

/** The run folder beside a model file that says by its hash that the model came from it. */
export function runFolderOf(model: string): string | null {
  const folder = runPathOf(model);
  if (!existsSync(join(folder, METRICS))) return null;
  const record = new RunFolder(folder).modelRecord();
  return record.includes(`${hashOfFile(model)}  ${basename(model)}`) ? folder : null;
}
