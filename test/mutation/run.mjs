// npm run mutation: runs run-mutants.ts, which is TypeScript, through vite's module runner.
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const { module } = await runnerImport(fileURLToPath(new URL('run-mutants.ts', import.meta.url)), {
  logLevel: 'warn',
  configFile: false,
});
process.exitCode = await module.runMutation();
