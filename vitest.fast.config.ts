import { defineConfig } from 'vitest/config';
import { FAST } from './vitest.config.js';

/** The fast files alone: neither compilers nor emulators, neither dist/ nor a training. */
export default defineConfig({ test: { maxWorkers: 2, testTimeout: 180_000, ...FAST } });
