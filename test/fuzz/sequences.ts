import type { Codes, InputScaling } from '../../src/ir/model.js';
import type { Draw } from './random-network.js';

/** Input sequences of `steps` steps: noise, extremes, silence, and a slow wave as a sensor gives it. */
export function randomSequence(draw: Draw, { size, encoding }: InputScaling, steps: number): Codes {
  if (encoding === 'one-hot')
    return Int16Array.from({ length: steps }, () =>
      draw.integer(0, 9) === 0 ? draw.pick(-1, size, 32767, -32768) : draw.integer(0, size - 1),
    );
  const kind = draw.pick('noise', 'extremes', 'silence', 'wave', 'mixed');
  const phases = Array.from({ length: size }, () => draw.real(0, 6));
  return Int8Array.from({ length: steps * size }, (_, at) => {
    const own = kind === 'mixed' ? draw.pick('noise', 'extremes', 'silence', 'wave') : kind;
    if (own === 'noise') return draw.integer(-127, 127);
    if (own === 'extremes') return draw.pick(-128, -127, 127);
    if (own === 'silence') return 0;
    return Math.round(90 * Math.sin(Math.floor(at / size) / 4 + phases[at % size]!));
  });
}
