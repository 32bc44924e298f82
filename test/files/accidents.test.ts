import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hashOf } from '../../src/files/manifest.js';
import { OwnedFolder } from '../../src/files/owned-folder.js';
import { DIGITS, Place, SHIFT } from '../cli/place.js';
import { copyFolder, fullDisk, withAccidents, works } from './accidents.js';

// Accidents 1 to 24: what can happen to the folder of a package. In none of them may anything of the user's be lost.
let place: Place;
let mounted: string | null;
beforeEach(() => {
  place = new Place();
  mounted = null;
});
afterEach(() => {
  if (mounted !== null) spawnSync('umount', [mounted]);
  place.remove();
});

const compile = (...args: string[]) => place.rnnq('compile', SHIFT, '-o', 'out', ...args);
const MANIFEST = 'out/.rnnq/gru_ternary_shift.json';

describe('files of others', () => {
  test('1-3: own files, a git folder and the model in the output folder stay', async () => {
    await compile();
    place.write('out/glue.c', 'mine');
    place.write('out/.git/HEAD', 'ref');
    place.copy(SHIFT, 'out/model.json');
    const before = place.tree('out');
    const { exitCode, stderr } = await place.rnnq('compile', 'out/model.json', '-o', 'out');
    expect([exitCode, stderr]).toEqual([0, expect.not.stringContaining('replaced')]);
    expect(place.tree('out')).toEqual(before);
  });

  test('4, 5: a changed file stops it before anything is written; --force says what it replaces', async () => {
    await compile();
    place.write('out/src/gru_ternary_shift.c', 'my version');
    place.write('out/notes.txt', 'mine');
    rmSync(place.path('out/README.md'));
    const before = place.tree('out');
    const refused = await compile();
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toMatch(
      /error files_in_the_way at out: 1 file .*src\/gru_ternary_shift\.c \(changed\)[\s\S]*--force/,
    );
    expect(place.tree('out')).toEqual(before);
    const forced = await compile('--force');
    expect(forced.stderr).toContain('replaced src/gru_ternary_shift.c');
    expect(place.read('out/src/gru_ternary_shift.c')).not.toBe('my version');
    expect(place.read('out/notes.txt')).toBe('mine');
  });

  test('6, 7: a folder that rnnq never wrote; --force replaces only what is in the way', async () => {
    place.write('out/README.md', 'r');
    place.write('out/sales.report.json', '{}');
    place.write('out/thesis.txt', 'precious');
    const before = place.tree('out');
    expect((await compile()).stderr).toContain(
      'error output_not_writable at out: it holds a package without a manifest',
    );
    expect(place.tree('out')).toEqual(before);
    expect((await compile('--force')).stderr).toContain('replaced README.md, changed');
    expect(place.tree('out')).toMatchObject({ 'thesis.txt': 'precious', 'sales.report.json': '{}' });
  });

  test('8: the model that is read is not replaced, not even by --force', async () => {
    place.copy(SHIFT, 'out/gru_ternary_shift.report.json');
    const before = place.tree('out');
    const args = ['compile', 'out/gru_ternary_shift.report.json', '-o', 'out', '--force'];
    expect((await place.rnnq(...args)).stderr).toMatch(/error output_blocked .*is what the command reads/);
    expect(place.tree('out')).toEqual(before);
  });

  test('9: files that the next package has no more are removed, a changed one among them stops it', async () => {
    const digits = (core: string) => place.rnnq('compile', DIGITS, '-t', core, '-o', 'out');
    await digits('cortex-m4');
    const dsp = 'out/src/rnnq_matvec_s8_s8_dsp.c';
    const text = place.read(dsp);
    place.write(dsp, 'tuned');
    expect((await digits('cortex-m0')).stderr).toContain('no longer part of the package');
    expect(place.read(dsp)).toBe('tuned');
    place.write(dsp, text);
    expect((await digits('cortex-m0')).exitCode).toBe(0);
    expect(existsSync(place.path(dsp))).toBe(false);
  });

  test('10: two models in one folder: each owns its files, neither removes those of the other', async () => {
    await compile();
    const { exitCode, stderr } = await place.rnnq('compile', DIGITS, '-t', 'cortex-m4', '-o', 'out');
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining('holds the package of gru_ternary_shift too')]);
    expect((await place.rnnq('compile', DIGITS, '-t', 'cortex-m0', '-o', 'out')).exitCode).toBe(0);
    const src = readdirSync(place.path('out/src'));
    expect(src).toEqual(expect.arrayContaining(['digits.c', 'gru_ternary_shift.c', 'rnnq_matvec_s8_s8_c.c']));
    expect(src).not.toContain('rnnq_matvec_s8_ternary_rowpair_dsp.c');
    expect((await compile()).exitCode).toBe(0);
  });

  test('11: build has a folder of its own', async ({ skip }) => {
    if (!works('gcc', '--version')) skip('no gcc');
    await compile();
    const before = place.tree('out');
    const built = await place.rnnq('build', SHIFT, '--board', 'host');
    expect(built.stdout).toContain('firmware/host/firmware/gru_ternary_shift.elf');
    expect(place.tree('out')).toEqual(before);
    place.write('firmware/host/firmware/gru_ternary_shift.elf', 'patched');
    expect((await place.rnnq('build', SHIFT, '--board', 'host')).stderr).toContain('error files_in_the_way');
    expect(place.read('firmware/host/firmware/gru_ternary_shift.elf')).toBe('patched');
  });
});

