import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PASSES } from '../../src/compiler/3-optimize/passes.js';
import { compile } from '../../src/compiler/compile.js';
import { printPlan } from '../../src/ir/print-plan.js';
import { sampleText } from '../samples/sample-text.js';
import { sampleModel, sharedPlace } from './place.js';

const place = sharedPlace();
const compileSample = (sample: string, ...args: string[]) => place.rnnq('compile', sampleModel(sample), ...args);
const files = (dump: string): string[] => readdirSync(place.path(dump)).filter((name) => name.endsWith('.txt'));

test('--dump writes the program after every pass, alternatives too, the plan and the kernels', async () => {
  const { exitCode } = await compileSample('gru_joint_multiplier', '-t', 'cortex-m4', '--dump', 'all');
  expect(exitCode).toBe(0);
  const stages = ['lower', ...PASSES.map(({ name }) => name)].map((name, i) => `0${i}-${name}.txt`);
  expect(files('all')).toEqual([...stages, '04-merge-products-at-layers-0.txt', 'kernels.txt', 'plan.txt']);
  expect(place.read('all/plan.txt')).toBe(
    printPlan(compile(sampleText('gru_joint_multiplier'), { core: 'cortex-m4' }).plan),
  );
  expect(place.read('all/03-fold-roundings.txt')).toMatch(/^state /);
  expect(place.read('all/kernels.txt')).toContain('estimates by formula');
});

test('a dump replaces the files of the last one, and no others', async () => {
  expect((await compileSample('gru_joint_multiplier', '--dump', 'again')).exitCode).toBe(0);
  expect((await compileSample('gru_joint_multiplier', '--dump', 'again', '--optimize', 'size')).exitCode).toBe(0);
  expect(place.read('again/plan.txt')).toMatch(/^host, size: /);
  expect((await compileSample('gru_joint_multiplier', '-o', 'same', '--dump', './same')).stderr).toMatch(
    /error bad_option at --dump/,
  );
});

test('the passes of a model that no plan fits are dumped, and no package is written', async () => {
  const { exitCode, stderr } = await compileSample(
    'gru_joint_multiplier',
    '-o',
    'none',
    '--dump',
    'failed',
    '--max-ram',
    '9',
  );
  expect([exitCode, stderr.includes('limits_not_met')]).toEqual([1, true]);
  expect(files('failed')).toContain('03-fold-roundings.txt');
  expect(files('failed')).not.toContain('plan.txt');
  expect(place.has('none')).toBe(false);
});
