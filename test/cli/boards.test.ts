import { mkdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { TEST_MS, withoutCompiler, withoutEmulator } from '../boards/sample.js';
import { SHIFT, sharedPlace } from './place.js';

const place = sharedPlace();

/** Runs rnnq where nothing is plugged in but the devices of `usb`. */
const rnnq = (args: readonly string[], usb = place.path('no-usb')) => {
  mkdirSync(usb, { recursive: true });
  return place.rnnqWith({ RNNQ_USB_DIRECTORY: usb }, ...args);
};

test('boards lists every board; --connected only those that are plugged in', async () => {
  const all = JSON.parse((await rnnq(['boards', '--json'])).stdout);
  expect(all.length).toBeGreaterThan(20);
  expect(JSON.parse((await rnnq(['boards', '--connected', '--json'])).stdout)).toEqual([]);
  place.write('usb/1-1/idVendor', '16c0\n');
  place.write('usb/1-1/idProduct', '0478\n');
  const connected = JSON.parse((await rnnq(['boards', '--connected', '--json'], place.path('usb'))).stdout);
  expect(connected.map(({ id }: { id: string }) => id)).toEqual(['teensy_4_0']);
});

test('compile refuses an unknown package', async () => {
  const { exitCode, stderr } = await rnnq(['compile', SHIFT, '-t', 'cortex-m4', '--package', 'conan']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('error bad_option at --package');
});

describe.skipIf(withoutCompiler)('with a compiler for Cortex-M', () => {
  test('build prints the path of the program, and memory on stderr', { timeout: TEST_MS }, async () => {
    const { exitCode, stdout, stderr } = await rnnq(['build', SHIFT, '--board', 'blue_pill', '-o', 'out']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/out\/firmware\/\w+\.elf$/);
    expect(stderr).toMatch(/^ok {2}initial stack pointer: 0x20005000$/m);
    expect(stderr).toMatch(/^flash +\d+ +65536 /m);
  });

  test('flash without a board is refused; --dry-run prints the command', { timeout: TEST_MS }, async () => {
    const refused = await rnnq(['flash', SHIFT, '--board', 'nucleo_f446re']);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('error board_missing at --board: no nucleo_f446re is connected');
    const dry = await rnnq(['flash', SHIFT, '--board', 'nucleo_f446re', '--dry-run', '--runner', 'openocd']);
    expect(dry.exitCode).toBe(0);
    expect(dry.stderr).toMatch(
      /^\$ cd \S+ && openocd -f board\/st_nucleo_f4\.cfg -c 'program \w+\.elf verify reset exit'$/m,
    );
  });

  test('run on rp2040js compares and tells cycles', { timeout: TEST_MS }, async () => {
    const options = ['--board', 'raspberry_pi_pico', '--runner', 'rp2040js'];
    const { exitCode, stdout } = await rnnq(['run', SHIFT, ...options, '-o', 'pico']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^raspberry_pi_pico on rp2040js: 40 steps equal the golden, selftest 0\ncycles per step: min \d+/,
    );
  });
});

test.skipIf(withoutEmulator)("run on QEMU's model of a board", { timeout: TEST_MS }, async () => {
  const options = ['--board', 'stm32vldiscovery', '--runner', 'qemu', '--json'];
  const { exitCode, stdout } = await rnnq(['run', SHIFT, ...options, '-o', 'stm32']);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ stage: 'qemu', difference: null, cost: { unit: 'instructions' } });
});
