import { fail } from '../../diagnostics.js';
import type { OutputQuantity } from '../../ir/model.js';
import { dataDoesNotFit, dataNoTargets, dataTargetConstant, dataTargetMissing } from '../diagnostics.js';
import type { Recording, TargetColumn } from '../recording.js';
import { undivided } from '../split.js';
import type { TargetDef } from './targets.js';

/** Columns of numbers become targets, standardised by their mean and spread in the training part. */
export const values: TargetDef = {
  read(list, { source, size, everyStep, targets }, { like, unlabelled = false }) {
    const columns = targets ?? (unlabelled ? like?.outputs : undefined) ?? [];
    const names = (like?.outputs ?? []).map(({ name }) => name);
    if (columns.length === 0) fail(dataNoTargets(source, names));
    if (like && (size !== like.input.size || names.join() !== columns.map(({ name }) => name).join()))
      fail(dataDoesNotFit(source, size, columns.length, like.input.size, names.length));
    return {
      strata: undivided(list.length),
      finish(trained) {
        const outputs =
          like?.outputs ?? columns.map((column, j) => learn(column, j, columns.length, list, trained, source));
        const task = { name: 'regress', labels: columns.map(({ name }) => name), outputs, everyStep } as const;
        return {
          task,
          targets: list.map((recording) =>
            standardised(recording, outputs, everyStep ? recording.values.length / size : 1),
          ),
        };
      },
    };
  },
  checkParts: () => undefined,
  warnings: () => [],
};

/** Mean and spread of a column over the training recordings. */
function learn(
  { name, unit }: TargetColumn,
  column: number,
  columns: number,
  list: readonly Recording[],
  trained: Int32Array,
  source: string,
): OutputQuantity {
  const each = (visit: (value: number) => void): void => {
    for (const i of trained) {
      const { targets } = list[i]!;
      for (let at = column; at < targets!.length; at += columns) if (!Number.isNaN(targets![at]!)) visit(targets![at]!);
    }
  };
  let [count, sum, squares] = [0, 0, 0];
  each((value) => {
    count++;
    sum += value;
  });
  if (count === 0) return fail(dataTargetMissing(source, name));
  const offset = sum / count;
  each((value) => {
    squares += (value - offset) ** 2;
  });
  const scale = Math.sqrt(squares / count);
  if (!(scale > 1e-9 * Math.abs(offset))) return fail(dataTargetConstant(source, name, offset));
  return { name, ...(unit !== undefined && { unit }), scale, offset };
}

/** Of a recording without targets: none in any row. */
function standardised({ targets }: Recording, outputs: readonly OutputQuantity[], rows: number): Float32Array {
  if (targets === undefined) return new Float32Array(rows * outputs.length).fill(Number.NaN);
  return Float32Array.from(targets, (value, i) => {
    const { scale, offset } = outputs[i % outputs.length]!;
    return (value - offset) / scale;
  });
}
