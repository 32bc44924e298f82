import { readModel } from '../../compiler/1-read/read-model.js';
import { plural } from '../../data/diagnostics.js';
import { badValue, fail } from '../../diagnostics.js';
import { compareOnnx, type OnnxComparison, toNpz, toOnnx } from '../../export-model.js';
import { exportNothing } from '../../exporters/diagnostics.js';
import { NPZ_HEAD } from '../../exporters/npz.js';
import { ONNX_HEAD } from '../../exporters/onnx-graph.js';
import { identityOf } from '../../files/write-file.js';
import { readModelText } from '../input-file.js';
import { checkOurs, writeWhole } from '../page-file.js';
import { loadTestData } from '../test-data.js';

interface Options {
  readonly onnx?: string;
  readonly npz?: string;
  readonly int4?: boolean;
  readonly data?: string;
  readonly most?: number;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** rnnq export: model.json -> the quantized float network as ONNX, compared with the model; its arrays for numpy. */
export async function run(path: string, options: Options): Promise<void> {
  const { onnx, npz, data, most, force = false } = options;
  if (onnx === undefined && npz === undefined) fail(exportNothing());
  if (onnx !== undefined && npz !== undefined && identityOf(onnx) === identityOf(npz))
    fail(badValue('--npz', `${npz} is the file of --onnx`));
  for (const key of ['int4', 'data', 'most'] as const)
    if (onnx === undefined && options[key] !== undefined) fail(badValue(`--${key}`, 'has no meaning without --onnx'));
  if (most !== undefined && data === undefined) fail(badValue('--most', 'has no meaning without --data'));
  if (onnx !== undefined) checkOurs(onnx, ONNX_HEAD, force);
  if (npz !== undefined) checkOurs(npz, NPZ_HEAD, force);
  const model = readModel(readModelText(path));
  const graph = onnx === undefined ? null : toOnnx(model, options.int4);
  const dataset = data === undefined ? undefined : await loadTestData(data, options, model);
  const files: { file: string; bytes: number; comparison?: OnnxComparison }[] = [];
  if (onnx !== undefined && graph !== null) {
    const comparison = await compareOnnx(graph, model, dataset, most);
    writeWhole(onnx, graph);
    files.push({ file: onnx, bytes: graph.length, comparison });
  }
  if (npz !== undefined) {
    const bytes = toNpz(model);
    writeWhole(npz, bytes);
    files.push({ file: npz, bytes: bytes.length });
  }
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ files }, null, 2)}\n`
      : files
          .map(
            ({ file, bytes, comparison }) =>
              `${file}: ${bytes} bytes${comparison ? compared(comparison, data !== undefined) : ''}\n`,
          )
          .join(''),
  );
}

function compared({ sequences, rows, equal, worst }: OnnxComparison, onData: boolean): string {
  const what = onData ? `${sequences} test sequences` : `${plural(rows, 'output')} of the model's golden input`;
  const decisions =
    equal === null ? '' : `${equal} of ${rows} decisions equal (${((100 * equal) / rows).toFixed(2)} %), `;
  return `; read back and run in float64 beside the quantized float network on ${what}: ${decisions}largest output difference ${worst.toPrecision(2)}`;
}
