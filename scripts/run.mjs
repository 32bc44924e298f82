// node scripts/run.mjs <file.ts> [arguments]: runs a program of this repository that is TypeScript and imports src, through
// vite's module runner. The file exports `main(args)`, which gives the exit code, or nothing for 0; a wrong command line ends with 2. Needs no build, except
// where training threads start (they run dist/).
import { resolve } from 'node:path';
import { runnerImport } from 'vite';

const [file, ...args] = process.argv.slice(2);
if (file === undefined) throw new Error('which program? node scripts/run.mjs <file.ts> [arguments]');
const { module } = await runnerImport(resolve(file), { logLevel: 'warn', configFile: false });
try {
  process.exitCode = (await module.main(args)) ?? 0;
} catch (error) {
  if (!String(error.code).startsWith('ERR_PARSE_ARGS') && !(error instanceof RangeError)) throw error;
  process.stderr.write(`${file}: ${error.message}\n`);
  process.exitCode = 2;
}
