import { fail } from '../diagnostics.js';
import { Chain } from './chain.js';
import { importUnreadable } from './diagnostics.js';
import type { Importer } from './importer.js';
import { onnxModel } from './onnx/model.js';
import { WireError } from './onnx/protobuf.js';
import { OnnxWalk } from './onnx/walk.js';

/** ONNX, as PyTorch (torch.onnx, both generations), tf2onnx and keras2onnx write it. */
export const onnx: Importer = {
  title: 'ONNX',
  recognizes: (_, name) => /\.(onnx|ort)$/i.test(name),
  async read(source) {
    const { path, bytes } = source;
    const [model] = decoded(path, bytes);
    const graph = model?.graph[0];
    if (model === undefined || graph === undefined)
      return fail(importUnreadable(path, 'it holds no graph', 'export it again; .ort files are not read'));
    const sets = model.operatorSets.find(({ domain }) => (domain[0] ?? '') === '');
    const producer = [...model.producerName, ...model.producerVersion].join(' ');
    const origin = { format: `ONNX, operator set ${sets?.version[0] ?? '?'}`, producer };
    return new OnnxWalk(new Chain(path), graph, source).run(origin);
  },
};

function decoded(path: string, bytes: Uint8Array): ReturnType<typeof onnxModel> {
  try {
    return onnxModel(bytes);
  } catch (error) {
    if (error instanceof WireError) fail(importUnreadable(path, `damaged protobuf: ${error.message}`));
    throw error;
  }
}
