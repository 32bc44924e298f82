import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { fail } from '../diagnostics.js';
import { hashOfFile } from '../files/manifest.js';
import { readInputFile } from '../read-file.js';
import { checkpointBroken, runMissing } from './diagnostics.js';
import { RunFolder } from './run-folder.js';

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

/** The figures of a run folder: every number `x` of its metrics that has a `validationX` beside it. */
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
  const names = [...new Set(metrics.flatMap(Object.keys))].filter((key) => key.startsWith('validation'));
  return names.map((validation) => {
    const name = validation['validation'.length]!.toLowerCase() + validation.slice('validation'.length + 1);
    return { name, training: pointsOf(metrics, name), validation: pointsOf(metrics, validation) };
  });
}

function pointsOf(metrics: readonly Record<string, unknown>[], key: string): [number, number][] {
  const points = metrics.flatMap((metric): [number, number][] => {
    const [update, value] = [metric.update, metric[key]];
    return typeof update === 'number' && typeof value === 'number' ? [[update, value]] : [];
  });
  if (points.length <= MAX_POINTS) return points;
  return Array.from(
    { length: MAX_POINTS },
    (_, i) => points[Math.floor((i * (points.length - 1)) / (MAX_POINTS - 1))]!,
  );
}

/** The run folder beside a model file that says by its hash that the model came from it. */
export function runFolderOf(model: string): string | null {
  const folder = `${model.replace(/\.json$/, '')}.run`;
  if (!existsSync(join(folder, METRICS))) return null;
  const record = new RunFolder(folder).modelRecord();
  return record.includes(`${hashOfFile(model)}  ${basename(model)}`) ? folder : null;
}
