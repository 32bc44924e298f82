import { describe, expect, test } from 'vitest';
import { program } from '../../src/cli/program.js';
import { compile } from '../../src/compiler/compile.js';
import { summaryOf } from '../../src/ir/plan.js';
import { sampleText } from '../samples/sample-text.js';
import { sampleModel, sharedPlace } from './place.js';

const SAMPLE = sampleModel('lstm_s8_multiplier');
const place = sharedPlace();
const { rnnq, rnnqWith } = place;

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

  test('no other command takes a part of one, but train, whose limits are for the choice of a weight format', () => {
    const others = program.commands.filter((command) => !commands.includes(command));
    const found = others.flatMap((command) => command.options.map(({ long }) => `${command.name()} ${long}`));
    const limits = ['cycles', 'flash', 'ram'].map((name) => `train --max-${name}`);
    const parts = found.filter((option) => /--(optimize|max-(cycles|flash|ram)|allow)/.test(option));
    expect(parts.sort()).toEqual(limits);
  });
});

describe('rnnq verify', () => {
  test('proves what the same options compile, and says which plan that is', async () => {
    const text = sampleText('lstm_s8_multiplier');
    const planOf = (objective: 'speed' | 'size') => summaryOf(compile(text, { core: 'host', objective }).plan);
    expect(planOf('speed').kernels).not.toEqual(planOf('size').kernels);
    for (const objective of ['speed', 'size'] as const) {
      const { stdout, stderr } = await rnnq('verify', SAMPLE, '-t', 'host', '--optimize', objective, '--json');
      expect(JSON.parse(stdout).results[0].plan).toEqual(planOf(objective));
      const names = planOf(objective).kernels.map((symbol) => symbol.replace(/^rnnq_/, ''));
      expect(stderr.split('\n')).toContain(
        `host (host): 40 steps, 640 values, 0 differences; ${objective}: ${names.join(', ')}`,
      );
    }
  });

  test('a core or a board, not both', async () => {
    const { exitCode, stderr } = await rnnq('verify', SAMPLE, '-t', 'host', '-b', 'blue_pill');
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
  for (const args of commands) {
    const { exitCode, stderr } = await rnnqWith({ PATH: place.folder }, ...args, '--max-ram', '20');
    expect(stderr).toMatch(/error limits_not_met .*bytes of RAM against a limit of 20/);
    expect(exitCode).toBe(1);
  }
  expect(place.tree()).toEqual({});
});
