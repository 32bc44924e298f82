import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { PACKAGE_ROOT } from '../../src/package-root.js';
import { wavFile } from '../unit/data/wav-file.js';
import { sharedPlace } from './place.js';

// Every command of docs/data/recipes.md, on small data of the form that the page describes.
const place = sharedPlace();
const write = (name: string, content: string | Buffer): void => place.write(name, content);
const page = readFileSync(join(PACKAGE_ROOT, 'docs/data/recipes.md'), 'utf8');
const sections = page.split(/^## /m).slice(1);
/** Of a training: enough to make a model. */
const SMALL = ['--units', '4', '--steps', '8', '--batch', '8'];

const wave = (k: number, speed = 1): string => Math.sin(speed * k).toFixed(3);
const lines = (header: string, count: number, row: (k: number) => string): string =>
  `${[header, ...Array.from({ length: count }, (_, k) => row(k))].join('\n')}\n`;
const label = (i: number): string => (i % 2 ? 'tap' : 'circle');

beforeAll(() => {
  const activity = (k: number): string => (k % 100 < 50 ? 'rest' : 'walk');
  const log = (k: number): string => `${wave(k)},${wave(k, 2)},${wave(k, 3)}`;
  write(
    'log.csv',
    lines('time,activity,ax [m/s2],ay [m/s2],az [m/s2]', 1000, (k) => `${20 * k},${activity(k)},${log(k)}`),
  );
  write(
    'new.csv',
    lines('az,ay,ax,time', 120, (k) => `${log(k)},${20 * k}`),
  );
  for (let i = 0; i < 24; i++) {
    const steps = (header: string): string => lines(header, 12, (k) => `${k / 50},${wave(k + i)},${wave(k, i)},1`);
    write(`strokes/${label(i)}/${i}.csv`, steps('time,x,y,z'));
  }
  for (let i = 0; i < 48; i++)
    write(
      `words/${['yes', 'no', 'up', 'down'][i % 4]}/${1 + Math.floor(i / 4)}.wav`,
      wavFile(Array.from({ length: 2000 }, (_, k) => 0.3 * Math.sin(k * (0.05 + 0.1 * (i % 4)) + i))),
    );
  const sequence = (k: number): number => Math.floor(k / 6);
  write(
    'people.csv',
    lines('sequence,label,who,x,y', 360, (k) => {
      const i = sequence(k);
      return `s${i},${label(i)},${['ann', 'bob', 'eve'][i % 3]},${wave(k)},${wave(k, i)}`;
    }),
  );
  write(
    'faults.csv',
    lines('sequence,label,x', 720, (k) => `s${sequence(k)},${sequence(k) % 10 ? 'good' : 'faulty'},${wave(k)}`),
  );
  write(
    'beats.csv',
    lines('label,1,2,3,4', 40, (k) => `${k % 2 ? 'early' : 'regular'},${wave(k)},${wave(k, 2)},1,${wave(k, 3)}`),
  );
});

test('the page has commands in every section', () => {
  expect(sections.length).toBeGreaterThan(5);
  for (const section of sections) expect(section).toMatch(/```sh\nrnnq /);
});

test.each(sections.map((section) => [section.split('\n')[0]!, section]))('%s', async (_, section) => {
  const commands = [...section.matchAll(/^rnnq (.*)$/gm)].map((match) => match[1]!.split(' '));
  for (const args of commands) {
    const small = args[0] === 'train' ? SMALL : [];
    // what compilers would measure of a dozen networks is estimated here
    const environment = args.includes('auto') ? { PATH: '' } : {};
    const { exitCode, stderr } = await place.rnnqWith(environment, ...args, ...small);
    expect([args.join(' '), exitCode, stderr.includes('error ')]).toEqual([args.join(' '), 0, false]);
  }
});
