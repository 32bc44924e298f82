import { expect, test } from 'vitest';
import { WHOLE } from '../whole.js';
import { judgeMutant, mutantsOf, NETWORKS } from './run-mutants.js';

// A small part: each kind of mutant in the first network that has it (in each, in the whole). `npm run mutation` runs all
// mutants and prints the score.
const networks = NETWORKS.map((sample) => ({ sample, ...mutantsOf(sample) }));
const all = networks.flatMap((network) =>
  [...new Set(network.mutants.map(({ kind }) => kind))].map((kind) => ({ ...network, kind })),
);
const cases = WHOLE ? all : all.filter(({ kind }, at) => all.findIndex((other) => other.kind === kind) === at);

test.each(cases)(
  'verify refuses a changed $kind in $sample and names layer, unit and step',
  async ({ kind, compilation, mutants, sequences }) => {
    const mutant = mutants.find((m) => m.kind === kind)!;
    const { verification } = await judgeMutant(compilation, mutant, sequences);
    expect(verification.passed, mutant.what).toBe(false);
    expect(verification.first, mutant.what).not.toBeNull();
  },
);
