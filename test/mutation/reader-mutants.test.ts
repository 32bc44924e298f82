import { afterAll, beforeAll, expect, test } from 'vitest';
import { some } from '../whole.js';
import { READER_MUTANTS, ReaderMutation } from './reader-mutants.js';

// A small part; `npm run mutation:readers` tries all.
let mutation: ReaderMutation;
beforeAll(async () => {
  mutation = await ReaderMutation.start();
});
afterAll(() => mutation.close());

test('without a mutant every fixture computes what PyTorch computes', async () => {
  expect(await mutation.noticed(null)).toEqual([]);
});

test.each(some(4, READER_MUTANTS))('$file, $mistake: a fixture notices it', async (mutant) => {
  expect(await mutation.noticed(mutant)).not.toEqual([]);
});
