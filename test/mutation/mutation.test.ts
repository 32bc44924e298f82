import { describe, expect, test } from 'vitest';
import { judgeMutant, mutantsOf, NETWORKS } from './run-mutants.js';

// A small part; `npm run mutation` runs all of them and prints the score.
describe.each(NETWORKS)('mutants of %s', (sample) => {
  const { compilation, mutants, sequences } = mutantsOf(sample);
  const kinds = [...new Set(mutants.map((m) => m.kind))];

  test.each(kinds)('verify refuses a changed %s and names layer, unit and step', async (kind) => {
    const mutant = mutants.find((m) => m.kind === kind)!;
    const { verification } = await judgeMutant(compilation, mutant, sequences);
    expect(verification.passed, mutant.what).toBe(false);
    expect(verification.first, mutant.what).not.toBeNull();
  });
});
