import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { program } from '../../src/cli/program.js';
import { compile } from '../../src/compiler/compile.js';
import { summaryOf } from '../../src/ir/plan.js';
import { PACKAGE_ROOT } from '../../src/package-root.js';
import { sampleText } from '../samples/sample-text.js';

// These tests run dist/, which `npm test` builds first.
const MAIN = join(PACKAGE_ROOT, 'dist', 'cli', 'main.js');
const SAMPLE = join(PACKAGE_ROOT, 'test', 'samples', 'lstm_s8_multiplier', 'model.json');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rnnq-request-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rnnq = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  execa(process.execPath, [MAIN, ...args], { cwd: folder, reject: false, env });

const SHARED = [
  '--board',
  '--name',
  '--optimize',
  '--max-cycles',
  '--max-flash',
  '--max-ram',
  '--allow-weights-as-code',
];

describe('every command that compiles', () => {
  const commands = ['compile', 'report', 'verify', 'prove', 'build', 'flash', 'run', 'demo'].map(
    (name) => program.commands.find((command) => command.name() === name)!,
  );

  test.each(commands.map((command) => [command.name(), command] as const))(
    '%s takes a whole request',
    (name, command) => {
      const options = command.options.map(({ long }) => long);
      expect(options).toEqual(expect.arrayContaining(SHARED));
      expect(options.includes('--target')).toBe(!['build', 'flash', 'run'].includes(name));
    },
  );

  test('no other command takes a part of one', () => {
    const others = program.commands.filter((command) => !commands.includes(command));
    const found = others.flatMap((command) => command.options.map(({ long }) => `${command.name()} ${long}`));
    expect(found.filter((option) => /--(optimize|max-(cycles|flash|ram)|allow)/.test(option))).toEqual([]);
  });
});

describe('rnnq verify', () => {
  test('proves what the same options compile, and says which plan that is', async () => {
    const text = sampleText('lstm_s8_multiplier');
    const planOf = (objective: 'speed' | 'size') => summaryOf(compile(text, { core: 'host', objective }).plan);
    expect(planOf('speed').kernels).not.toEqual(planOf('size').kernels);
    for (const objective of ['speed', 'size'] as const) {
      const { stdout, stderr } = await rnnq(['verify', SAMPLE, '-t', 'host', '--optimize', objective, '--json']);
      expect(JSON.parse(stdout).results[0].plan).toEqual(planOf(objective));
      const names = planOf(objective).kernels.map((symbol) => symbol.replace(/^rnnq_/, ''));
      expect(stderr.split('\n')).toContain(
        `host (host): 40 steps, 640 values, 0 differences; ${objective}: ${names.join(', ')}`,
      );
    }
  });

  test('a core or a board, not both', async () => {
    const { exitCode, stderr } = await rnnq(['verify', SAMPLE, '-t', 'host', '-b', 'blue_pill']);
    expect([exitCode, stderr.includes("'-b, --board <id>' cannot be used with option '-t")]).toEqual([2, true]);
  });
});

test('limits are refused before a compiler is looked for, and nothing is written', async () => {
  const commands = [
    ['compile', SAMPLE, '-b', 'blue_pill'],
    ['build', SAMPLE, '-b', 'blue_pill'],
    ['flash', SAMPLE, '-b', 'blue_pill', '--dry-run'],
    ['run', SAMPLE, '-b', 'blue_pill'],
    ['report', SAMPLE, '-t', 'cortex-m4'],
    ['prove', SAMPLE, '-b', 'blue_pill'],
  ];
  const results = await Promise.all(commands.map((args) => rnnq([...args, '--max-ram', '20'], { PATH: folder })));
  for (const { exitCode, stderr } of results) {
    expect(stderr).toMatch(/error limits_not_met .*bytes of RAM against a limit of 20/);
    expect(exitCode).toBe(1);
  }
  expect(readdirSync(folder)).toEqual([]);
});
