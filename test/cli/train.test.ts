import { rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Conv1dLayer, DenseLayer } from '../../src/ir/model.js';
import { sharedPlace } from './place.js';

const place = sharedPlace();
const { read, rnnq } = place;
const GESTURES = ['--data', 'gestures', '--units', '8', '--batch', '32'];
const AUTO = [...GESTURES, '--weights', 'auto'];

describe('rnnq train', () => {
  test('writes the model and the run folder, prints scores and curves; eval agrees', async () => {
    const { stdout, stderr, exitCode } = await rnnq('train', ...GESTURES, '--epochs', '6', '-o', 'm.json');
    expect(stderr).toMatch(/step 180 of 180/);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/m\.json: validation [\d.]+ %, test [\d.]+ %, best of 180 updates by accuracy: \d+/);
    expect(stdout).toContain('* training   + validation');
    for (const file of ['config.json', 'checkpoint.json', 'metrics.jsonl', 'curves.svg'])
      expect(place.has(`m.run/${file}`), file).toBe(true);
    expect(read('m.run/metrics.jsonl').trim().split('\n')).toHaveLength(6);
    expect(JSON.parse(read('m.run/config.json'))).toMatchObject({ data: 'synthetic_gestures', options: { seed: 1 } });
    expect(read('m.run/curves.svg')).toMatch(/^<svg [\s\S]*validation[\s\S]*<\/svg>\n$/);
    const { training } = JSON.parse(read('m.json'));
    const evaluated = JSON.parse((await rnnq('eval', 'm.json', '--data', 'gestures', '--json')).stdout);
    expect(evaluated.count).toBe(120);
    expect(Math.abs(evaluated.fixed.accuracy - training.testAccuracy)).toBeLessThan(2.5 / 120);
    expect(evaluated.confusion.flat().reduce((a: number, b: number) => a + b)).toBe(120);
    expect(evaluated.classes[0]).toMatchObject({ label: 'circle', count: 30 });
  });

  test('several seeds and folds: a table of each, the model of the best seed; eval puts plots into its run', async () => {
    const args = ['train', ...GESTURES, '--steps', '6', '--seeds', '2', '--folds', '2', '--distill', '-o', 's.json'];
    args.push('--class-weights', 'balanced');
    const { stdout, exitCode } = await rnnq(...args);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/fold 1, seed 1, distilled .*\n(.*\n)*fold 2, seed 2.*\nmean .*\nstandard deviation/);
    expect(stdout).toMatch(/\nseed 1, distilled .*\nseed 2, .*\nmean .*\nstandard deviation/);
    expect(stdout).toMatch(/s\.json: validation [\d.]+ % \(macro F1 [\d.]+ %\), .* best of 6 updates by macro F1: \d/);
    expect(place.has('s.run/fold-2-seed-2-float/checkpoint.json')).toBe(true);
    const again = await rnnq(...args, '--resume', '--json');
    expect(again.exitCode).toBe(0);
    const { seeds, folds, selectedBy } = JSON.parse(again.stdout);
    expect(selectedBy).toBe('macroF1');
    expect([seeds.each.length, folds.each.length]).toEqual([2, 4]);
    const { stderr } = await rnnq('eval', 's.json', '--data', 'gestures');
    expect(stderr).toContain('s.run: roc.svg, precision-over-recall.svg');
    expect(read('s.run/roc.svg')).toMatch(/^<svg [\s\S]*circle 0\.\d{3}[\s\S]*<\/svg>\n$/);
  });

  test('--weights auto: a table of formats, the model of the chosen one; the run notes it, and goes on', async () => {
    const args = [
      'train',
      ...GESTURES,
      '--steps',
      '40',
      '--weights',
      'auto',
      '--seeds',
      '2',
      '--distill',
      '-o',
      'auto.json',
    ];
    args.push('--target', 'cortex-m0plus', '--max-flash', '4000', '--max-ram', '2000');
    const withoutTools = (...more: string[]) => place.rnnqWith({ PATH: '' }, ...args, ...more);
    const { stdout, stderr, exitCode } = await withoutTools();
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/weights +units +flash, estimated +RAM +cycles, modelled +validation/);
    const [, format, units, best = format] =
      /\nweights: (\S+), units (\d+): (?:the best|indistinguishable from (\S+), the best,) on the validation part after 8 updates/.exec(
        stderr,
      )!;
    expect(stderr).toContain('(cortex-m0plus, at most 3,920 bytes of flash (estimated), 2,000 bytes of RAM)');
    expect(stdout).toMatch(/\ncortex-m0plus: [\d,]+ bytes of flash \(estimated\), [\d,]+ bytes of RAM, [\d,]+ cycles/);
    const { compared, chosen } = place.readJson('auto.run/formats.json');
    expect(chosen).toEqual({ format, units: [Number(units)] });
    const accuracies = compared.map(({ validation }: { validation: { accuracy: number } }) => validation.accuracy);
    expect(compared.find((one: { format: string }) => one.format === best).validation.accuracy).toBe(
      Math.max(...accuracies),
    );
    const model = place.readJson('auto.json');
    expect(model.layers[0]).toMatchObject({ units: Number(units), recurrent: { format } });
    expect(place.readJson('auto.run/seed-2-float/config.json').options.units).toEqual([Number(units)]);
    // as if it had been stopped: the choice is made again from finished trainings, the seeds are taken up
    for (const run of ['', 'float', 'seed-2']) rmSync(place.path('auto.run', run, 'checkpoint.json'));
    const kept = read('auto.run/auto-s8/checkpoint.json');
    const text = read('auto.json');
    const again = await withoutTools('--resume', '--json');
    expect(again.exitCode).toBe(0);
    expect(JSON.parse(again.stdout).weights.chosen).toEqual(chosen);
    expect(read('auto.json')).toBe(text);
    expect(read('auto.run/auto-s8/checkpoint.json')).toBe(kept);
    // a training of a given format is another one
    const given = await rnnq('train', ...GESTURES, '--steps', '40', '-o', 'auto.json');
    expect(given.stderr).toContain('error run_finished');
  });

  test('takes a configuration, which the command line overrides', async () => {
    const config = { data: 'gestures', units: [4], batch: 32, epochs: 1, weights: { dense: 'ternary' } };
    place.write('config.json', JSON.stringify(config));
    const args = ['--config', 'config.json', '--units', '6', '--weights', 'recurrent=s8', '-o', 'c.json', '--json'];
    const { stdout, exitCode } = await rnnq('train', ...args);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ output: 'c.json', run: 'c.run', steps: 30, earlyStop: false });
    const { options } = JSON.parse(read('c.run/config.json'));
    expect(options).toMatchObject({ units: [6], batch: 32 });
    expect(options.weights).toEqual({ input: 'ternary', recurrent: 's8', dense: 'ternary', bias: 'none' });
  });

  test('dense layers before the output: configured, trained, the beginning of another training, which has the same ones', async () => {
    const head = [
      { units: 6, activation: 'relu' },
      { units: 5, activation: 'sigmoid' },
    ];
    place.write('head.json', JSON.stringify({ data: 'gestures', units: [8], batch: 32, head }));
    const first = await rnnq('train', '--config', 'head.json', '--steps', '8', '-o', 'head-model.json');
    expect(first.exitCode).toBe(0);
    const { layers } = JSON.parse(read('head-model.json'));
    expect(layers.map(({ type, units, activation }: DenseLayer) => [type, units, activation])).toEqual([
      ['gru', 8, 'tanh'],
      ['dense', 6, 'relu'],
      ['dense', 5, 'sigmoid'],
      ['dense', 4, 'linear'],
    ]);
    const next = ['train', ...GESTURES, '--steps', '4', '--warm-start', 'head-model.run', '-o', 'warm.json'];
    expect((await rnnq(...next, '--head', '6:relu,5:sigmoid')).exitCode).toBe(0);
    const { stderr, exitCode } = await rnnq(...next, '--head', '6:relu,5:tanh', '--restart');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/run_does_not_fit.*its head is .*sigmoid.*, that of the new training .*tanh/);
  });

  test('convolutions and pools: their text is the list of a configuration, the beginning of another training', async () => {
    const args = ['train', ...GESTURES, '--conv', '6x4/2:tanh:causal,max2,5x1,mean3/2', '-o', 'conv.json'];
    expect((await rnnq(...args, '--steps', '4')).exitCode).toBe(0);
    expect(JSON.parse(read('conv.run/config.json')).options.conv).toEqual([
      { type: 'conv1d', units: 6, window: 4, stride: 2, activation: 'tanh', padding: 'causal' },
      { type: 'pool', function: 'max', window: 2, stride: 2 },
      { type: 'conv1d', units: 5, window: 1, stride: 1, activation: 'relu', padding: 'valid' },
      { type: 'pool', function: 'mean', window: 3, stride: 2 },
    ]);
    const { layers } = JSON.parse(read('conv.json'));
    expect(layers.map(({ window, first, stride }: Conv1dLayer) => [window, first, stride]).slice(0, 4)).toEqual([
      [4, 1, 2],
      [2, 2, 2],
      [1, 1, 1],
      [3, 3, 2],
    ]);
    const next = ['train', ...GESTURES, '--steps', '4', '--warm-start', 'conv.run', '-o', 'next.json'];
    expect((await rnnq(...next, '--conv', '6x4/2:tanh:causal,max2,5x1,mean3/2')).exitCode).toBe(0);
    const { stderr, exitCode } = await rnnq(...next, '--conv', '6x4/2,max2', '--restart');
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      'its conv is 6x4/2:tanh:causal,max2/2,5x1/1:relu,mean3/2, that of the new training 6x4/2:relu,max2/2\n',
    );
  });

  test('Ctrl-C ends with a checkpoint, and --resume finishes with the model of a whole training', async () => {
    const args = ['train', ...GESTURES, '--epochs', '60', '--seed', '3'];
    const child = place.start(...args, '-o', 'cut.json');
    child.stderr.on('data', (text: Buffer) => {
      if (text.toString().includes('step 360')) child.kill('SIGINT');
    });
    const { exitCode, stderr } = await child;
    expect(exitCode).toBe(130);
    expect(stderr).toMatch(/interrupted after update \d+.*--resume goes on from cut\.run/);
    expect(place.has('cut.json')).toBe(false);
    const refused = await rnnq(...args, '-o', 'cut.json');
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toMatch(/run_unfinished/);
    expect((await rnnq(...args, '-o', 'cut.json', '--resume')).exitCode).toBe(0);
    expect((await rnnq(...args, '-o', 'whole.json')).exitCode).toBe(0);
    expect(read('cut.json')).toBe(read('whole.json'));
  });

  test.each([
    ['bad_config', 'no data', ['train', '-o', 'x.json']],
    ['file_unreadable', 'a configuration that is not there', ['train', '--config', 'none.json', '-o', 'x.json']],
    ['bad_option', 'an unknown method', ['train', ...GESTURES, '--weights', 'input=magic', '-o', 'x.json']],
    ['bad_option', 'relu for a GRU', ['train', ...GESTURES, '--activation', 'relu', '-o', 'x.json']],
    ['bad_option', 'dense layers without activation', ['train', ...GESTURES, '--head', '32', '-o', 'x.json']],
    ['bad_option', 'a convolution without steps', ['train', ...GESTURES, '--conv', '16', '-o', 'x.json']],
    ['bad_option', 'a convolution over no step', ['train', ...GESTURES, '--conv', '16x0', '-o', 'x.json']],
    ['bad_option', 'an unknown activation', ['train', ...GESTURES, '--head', '32:swish', '-o', 'x.json']],
    ['bad_option', 'bits', ['train', ...GESTURES, '--fraction-bits', '5', '--integer-bits', '3', '-o', 'x.json']],
    [
      'bad_option',
      'a joint scope with batch norm',
      ['train', ...GESTURES, '--row-scale-scope', 'joint', '--input-norm', '-o', 'x.json'],
    ],
    ['bad_option', 'a wide window', ['train', ...GESTURES, '--exponents', '-9,0', '-o', 'x.json']],
    ['bad_option', 'a list without values', ['train', ...GESTURES, '--augment', 'noise', '-o', 'x.json']],
    [
      'bad_option',
      'folds of a given split',
      ['train', ...GESTURES, '--folds', '2', '--split', 'given', '-o', 'x.json'],
    ],
    [
      'bad_option',
      'a teacher that knows the folds',
      ['train', ...GESTURES, '--folds', '2', '--teacher', 'm.run', '-o', 'x.json'],
    ],
    ['bad_option', 'two teachers', ['train', ...GESTURES, '--distill', '--teacher', 'm.run', '-o', 'x.json']],
    ['bad_option', 'float from float', ['train', ...GESTURES, '--distill', '--weights', 'none', '-o', 'x.json']],
    ['bad_option', 'an unknown metric', ['train', ...GESTURES, '--select', 'f2', '-o', 'x.json']],
    ['bad_option', 'two weight formats', ['train', ...AUTO, '--weights', 's8', '-o', 'x.json']],
    ['bad_option', 'one matrix alone', ['train', ...GESTURES, '--weights', 'input=auto', '-o', 'x.json']],
    ['bad_option', 'a network of one size', ['train', ...AUTO, '--warm-start', 'm.run', '-o', 'x.json']],
    ['bad_option', 'a teacher of one size', ['train', ...AUTO, '--teacher', 'm.run', '-o', 'x.json']],
    ['bad_option', 'an option of one format', ['train', ...AUTO, '--level-step', '0.4', '-o', 'x.json']],
    ['bad_option', 'a recipe of founding methods', ['train', ...AUTO, '--recipe', 'ott2016', '-o', 'x.json']],
    ['bad_option', 'limits of a given format', ['train', ...GESTURES, '--max-flash', '4000', '-o', 'x.json']],
    ['unknown_target', 'no such core', ['train', ...AUTO, '--target', 'cortex-m99', '-o', 'x.json']],
    ['run_missing', 'nothing to resume', ['train', ...GESTURES, '--resume', '-o', 'x.json']],
    ['run_missing', 'no teacher', ['train', ...GESTURES, '--teacher', 'nowhere', '-o', 'x.json']],
    ['backend_missing', 'no tfjs-node', ['train', ...GESTURES, '--backend', 'node', '-o', 'x.json']],
  ])('%s: %s', async (code, _name, args) => {
    const { exitCode, stderr } = await rnnq(...args);
    expect(stderr).toContain(`error ${code}`);
    expect(exitCode).toBe(['bad_option', 'bad_config', 'unknown_target'].includes(code) ? 2 : 1);
    expect([place.has('x.json'), place.has('x.run')]).toEqual([false, false]);
  });

  test.each([
    [['--units', '8,0'], 'bad_option at --units layer 2: 0 is not a whole number from 1 to 1024'],
    [['--conv', '8x3,0x3'], 'bad_option at --conv layer 2 units: 0 is not a whole number from 1 to 1024'],
    [['--weights', 'ternary,dense=s9'], 'bad_option at --weights dense: "s9" is not one of'],
  ])('%s: the complaint names the layer', async (options, message) => {
    expect((await rnnq('train', ...GESTURES, ...options, '-o', 'x.json')).stderr).toContain(message);
  });

  test.each([
    ['{"name":"a/b"}', 'bad_name at c.json: name: "a/b"'],
    ['{"units":0}', 'bad_option at c.json: units: 0 is not a list of 1 to 4 values'],
    ['{"units":[0]}', 'bad_option at c.json: units.0: 0 is not a whole number from 1 to 1024'],
    ['{"unitz":[4]}', 'bad_option at c.json: unitz: is not known here'],
    ['{"dataOptions":{"maxSteps":"x"}}', 'bad_option at c.json: dataOptions.maxSteps: "x" is not a whole number'],
    ['{"dataOptions":{"like":1}}', 'bad_config at c.json: dataOptions.like: is not known here'],
    ['{"dataOptions":5}', 'bad_config at c.json: dataOptions is not a JSON object'],
    ['null', 'bad_config at c.json: it is not a JSON object'],
    ['{', 'bad_config at c.json: it is not JSON'],
  ])('the configuration %s is refused before anything is written', async (text, message) => {
    place.write('c.json', text);
    const { exitCode, stderr } = await rnnq('train', '--data', 'gestures', '--config', 'c.json', '-o', 'x.json');
    expect(stderr).toContain(`error ${message}`);
    expect(exitCode).toBe(1);
    expect(place.has('x.run')).toBe(false);
  });

  test('run_not_writable: a file stands where the run folder should be', async () => {
    place.write('blocked/m.run', '');
    const { exitCode, stderr } = await rnnq('train', ...GESTURES, '-o', 'blocked/m.json');
    expect(stderr).toContain('error run_not_writable');
    expect(exitCode).toBe(1);
  });
});
