import { parseNpy } from '../data/arrays/npy.js';
import { inFile } from './diagnostics.js';
import type { Importer } from './importer.js';
import { readStateDict } from './state-dict.js';
import { isZip, openZip } from './zip.js';

/** numpy.savez of weights by PyTorch's names: np.savez("w.npz", **{k: v.numpy() for k, v in state_dict.items()}). */
export const npz: Importer = {
  title: 'npz',
  ofWeights: true,
  recognizes: (bytes, name) => isZip(bytes) && /\.npz$/i.test(name),
  async read({ path, bytes }, options) {
    const archive = openZip(path, bytes);
    const arrays = archive.names.filter((name) => name.endsWith('.npy'));
    const tensors = new Map(
      arrays.map((name) => {
        const { shape, values } = parseNpy(inFile(path, name), Buffer.from(archive.entry(name)!));
        return [name.slice(0, -4), { shape, data: values }];
      }),
    );
    return readStateDict(path, tensors, options, { format: 'numpy archive', producer: '' });
  },
};