describe('links, mounts and places that are no folders', () => {
  test('12: a symbolic link as output folder is followed', async () => {
    mkdirSync(place.path('real'));
    symlinkSync('real', place.path('out'));
    for (let i = 0; i < 2; i++) expect((await compile()).exitCode).toBe(0);
    expect(place.tree().out).toBe('-> real');
    expect(existsSync(place.path('real/include/gru_ternary_shift.h'))).toBe(true);
  });

  test('13, 14: links inside are not followed; --force replaces a link to a file, never what it leads to', async () => {
    await compile();
    place.write('mine/rnnq.h', 'mine');
    rmSync(place.path('out/src'), { recursive: true });
    symlinkSync('../mine', place.path('out/src'));
    expect((await compile('--force')).stderr).toMatch(/error output_blocked at out: src is a symbolic link/);
    rmSync(place.path('out/src'));
    mkdirSync(place.path('out/src'));
    symlinkSync('../../mine/rnnq.h', place.path('out/src/rnnq.h'));
    expect((await compile()).stderr).toMatch(/error files_in_the_way .*rnnq\.h \(a symbolic link\)/);
    expect((await compile('--force')).exitCode).toBe(0);
    expect(place.tree('mine')).toEqual({ 'rnnq.h': 'mine' });
  });

  test('15: a file, a link to nowhere, a path without a name, a folder of the kernel', async () => {
    place.write('file', 'text');
    symlinkSync('nowhere', place.path('link'));
    for (const output of ['file', 'file/x', 'link', '', '/proc/x', '/dev/null', 'x'.repeat(300)]) {
      const { exitCode, stderr } = await place.rnnq('compile', SHIFT, '-o', output);
      expect([exitCode, stderr], output).toEqual([1, expect.stringContaining('error output_not_writable')]);
    }
    expect(place.tree()).toEqual({ file: 'text', link: '-> nowhere' });
  });

  test('16: spaces, other alphabets and line ends in the name', async () => {
    for (const output of ['a b', 'ключ', 'new\nline', `${'deep'.repeat(20)}/${'long'.repeat(20)}`])
      expect((await place.rnnq('compile', SHIFT, '-o', output)).exitCode).toBe(0);
  });

  test('17-19: a mount point; made read-only; full', async ({ skip }) => {
    mkdirSync(place.path('out'));
    if (!works('mount', '-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', place.path('out'))) skip('no right to mount');
    mounted = place.path('out');
    expect((await compile()).exitCode).toBe(0);
    const package_ = place.tree('out');
    const other = () => place.rnnq('compile', SHIFT, '-t', 'cortex-m4', '-o', 'out');
    spawnSync('dd', ['if=/dev/zero', `of=${place.path('out/filler')}`, 'bs=4k'], { stdio: 'ignore' });
    expect((await other()).stderr).toMatch(/error output_not_writable at out: .*no space left on the device/);
    rmSync(place.path('out/filler'));
    expect(place.tree('out')).toEqual(package_);
    spawnSync('mount', ['-o', 'remount,ro', mounted]);
    expect((await other()).stderr).toMatch(/error output_not_writable at out: .*the file system is read-only/);
    expect(place.tree('out')).toEqual(package_);
    spawnSync('mount', ['-o', 'remount,rw', mounted]);
    expect((await other()).exitCode).toBe(0);
  });
});

