import { fail } from '../diagnostics.js';
import { importUnreadable } from './diagnostics.js';
import type { Importer } from './importer.js';
import { readTorchArchive, STATE_DICT } from './pytorch/archive.js';
import { readStateDict } from './state-dict.js';
import { isZip, openZip } from './zip.js';

/** A state_dict of PyTorch (torch.save, from version 1.6): a zip archive with a pickle, which is not executed. */
export const pytorch: Importer = {
  title: 'PyTorch',
  ofWeights: true,
  recognizes: (bytes, name) =>
    /\.(pth|pt|ckpt|bin)$/i.test(name) || (isZip(bytes) && Buffer.from(bytes).includes('/data.pkl')),
  async read({ path, bytes }, options) {
    if (!isZip(bytes))
      return fail(importUnreadable(path, 'it is no archive, as PyTorch writes from version 1.6 on', STATE_DICT));
    const tensors = readTorchArchive(path, openZip(path, bytes));
    return readStateDict(path, tensors, options, { format: 'PyTorch state_dict', producer: 'PyTorch' });
  },
};
