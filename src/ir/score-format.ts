import { type DifferenceFormat, differenceFormat } from '../fixed/anomaly-score.js';
import { ACTIVATION_FORMATS, type Model, outputFraction } from './model.js';
import { repeatedSteps } from './reconstruction.js';

/** How the differences of a network that finds anomalies become a score (N14), a sum of whole windows where it gives those back (N17). */
export function scoreFormat({ input, activationBits, layers }: Model): DifferenceFormat {
  return differenceFormat({
    size: input.size * (repeatedSteps(layers) ?? 1),
    largest: ACTIVATION_FORMATS[activationBits].largest,
    inputFraction: input.fraction,
    outputFraction: outputFraction(layers.at(-1)!, activationBits),
  });
}