describe('ends half-way', () => {
  async function write(text: string, names: readonly string[]): Promise<void> {
    const owned = new OwnedFolder(place.path('out'), 'model');
    const release = await owned.lock();
    try {
      owned.write(new Map(names.map((name) => [name, { data: `${text} ${name}` }])));
    } finally {
      release();
    }
  }
  const OLD = { 'a.c': 'old a.c', src: '/', 'src/b.c': 'old src/b.c', 'src/gone.c': 'old src/gone.c' };
  const NEW_NAMES = ['a.c', 'src/b.c', 'src/deep/new.c'];
  const NEW = {
    ...{ 'a.c': 'new a.c', src: '/', 'src/b.c': 'new src/b.c' },
    ...{ 'src/deep': '/', 'src/deep/new.c': 'new src/deep/new.c' },
  };

  const prepare = async (replaces: boolean): Promise<void> => {
    rmSync(place.path('out'), { recursive: true, force: true });
    if (replaces) await write('old', ['a.c', 'src/b.c', 'src/gone.c']);
    place.write('out/src/mine.c', 'mine');
  };
  const complete = async (operation: number): Promise<void> => {
    await write('new', NEW_NAMES);
    expect(place.tree('out'), `operation ${operation}`).toEqual({ ...NEW, 'src/mine.c': 'mine' });
    expect(readdirSync(place.path('out/.rnnq'))).toEqual(['model.json']);
  };

  test.each([
    ['20: killed at every operation of a first package', false],
    ['21: killed at every operation of a replacement', true],
  ] as const)('%s: the next write completes it, and what is not rnnq stays', async (_name, replaces) => {
    await prepare(replaces);
    // a process that is killed leaves what is on the disk
    const leftAt = (operation: number): string => place.path(`left-${operation}`);
    const operations = await withAccidents(
      (operation) => copyFolder(place.path('out'), leftAt(operation)),
      () => write('new', NEW_NAMES),
    );
    expect(operations).toBeGreaterThan(15);
    for (let at = 1; at <= operations; at++) {
      copyFolder(leftAt(at), place.path('out'));
      await complete(at);
    }
  });

  test('22: the disk is full at every operation: the next write completes it, and what is not rnnq stays', async () => {
    for (let at = 1, operations = at; at <= operations; at++) {
      await prepare(true);
      let failed = false;
      operations = await withAccidents(
        (operation, name) => {
          if (operation === at) fullDisk(name);
        },
        () =>
          write('new', NEW_NAMES).catch(() => {
            failed = true;
          }),
      );
      if (failed && !existsSync(place.path('out/src/deep/new.c')))
        expect(place.tree('out'), `operation ${at}`).toEqual({ ...OLD, 'src/mine.c': 'mine' });
      if (!failed) expect(operations).toBeGreaterThan(15);
      await complete(at);
    }
  });

  test('23: folders and temporary files of other processes are not taken along', async () => {
    place.write('out.rnnq-1/src/digits.c', 'of another model');
    place.write('out.rnnq-old-1/x/y', 'left by an earlier rnnq');
    expect((await compile()).exitCode).toBe(0);
    expect(readdirSync(place.path('out/src'))).not.toContain('digits.c');
    expect(place.read('out.rnnq-old-1/x/y')).toBe('left by an earlier rnnq');
  });

  test.each([
    ['cut short', () => '{"format": "rnnq-mani'],
    ['null', () => 'null'],
    ['a list', () => '[]'],
    ['a path out of the folder', () => manifestOf('../secret.txt')],
    ['an absolute path', () => manifestOf(place.path('secret.txt'))],
    ['a path with dots', () => manifestOf('src/../../secret.txt')],
  ])('24: a manifest that is %s', async (_name, text) => {
    place.write('secret.txt', 'secret');
    await compile();
    place.write(MANIFEST, text());
    expect((await compile()).stderr).toContain('error manifest_broken');
    expect(place.read('secret.txt')).toBe('secret');
  });
  const manifestOf = (path: string) =>
    JSON.stringify({ format: 'rnnq-manifest', version: 1, files: { [path]: [hashOf('secret')] } });
});
