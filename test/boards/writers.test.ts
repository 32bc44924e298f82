import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, describe, expect, test } from 'vitest';
import { findTool, type ToolName } from '../../src/boards/tools.js';
import { planWrite, write } from '../../src/boards/write.js';
import { describeStep, type WriteJob, type WriterName, writeSteps } from '../../src/boards/writers.js';
import { devices, TEST_MS, temporaryFolder } from './sample.js';

const root = temporaryFolder();
const deviceOf = (id: string) => devices.find((board) => board.id === id)!;
const images = { bin: '/out/kws.bin', hex: '/out/kws.hex', uf2: '/out/kws.uf2' };
const jobFor = (id: string, more: Partial<WriteJob> = {}): WriteJob => ({
  board: deviceOf(id),
  elf: '/out/kws.elf',
  images,
  ...more,
});

const linesOf = (id: string, tool: WriterName, more: Partial<WriteJob> = {}): string[] => {
  const writer = deviceOf(id).writers.find((row) => row.tool === tool)!;
  return writeSteps(writer, jobFor(id, more)).map(describeStep);
};

describe('command lines', () => {
  test.each<[string, WriterName, Partial<WriteJob>, string[]]>([
    [
      'nucleo_f446re',
      'openocd',
      {},
      ["cd /out && openocd -f board/st_nucleo_f4.cfg -c 'program kws.elf verify reset exit'"],
    ],
    [
      'nucleo_f446re',
      'openocd',
      { serial: '066E' },
      ["cd /out && openocd -f board/st_nucleo_f4.cfg -c 'adapter serial 066E' -c 'program kws.elf verify reset exit'"],
    ],
    ['nucleo_f446re', 'st-flash', {}, ['cd /out && st-flash --reset --format ihex write kws.hex']],
    ['nucleo_f446re', 'pyocd', {}, ['cd /out && pyocd flash --target stm32f446retx kws.hex']],
    [
      'nucleo_f446re',
      'probe-rs',
      {},
      [
        'cd /out && probe-rs download --chip STM32F446RETx --verify kws.elf',
        'cd /out && probe-rs reset --chip STM32F446RETx',
      ],
    ],
    ['microbit_v1', 'pyocd-flashtool', {}, ['cd /out && pyocd-flashtool -t nrf51 kws.hex']],
    ['microbit_v2', 'volume', { volume: '/media/me/MICROBIT' }, ['cp /out/kws.hex /media/me/MICROBIT/kws.hex']],
    ['raspberry_pi_pico', 'volume', { volume: '/media/a b' }, ["cp /out/kws.uf2 '/media/a b/kws.uf2'"]],
    ['raspberry_pi_pico', 'picotool', {}, ['cd /out && picotool load -v -x kws.uf2']],
    [
      'arduino_nano_33_ble',
      'bossac',
      { port: '/dev/ttyACM3' },
      ['cd /out && bossac --port=ttyACM3 -U -i -e -w -v kws.bin -R'],
    ],
    ['teensy_4_0', 'teensy_loader_cli', {}, ['cd /out && teensy_loader_cli --mcu=TEENSY40 -v kws.hex']],
    ['stm32f4_discovery', 'dfu-util', {}, ['cd /out && dfu-util -d 0483:df11 -a 0 -s 0x08000000:leave -D kws.bin']],
  ])('%s with %s', (id, tool, more, expected) => {
    expect(linesOf(id, tool, more)).toEqual(expected);
  });

  test('a quote in a path is quoted', () => {
    expect(describeStep({ kind: 'copy', from: "it's", to: 'x' })).toBe("cp 'it'\\''s' x");
  });
});

/** What the real programs say when all is well but for the device; a bad argument makes them say something else. */
const NO_DEVICE: Readonly<Partial<Record<WriterName, RegExp>>> = {
  openocd: /open failed|No J-Link device found|unable to find a matching CMSIS-DAP device/,
  'pyocd-flashtool': /no debug probe connected|is not connected/,
  'st-flash': /Couldn't find any ST-Link devices/,
  bossac: /No device found on/,
  teensy_loader_cli: /Read "kws.hex": \d+ bytes[\s\S]*Unable to open device/,
  'dfu-util': /No DFU capable USB device available/,
};

const present = new Map<string, string>();
for (const tool of Object.keys(NO_DEVICE) as (ToolName & WriterName)[]) {
  const found = await findTool(tool);
  if (found.available) present.set(tool, found.path);
  else console.warn(`SKIPPED: the real ${tool}, because it is missing (${found.install})`);
}
console.warn('SKIPPED: the real pyocd (0.20 and later), probe-rs and picotool: they are not in the apt of Debian 12');

const real = devices.flatMap((board) =>
  board.writers
    .filter(({ tool }) => present.has(tool))
    .map((writer) => ({ id: board.id, tool: writer.tool, board, writer })),
);
const connected = (await execa('sh', ['-c', 'cat /sys/bus/usb/devices/*/idVendor'], { reject: false })).stdout ?? '';

