import { mkdtemp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { findTool } from '../../src/boards/tools.js';
import { tclWord, writeSteps } from '../../src/boards/writers.js';
import { devices, temporaryFolder } from './sample.js';

// What a user names reaches a tool as text: openocd evaluates its commands as Tcl.

const root = temporaryFolder();

test('a serial number is text to openocd, whatever it holds', async (context) => {
  const tool = await findTool('openocd');
  if (!tool.available) return context.skip(`${tool.tool} is missing: ${tool.install}`);
  const folder = await mkdtemp(join(root(), 'tcl-'));
  const serials = ['A [exec touch pwned]', 'x} [exec touch pwned] {', '$env(HOME)', 'a"b;exit', '\\x41\\', 'é ü #'];
  const commands = serials.flatMap((serial) => ['-c', `echo ${tclWord(serial)}`]);
  const { all } = await execa(tool.path, [...commands, '-c', 'exit'], { cwd: folder, all: true, reject: false });
  expect(all!.split('\n')).toEqual(expect.arrayContaining(serials));
  expect(await readdir(folder)).toEqual([]);
});

test('no tool sees the path of the output folder', () => {
  const folder = '/x} [exec touch pwned] {/a@0x0,b';
  const odd = {
    elf: `${folder}/kws.elf`,
    images: { bin: `${folder}/kws.bin`, hex: `${folder}/kws.hex`, uf2: `${folder}/kws.uf2` },
  };
  for (const board of devices)
    for (const writer of board.writers)
      for (const step of writeSteps(writer, { board, ...odd })) {
        if (step.kind === 'copy') expect(step.from.startsWith(folder)).toBe(true);
        else expect([step.directory, step.args.join(' ').includes('pwned')]).toEqual([folder, false]);
      }
});
