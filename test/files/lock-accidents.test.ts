import { spawn, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FolderLock } from '../../src/files/lock.js';
import { PACKAGE_ROOT } from '../../src/package-root.js';
import { MAIN, Place, SHIFT } from '../cli/place.js';
import { works } from './accidents.js';

// Accidents 25 to 28: several processes and one folder.
let place: Place;
beforeEach(() => {
  place = new Place();
});
afterEach(() => place.remove());

/** As it is built. */
const OWNED_FOLDER = join(PACKAGE_ROOT, 'dist/files/owned-folder.js');
const compile = () => place.rnnq('compile', SHIFT, '-o', 'out');

describe('several processes', () => {
  /** Starts a process that takes the lock of `out` and keeps it. */
  async function hold(...command: string[]) {
    const code = `const { OwnedFolder } = await import(${JSON.stringify(OWNED_FOLDER)});
      await new OwnedFolder(${JSON.stringify(place.path('out'))}, 'x').lock(); console.log('locked'); setInterval(() => {}, 1000);`;
    const [file, ...args] = [...command, process.execPath, '--input-type=module', '-e', code];
    const holder = spawn(file!, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise((resolve) => holder.once('close', resolve));
    await new Promise((resolve) => holder.stdout.once('data', resolve));
    return { holder, ended };
  }
  const STALE = [expect.stringMatching(/^lock-/)];

  test('25, 26: a process that is at work or stopped keeps others out; one that was killed does not', async () => {
    const { holder, ended } = await hold();
    holder.kill('SIGSTOP');
    const refused = await compile();
    expect([refused.exitCode, refused.stderr]).toEqual([1, expect.stringContaining('error folder_in_use at out')]);
    expect(place.tree('out')).toEqual({});
    holder.kill('SIGKILL');
    await ended;
    expect(readdirSync(place.path('out/.rnnq'))).toEqual(STALE);
    expect((await compile()).exitCode).toBe(0);
    expect(readdirSync(place.path('out/.rnnq'))).toEqual(['gru_ternary_shift.json']);
  });

  test('27: process ids repeat: killed as process 1 of a container, run again as process 1', async ({ skip }) => {
    if (!works('unshare', '-fp', '--kill-child', 'true')) skip('no right to make a process namespace');
    const container = ['unshare', '-fp', '--kill-child'];
    const { holder, ended } = await hold(...container);
    const again = () =>
      spawnSync(container[0]!, [...container.slice(1), process.execPath, MAIN, 'compile', SHIFT, '-o', 'out'], {
        cwd: place.folder,
        encoding: 'utf8',
      });
    expect(again().stderr).toContain('error folder_in_use');
    holder.kill('SIGKILL');
    await ended;
    expect(readdirSync(place.path('out/.rnnq'))).toEqual(STALE);
    expect(again().status).toBe(0);
  });

  test('28: of many at once one has the lock, and nothing is left of the others', async () => {
    const refuse = { code: 'in_use', at: '', message: 'in use' };
    const take = () => FolderLock.take(place.path('long'.repeat(30), 'out'), () => refuse, refuse);
    const results = await Promise.allSettled(Array.from({ length: 6 }, take));
    const held = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(held.length).toBeLessThanOrEqual(1);
    for (const lock of held) lock.release();
    (await take()).release();
    expect(Object.values(place.tree()).filter((entry) => entry !== '/')).toEqual([]);
  });
});