describe.skipIf(/0483|0d28|1366|2e8a|16c0|2341/.test(connected))('the real programs, without a board', () => {
  const outputOf = async (file: string, args: readonly string[], cwd: string): Promise<string> => {
    const result = await execa(file, args, { cwd, reject: false, all: true, stdin: 'ignore', timeout: 30_000 });
    expect(result.exitCode).not.toBe(0);
    return result.all;
  };

  test.each(real)('$tool accepts the arguments for $id', { timeout: TEST_MS }, async ({ board, writer, tool }) => {
    const cwd = await mkdtemp(join(root(), 'real-'));
    await writeFile(join(cwd, 'kws.hex'), ':0200000460009A\n:0400000000010203F6\n:00000001FF\n');
    await writeFile(join(cwd, 'kws.bin'), Uint8Array.of(0, 1, 2, 3));
    const job = { board, elf: 'kws.elf', images: { bin: 'kws.bin', hex: 'kws.hex' }, port: 'no-such-port' };
    for (const more of tool === 'bossac' || tool === 'teensy_loader_cli' ? [{}] : [{}, { serial: '123456' }]) {
      const [step] = writeSteps(writer, { ...job, ...more });
      if (step?.kind !== 'run') continue;
      expect(await outputOf(present.get(tool)!, step.args, cwd)).toMatch(NO_DEVICE[tool]!);
    }
  });

  test.each([
    ['openocd', ['-f', 'board/no_such_board.cfg']],
    ['openocd', ['--no-such-option']],
    ['pyocd-flashtool', ['-t', 'nrf99', 'kws.hex']],
    ['dfu-util', ['--no-such-option']],
    ['bossac', ['--no-such-option']],
    ['teensy_loader_cli', ['--mcu=TEENSY99', '-v', 'kws.hex']],
  ] as const)('%s %j is seen as a bad argument, not as a missing device', { timeout: TEST_MS }, async (tool, args) => {
    if (!present.has(tool)) return;
    expect(await outputOf(present.get(tool)!, args, root())).not.toMatch(NO_DEVICE[tool]!);
  });
});

