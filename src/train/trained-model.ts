import { fail, scaleOutOfRange } from '../diagnostics.js';
import { ScaleRangeError } from '../fixed/formats.js';
import type { Model } from '../ir/model.js';
import { buildModel } from '../quantizers/build-model.js';
import type { RealNetwork } from '../quantizers/real-network.js';

/** Chooses the formats of a trained network; a scale that no format holds is a diagnostic. */
export function trainedModel(network: RealNetwork): Model {
  try {
    return buildModel(network);
  } catch (error) {
    if (error instanceof ScaleRangeError) fail(scaleOutOfRange('trained network', error.message));
    throw error;
  }
}
