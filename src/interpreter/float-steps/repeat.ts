import type { FloatStep } from './float-step.js';

/** The last vector of each window, for as many steps (N17). */
export const repeat: FloatStep<'repeat'> = {
  states: ({ outputFraction }) => ({ h: outputFraction }),
  matrices: () => [],
  step: ({ steps }, x, before, { step }) =>
    (step + 1) % steps === 0 && typeof x.values !== 'number' ? { ...before, h: x.values } : before,
};
