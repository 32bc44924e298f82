import { expect, test } from 'vitest';
import { compileModel } from '../../src/compiler/compile.js';
import { verify } from '../../src/verify.js';
import { boardsToTest } from '../unit/boards/tool-check.js';
import { some } from '../whole.js';
import { randomNetwork } from './random-network.js';

// gcc 12 took some loops that it did not inline for functions without effects, and left them out of a step
for (const { board, id, skipped } of (await boardsToTest()).filter(({ id }) => /m3|m4/.test(id)))
  test.skipIf(skipped).each(some(1, [5, 17, 34]))(
    `the loops of network %i are called on ${id} where gcc inlines nothing`,
    async (seed) => {
      const { core } = board;
      const compilation = compileModel(randomNetwork(seed).model, { core, objective: 'speed' });
      expect(await verify(compilation, { core, extraFlags: ['-fno-inline'] })).toMatchObject({ passed: true });
    },
  );
