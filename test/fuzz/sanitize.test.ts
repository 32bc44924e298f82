import { describe, expect, test } from 'vitest';
import { type CompilerKind, findCompiler, type Optimization } from '../../src/build/toolchain.js';
import { compileModel } from '../../src/compiler/compile.js';
import { verify } from '../../src/verify.js';
import { some } from '../whole.js';
import { Draw, randomNetwork } from './random-network.js';
import { randomSequence } from './sequences.js';

/** Address and undefined-behaviour sanitizers; the first report ends the program. `npm run fuzz -- --sanitize` runs more. */
const SANITIZERS = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
const OPTIMIZATIONS: readonly Optimization[] = ['-O0', '-O2', '-Os', '-O3'];

function network(seed: number) {
  const { model } = randomNetwork(seed);
  const sequences = [randomSequence(new Draw(seed), model, 20)];
  return { compilation: compileModel(model, { core: 'host' }), sequences };
}

describe.each<CompilerKind>(['gcc', 'clang'])('generated C under the sanitizers of %s', async (which) => {
  const compiler = await findCompiler('host', which);
  const skipped = !compiler.available;
  if (skipped) console.warn(`SKIPPED: sanitizers of ${which} (${compiler.install})`);
  const options = { core: 'host', compiler: which, extraFlags: SANITIZERS } as const;

  test.skipIf(skipped).each(some(1, OPTIMIZATIONS.toReversed()))(
    '%s: no report, no difference',
    async (optimization) => {
      const { compilation, sequences } = network(68);
      expect(await verify(compilation, { ...options, optimization, sequences })).toMatchObject({ passed: true });
    },
  );

  const planted: [string, string, string, string, string][] = [
    ['a sum over one column too many', 'src/rnnq_matvec_s8_s8_c.c', 'i < cols', 'i <= cols', 'AddressSanitizer'],
    ['a shift by 40', 'src/rnnq_fixed.h', '(n - 1))) >> n', '(n - 1))) >> (n + 40)', 'shift exponent'],
  ];
  test.skipIf(skipped).each(planted)('%s is reported', async (_what, path, from, to, report) => {
    const { compilation, sequences } = network(68);
    const files = new Map(compilation.files);
    expect(files.get(path)).toContain(from);
    files.set(path, files.get(path)!.replace(from, to));
    const result = await verify({ ...compilation, files }, { ...options, optimization: '-O1', sequences });
    expect(result.passed).toBe(false);
    expect(result.failure).toContain(report);
  });
});
