import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.js';

/** What shows in seconds that a change is wrong: neither compilers nor emulators, neither dist/ nor a training. */
export default mergeConfig(
  { ...base, test: { ...base.test, include: [], reporters: ['default'] } },
  defineConfig({
    test: {
      // files share their modules: loading them for each file took longer than the tests
      isolate: false,
      include: ['test/unit/**/*.test.ts', 'test/ops/**/*.test.ts', 'test/errors/**/*.test.ts', 'test/architecture.test.ts'],
      exclude: [
        // start compilers or tools
        'test/unit/boards/runners.test.ts',
        'test/unit/build/**',
        'test/unit/compiler/{c-text,core-check,input-codes,strict-c}.test.ts',
        'test/unit/fixed/fixed.test.ts',
        // train
        'test/unit/train/**',
        'test/unit/data/refused-early.test.ts',
        // large data, or hundreds of files and networks
        'test/errors/hostile.test.ts',
        'test/unit/data/{csv-real-files,dataset,hostile}.test.ts',
        'test/unit/compiler/{check-plan,choose-kernels,model-file,verify-program}.test.ts',
        'test/unit/interpreter/beside-float.test.ts',
      ],
    },
  }),
);
