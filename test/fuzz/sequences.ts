import { ACTIVATION_FORMATS, type Codes, codesArray, type Model } from '../../src/ir/model.js';
import type { Draw } from './random-network.js';

type SequenceOf = Pick<Model, 'input' | 'activationBits'>;

/** Input sequences of `steps` steps: noise, extremes, silence, and a slow wave as a sensor gives it. */
export function randomSequence(draw: Draw, { input, activationBits }: SequenceOf, steps: number): Codes {
  const { size, encoding } = input;
  const { largest } = ACTIVATION_FORMATS[activationBits];
  if (encoding === 'one-hot')
    return Int16Array.from({ length: steps }, () =>
      draw.integer(0, 9) === 0 ? draw.pick(-1, size, 32767, -32768) : draw.integer(0, size - 1),
    );
  const kind = draw.pick('noise', 'extremes', 'silence', 'wave', 'mixed');
  const phases = Array.from({ length: size }, () => draw.real(0, 6));
  const codes = Array.from({ length: steps * size }, (_, at) => {
    const own = kind === 'mixed' ? draw.pick('noise', 'extremes', 'silence', 'wave') : kind;
    if (own === 'noise') return draw.integer(-largest, largest);
    if (own === 'extremes') return draw.pick(-largest - 1, -largest, largest);
    if (own === 'silence') return 0;
    return Math.round(0.71 * largest * Math.sin(Math.floor(at / size) / 4 + phases[at % size]!));
  });
  return codesArray(input, activationBits).from(codes);
}