describe('choice and refusal', () => {
  const before = { ...process.env };
  afterEach(() => {
    process.env = { ...before };
  });

  /** A folder as Linux shows its USB devices. */
  async function plugIn(
    ...ids: readonly (readonly [vendor: string, product: string, serial: string])[]
  ): Promise<void> {
    const directory = await mkdtemp(join(root(), 'usb-'));
    for (const [index, [vendor, product, serial]] of ids.entries()) {
      await mkdir(join(directory, `1-${index}`));
      await writeFile(join(directory, `1-${index}`, 'idVendor'), `${vendor}\n`);
      await writeFile(join(directory, `1-${index}`, 'idProduct'), `${product}\n`);
      await writeFile(join(directory, `1-${index}`, 'serial'), `${serial}\n`);
    }
    await mkdir(join(directory, 'usb1'));
    process.env.RNNQ_USB_DIRECTORY = directory;
  }

  /** Programs of these names on PATH, and no others; each runs a line of shell. */
  async function install(programs: Readonly<Record<string, string>>): Promise<void> {
    const directory = await mkdtemp(join(root(), 'bin-'));
    for (const [name, line] of Object.entries(programs))
      await writeFile(join(directory, name), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
    process.env.PATH = directory;
  }

  /** Mounted volumes of these names. */
  async function mount(...names: readonly string[]): Promise<string> {
    const directory = await mkdtemp(join(root(), 'media-'));
    for (const name of names) await mkdir(join(directory, name));
    process.env.RNNQ_VOLUMES_DIRECTORY = directory;
    return directory;
  }

  const refusal = (id: string, options = {}) => expect(planWrite(jobFor(id), options)).rejects;

  test('no board: reported with the ids that were looked for', async () => {
    await plugIn(['1d6b', '0002', 'hub']);
    await refusal('nucleo_f446re').toThrow(
      /^error board_missing at --board: no nucleo_f446re is connected; looked for ST-LINK\/V2-1 \(0483:374b\)\n {2}hint: plug it in/,
    );
    await refusal('microbit_v1').toThrow(/or --runner qemu$/);
  });

  test('another board: reported with what it could be', async () => {
    await plugIn(['16c0', '0478', 'x']);
    await refusal('nucleo_f446re').toThrow(/^error board_missing .*\n {2}hint: connected is teensy_4_0$/);
  });

  test('two boards: reported with their serial numbers, and one can be chosen', async () => {
    await plugIn(['0483', '374b', 'AAAA'], ['0483', '374b', 'BBBB']);
    await install({ openocd: 'echo 0.12' });
    await refusal('nucleo_f446re').toThrow(
      /^error board_ambiguous .*: 2 devices could be nucleo_f446re: .*serial AAAA; .*serial BBBB\n {2}hint: unplug all but one, or choose with --serial/,
    );
    const job = jobFor('nucleo_f446re', { serial: 'BBBB' });
    const plan = await planWrite(job, { serial: 'BBBB' });
    expect(plan.steps.map(describeStep)[0]).toContain('adapter serial BBBB');
  });

  test('the first installed tool that fits what is connected is taken', async () => {
    await plugIn(['0483', 'df11', 'x']);
    await install({ openocd: 'echo 0.12', 'dfu-util': 'echo 0.11' });
    expect((await planWrite(jobFor('stm32f4_discovery'), {})).tool).toBe('dfu-util'); // only the boot loader is there
    await plugIn(['0483', '3748', 'x']);
    expect((await planWrite(jobFor('stm32f4_discovery'), {})).tool).toBe('openocd');
    await install({ 'st-flash': 'echo 1.7' });
    expect((await planWrite(jobFor('stm32f4_discovery'), {})).tool).toBe('st-flash');
  });

  test('a tool that cannot write through what is connected is refused', async () => {
    await plugIn(['2341', '805a', 'x']);
    await refusal('arduino_nano_33_ble').toThrow(
      /board_missing.*connected is: Arduino program running; press reset twice/s,
    );
  });

  test('no tool: every way to install one', async () => {
    await plugIn(['0483', '3748', 'x']);
    await install({});
    await refusal('blue_pill').toThrow(
      /^error writer_missing at --runner: none of the tools that write blue_pill is installed\n {2}hint: one of: apt-get install -y openocd; apt-get install -y stlink-tools;/,
    );
  });

  test('a dry run needs neither board nor tool', async () => {
    await plugIn();
    await install({});
    const plan = await planWrite(jobFor('teensy_4_0'), { dryRun: true });
    expect(plan.steps.map(describeStep)).toEqual(['cd /out && teensy_loader_cli --mcu=TEENSY40 -v kws.hex']);
  });

  test('the port of a boot loader that is one is looked for, not guessed', async () => {
    await plugIn(['2341', '005a', 'x']);
    await install({ bossac: 'exit 0' });
    await refusal('arduino_nano_33_ble').toThrow(/^error (port_missing|tool_missing)/);
    const plan = await planWrite(jobFor('arduino_nano_33_ble'), { port: '/dev/ttyACM7' });
    expect(plan.steps.map(describeStep)).toEqual(['cd /out && bossac --port=ttyACM7 -U -i -e -w -v kws.bin -R']);
    const dry = await planWrite(jobFor('arduino_nano_33_ble'), { dryRun: true });
    expect(dry.steps.map(describeStep)).toEqual(['cd /out && bossac --port=PORT -U -i -e -w -v kws.bin -R']);
  });

  test('a board that nothing writes', async () => {
    await refusal('lm3s6965evb').toThrow(/^error board_not_writable/);
  });

  test('a UF2 volume: the file is copied to it', async () => {
    await plugIn(['2e8a', '0003', 'E0C9']);
    await install({});
    const media = await mount('RPI-RP2', 'BACKUP');
    const uf2 = join(root(), 'kws.uf2');
    await writeFile(uf2, 'UF2 bytes');
    const plan = await planWrite({ ...jobFor('raspberry_pi_pico'), images: { uf2 } }, {});
    await write(plan);
    expect(await readFile(join(media, 'RPI-RP2', 'kws.uf2'), 'utf8')).toBe('UF2 bytes');
    expect(plan.verifies).toBe(false);
  });

  test('two volumes are refused; without one the hint asks for it', async () => {
    await plugIn(['2e8a', '0003', 'E0C9']);
    await install({});
    await mount('RPI-RP2', 'RPI-RP21');
    await refusal('raspberry_pi_pico').toThrow(/^error board_ambiguous .*RPI-RP2; .*RPI-RP21/);
    await mount();
    await refusal('raspberry_pi_pico').toThrow(
      /^error writer_missing .*\n {2}hint: one of: mount the volume RPI-RP2; /,
    );
  });

  test('a tool that fails half-way is reported with its last lines', async () => {
    await plugIn(['0483', '374b', 'x']);
    await install({
      openocd:
        '[ "$1" = --version ] && exit 0; echo "** Programming Started **"; echo "Error: checksum mismatch"; exit 1',
    });
    const plan = await planWrite(jobFor('nucleo_f446re', { elf: join(root(), 'kws.elf') }), {});
    await expect(write(plan)).rejects.toThrow(
      /^error write_failed at --runner: cd .* && openocd -f .* failed \(exit code 1\): \*\* Programming Started \*\* \| Error: checksum mismatch\n {2}hint: the flash may be half written/,
    );
  });

  test('a tool that finds nothing is not reported as half written', async () => {
    await plugIn(['0483', '374b', 'x']);
    await install({ openocd: '[ "$1" = --version ] && exit 0; echo "Error: open failed"; exit 1' });
    await expect(write(await planWrite(jobFor('nucleo_f446re', { elf: join(root(), 'kws.elf') }), {}))).rejects.toThrow(
      /hint: the tool found no probe or board/,
    );
  });

  test('a tool that hangs is ended', { timeout: TEST_MS }, async () => {
    await plugIn(['0483', '374b', 'x']);
    await install({ openocd: '[ "$1" = --version ] && exit 0; while :; do :; done' });
    await expect(
      write(await planWrite(jobFor('nucleo_f446re', { elf: join(root(), 'kws.elf') }), {}), 500),
    ).rejects.toThrow(/failed \(no end after 0.5 s\)/);
  });
});
