import { describe, expect, test } from 'vitest';
import { program } from '../../src/cli/program.js';
import { widthOf } from '../../src/report/terminal.js';
import { VERSION } from '../../src/version.js';
import { SHIFT, sharedPlace } from './place.js';

const place = sharedPlace();
const rnnq = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  place.rnnqWith({ NO_COLOR: '1', ...env }, ...args);

describe('output', () => {
  test('-v, -V and --version are the version', async () => {
    for (const flag of ['-v', '-V', '--version']) expect((await rnnq([flag])).stdout).toBe(VERSION);
  });

  test('a mistyped command or option is answered with the right one, and code 2', async () => {
    const results = await Promise.all([rnnq(['complie', SHIFT]), rnnq(['compile', SHIFT, '--tagret', 'host'])]);
    expect(results.map(({ exitCode }) => exitCode)).toEqual([2, 2]);
    expect(results[0]!.stderr).toContain('did you mean compile?');
    expect(results[1]!.stderr).toContain('did you mean --target?');
  });

  test('--explain is on stdout, before the path of the header', async () => {
    const { stdout } = await rnnq(['compile', SHIFT, '-t', 'cortex-m4', '-o', 'explained', '--explain']);
    expect(stdout).toMatch(/^gru0_input: .*\n[\s\S]*estimates by formula[\s\S]*\n\nexplained\/include\/.*\.h$/);
  });

  test('tables fit 80 columns where COLUMNS says so', async () => {
    const explain = ['compile', SHIFT, '-t', 'cortex-m4', '-o', 'narrow', '--explain'];
    const commands = [['boards'], ['targets'], ['data', 'gestures'], ['report', SHIFT, '-t', 'cortex-m4'], explain];
    for (const result of await Promise.all(commands.map((args) => rnnq(args, { COLUMNS: '80' }))))
      for (const line of result.stdout.split('\n')) expect(widthOf(line), line).toBeLessThanOrEqual(80);
    expect(Math.max(...(await rnnq(['boards'])).stdout.split('\n').map(widthOf))).toBeGreaterThan(80);
  });

  test('colours: none in a pipe, some with FORCE_COLOR', async () => {
    const colour = '\u001b[';
    const [plain, forced] = await Promise.all([
      rnnq(['compile', 'none.json'], { NO_COLOR: undefined }),
      rnnq(['compile', 'none.json'], { NO_COLOR: undefined, FORCE_COLOR: '1' }),
    ]);
    expect([plain.stderr.includes(colour), forced.stderr.includes(colour)]).toEqual([false, true]);
    expect(forced.stderr).toContain('file_unreadable');
  });
});

describe('--json', () => {
  test('every command that has data takes it', () => {
    const without = program.commands.filter(({ options }) => !options.some(({ long }) => long === '--json'));
    expect(without.map((command) => command.name())).toEqual(['monitor', 'completion']);
  });

  test('compile: where the package is, what it takes, with --explain the kernels', async () => {
    const compile = ['compile', SHIFT, '-t', 'cortex-m4', '-o', 'json', '--json'];
    const facts = JSON.parse((await rnnq(compile)).stdout);
    expect(facts).toMatchObject({ core: 'cortex-m4', package: 'cmake', output: 'json', stateBytes: 12 });
    expect(facts.files).toContain(facts.header.replace('json/', ''));
    expect(facts.choices).toBeUndefined();
    expect(JSON.parse((await rnnq([...compile, '--explain'])).stdout).choices.length).toBeGreaterThan(0);
  });

  test('flash and run with --dry-run: the commands', async (context) => {
    const dry = ['-b', 'blue_pill', '-o', 'dry', '--dry-run', '--json'];
    const flash = await rnnq(['flash', SHIFT, ...dry]);
    if (flash.stderr.includes('_missing')) context.skip(flash.stderr);
    const facts = JSON.parse(flash.stdout);
    expect(facts).toMatchObject({ board: 'blue_pill', written: false });
    expect(facts.commands.join()).toContain(facts.tool);
    const run = JSON.parse((await rnnq(['run', SHIFT, ...dry])).stdout);
    expect(run).toMatchObject({ board: 'blue_pill', stage: 'board', dryRun: true, commands: facts.commands });
  });
});
