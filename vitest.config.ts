import { defineConfig } from 'vitest/config';
import { OBJECT_CACHE } from './test/object-cache.js';

/** Unit tests that start compilers or tools, train, or read large data or hundreds of files and networks. */
export const SLOW_UNITS = [
  'test/unit/boards/runners.test.ts',
  'test/unit/build/**/*.test.ts',
  'test/unit/compiler/{c-text,core-check,input-codes,output-flags,output-values,strict-c}.test.ts',
  'test/unit/fixed/fixed.test.ts',
  'test/unit/train/**/*.test.ts',
  'test/unit/data/refused-early.test.ts',
  'test/errors/hostile.test.ts',
  'test/unit/data/{arrays,csv-real-files,dataset,hostile,sound,stream-dataset,wand}.test.ts',
  'test/unit/compiler/{check-plan,choose-kernels,model-file,verify-program}.test.ts',
  'test/unit/interpreter/beside-float.test.ts',
];

/** What shows in seconds that a change is wrong. Files share their modules: loading them for each took longer than the tests. */
export const FAST = {
  isolate: false,
  include: ['test/{unit,ops,errors}/**/*.test.ts', 'test/architecture.test.ts'],
  exclude: SLOW_UNITS,
};

export default defineConfig({
  test: {
    // emulators and compilers run in tests; two machines' worth of them at once is slower than one after the other
    maxWorkers: 2,
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // most files of the tests' programs are those of other programs
    env: { RNNQ_OBJECT_CACHE: OBJECT_CACHE },
    globalSetup: './test/object-cache.ts',
    reporters: ['default', ['json', { outputFile: 'out/test-results.json' }]],
    projects: [
      { extends: true, test: { name: 'fast', ...FAST } },
      { extends: true, test: { name: 'slow', include: ['test/!(unit|ops|errors)/**/*.test.ts', ...SLOW_UNITS] } },
    ],
  },
});
