// node scripts/run.mjs <file.ts> [arguments]: runs a program of this repository that is TypeScript and imports src, through
// vite's module runner. The file exports `main(args)`, which gives the exit code, or nothing for 0; a wrong command line ends with 2. Needs no build, except
// where training threads start (they run dist/).
import { resolve } from 'node:path';
import { createRunnableDevEnvironment, resolveConfig } from 'vite';

const [file, ...args] = process.argv.slice(2);
if (file === undefined) throw new Error('which program? node scripts/run.mjs <file.ts> [arguments]');
const NAME = 'program';
const config = await resolveConfig(
  {
    ...{ configFile: false, logLevel: 'error' },
    environments: { [NAME]: { consumer: 'server', dev: { moduleRunnerTransform: true }, resolve: { external: true } } },
  },
  'serve',
);
// open until the program ends: src imports readers of data and engines only when they are needed
const environment = createRunnableDevEnvironment(NAME, config, { hot: false });
await environment.init();
try {
  const module = await environment.runner.import(resolve(file));
  process.exitCode = (await module.main(args)) ?? 0;
} catch (error) {
  if (!String(error.code).startsWith('ERR_PARSE_ARGS') && !(error instanceof RangeError)) throw error;
  process.stderr.write(`${file}: ${error.message}\n`);
  process.exitCode = 2;
} finally {
  await environment.close();
}
