// node scripts/run.mjs bench/boards.ts [--check]: builds the firmware of a digits network for every board, runs it on every emulated one,
// provokes every refusal, and writes the tables of docs/boards.md between their marks. --check only compares.
// Needs arm-none-eabi-gcc, qemu-system-arm, python3 (for pseudo-terminals) and the npm packages rp2040js and serialport.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type Board, listBoards, loadBoard } from '../src/boards/board.js';
import { PACKAGE_ROOT } from '../src/package-root.js';

const MAIN = join(PACKAGE_ROOT, 'dist', 'cli', 'main.js');
const MODEL = join(PACKAGE_ROOT, 'test', 'samples', 'gru_digits', 'model.json');
const folder = mkdtempSync(join(tmpdir(), 'rnnq-bench-'));

type Environment = Readonly<Record<string, string>>;

/** Runs rnnq; `env` changes the environment. */
const rnnq = (args: readonly string[], env: Environment = {}) => {
  const options = { cwd: folder, encoding: 'utf8', env: { ...process.env, ...env }, timeout: 300_000 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], options);
  return { status, stdout, stderr };
};

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
const number = (value: number): string => value.toLocaleString('en-US');
const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;

const boards: readonly Board[] = listBoards().map(loadBoard);

/** Flash, RAM, warnings and checks of every board's firmware. */
function sizes() {
  const rows = boards
    .filter(({ runner }) => runner !== 'host')
    .map(({ id, core }) => {
      const { status, stdout, stderr } = rnnq(['build', MODEL, '--board', id, '-o', id, '--json']);
      if (status !== 0) throw new Error(`${id}: ${stderr}`);
      const { used, available, checks } = JSON.parse(stdout);
      const passed = (checks as { ok: boolean }[]).filter(({ ok }) => ok).length;
      return [
        ...[`\`${id}\``, core, number(used.flash), number(available.flash), percent(used.flash, available.flash)],
        ...[number(used.ram), number(available.ram), percent(used.ram, available.ram)],
        checks.length === 0 ? '-' : `${passed} of ${checks.length}`,
      ];
    });
  const head = ['board', 'core', 'flash', 'of', '', 'RAM', 'of', '', 'checks passed'];
  const compiler = JSON.parse(rnnq(['build', MODEL, '--board', 'blue_pill', '-o', 'c', '--json']).stdout).compiler;
  return `${table(head, rows)}\n\n${compiler}, -O2; warnings of compiler and linker are errors.`;
}

/** A run on every model of a board. */
function runs() {
  const stages = boards.flatMap((board): [id: string, stage: string, options: string[]][] => {
    const { id, runner } = board;
    return [
      ...(runner === 'device' ? [] : [[id, runner, []] as [string, string, string[]]]),
      ...('emulator' in board && board.emulator
        ? [[id, 'qemu', ['--runner', 'qemu']] as [string, string, string[]]]
        : []),
      ...(id === 'raspberry_pi_pico' ? [[id, 'rp2040js', ['--runner', 'rp2040js']] as [string, string, string[]]] : []),
    ];
  });
  const rows = stages.map(([id, stage, options]) => {
    const { status, stdout, stderr } = rnnq(['run', MODEL, '--board', id, '-o', id, '--json', ...options]);
    if (status !== 0) throw new Error(`${id}: ${stderr}${stdout}`);
    const { steps, difference, cost, counter } = JSON.parse(stdout);
    return [
      ...[`\`${id}\``, stage, String(steps), difference ?? 'equal, self-test 0'],
      ...(cost === null ? ['-', '-', '-', '-'] : [cost.min, cost.median, cost.max].map(number).concat(cost.unit)),
      counter,
    ];
  });
  return table(['board', 'on', 'steps', 'golden', 'min', 'median', 'max', 'a step', 'counter'], rows);
}

/** A folder as Linux shows its USB devices: vendor, product, serial number of each. */
function usb(...devices: readonly (readonly [vendor: string, product: string, serial: string])[]): string {
  const directory = mkdtempSync(join(folder, 'usb-'));
  for (const [index, values] of devices.entries()) {
    mkdirSync(join(directory, `1-${index}`));
    for (const [k, name] of (['idVendor', 'idProduct', 'serial'] as const).entries())
      writeFileSync(join(directory, `1-${index}`, name), `${values[k]}\n`);
  }
  return directory;
}

/** PATH with the cross compiler, and the given programs, each a line of shell. */
function path(programs: Readonly<Record<string, string>> = {}): string {
  const directory = mkdtempSync(join(folder, 'bin-'));
  for (const place of process.env.PATH!.split(delimiter).reverse())
    for (const name of (() => {
      try {
        return readdirSync(place);
      } catch {
        return [];
      }
    })())
      if (name.startsWith('arm-none-eabi-')) {
        rmSync(join(directory, name), { force: true });
        symlinkSync(join(place, name), join(directory, name));
      }
  for (const [name, line] of Object.entries(programs)) {
    writeFileSync(join(directory, name), `#!/bin/sh\n${line}\n`);
    chmodSync(join(directory, name), 0o755);
  }
  return directory;
}

/** A pseudo-terminal as a board's serial port: says the text again and again. */
async function port(text: string) {
  const program = [
    'import os, pty, sys, time, tty',
    'master, slave = pty.openpty()',
    'tty.setraw(slave)',
    'print(os.ttyname(slave), flush=True)',
    'while True:',
    '    time.sleep(0.1)',
    '    os.write(master, sys.argv[1].encode().decode("unicode_escape").encode("latin1"))',
  ];
  const child = spawn('python3', ['-c', program.join('\n'), text], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [bytes] = (await once(child.stdout, 'data')) as [Buffer];
  return { name: String(bytes).trim(), end: () => child.kill() };
}

const ST_LINK = ['0483', '374b'] as const;
const WRITES = '[ "$1" = --version ] && exit 0; exit 0';
const FAILS =
  '[ "$1" = --version ] && exit 0; echo "** Programming Started **"; echo "Error: error writing to flash at address 0x08000000"; exit 1';

/** Every refusal: what was typed, the message, the exit code. */
async function refusals(): Promise<string> {
  const train = ['--data', 'gestures', '--cell', 'gru', '--units', '256', '--weights', 's8', '--epochs', '1'];
  const trained = rnnq(['train', ...train, '-o', 'large.json']);
  if (trained.status !== 0) throw new Error(trained.stderr);
  const flash = (board: string, ...more: string[]) => ['flash', MODEL, '--board', board, ...more];
  const one = { RNNQ_USB_DIRECTORY: usb([...ST_LINK, '066AFF']) };
  const garbage = await port(String.raw`\xff\x80bootloader v2\r\n`);
  const other = await port(
    String.raw`rnnq board=nucleo_f401re model=00000000 clock=16000000 counter=dwt\r\nrnnq selftest=0\r\n`,
  );
  const busy = await port(String.raw`hello\r\n`);
  const silent = await port('');
  const run = (where: string) => ['run', MODEL, '--board', 'nucleo_f446re', '--port', where, '--timeout', '2'];
  const holder = spawn(process.execPath, [MAIN, 'monitor', '--port', busy.name], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(holder.stdout, 'data');
  const writer = { PATH: path({ openocd: WRITES }) };
  const cases: readonly (readonly [what: string, args: readonly string[], env: Environment])[] = [
    ['no board', flash('nucleo_f446re'), { RNNQ_USB_DIRECTORY: usb() }],
    ['two boards', flash('nucleo_f446re'), { RNNQ_USB_DIRECTORY: usb([...ST_LINK, '066AFF'], [...ST_LINK, '066BFF']) }],
    ['another board is connected', flash('nucleo_f446re'), { RNNQ_USB_DIRECTORY: usb(['16c0', '0478', '1']) }],
    ['another board answers', run(other.name), writer],
    ['model too large', ['build', 'large.json', '--board', 'blue_pill'], {}],
    ['tool missing', flash('nucleo_f446re'), { ...one, PATH: path() }],
    [
      'tool fails half-way (a script plays openocd)',
      flash('nucleo_f446re'),
      { ...one, PATH: path({ openocd: FAILS }) },
    ],
    ['serial port busy', ['monitor', '--port', busy.name], {}],
    ['garbage on the serial line', run(garbage.name), writer],
    ['nothing on the serial line', run(silent.name), writer],
    ['nothing to write', flash('qemu_cortex_m4'), {}],
    ['no such board', flash('nucleo'), {}],
  ];
  const clean = (text: string): string =>
    text
      .replaceAll(MODEL, 'model.json')
      .replaceAll(`${folder}/`, '')
      .replaceAll(/\/dev\/pts\/\d+/g, '/dev/ttyACM0')
      .replaceAll(/^\d+ lines came/gm, 'N lines came')
      .replaceAll(/: \d+ lines came/g, ': N lines came');
  const parts = cases.map(([what, args, env]) => {
    const { status, stderr } = rnnq(args, env);
    if (status === 0) throw new Error(`${what}: was not refused`);
    const command = clean(`rnnq ${args.join(' ')}`);
    return `${what[0]!.toUpperCase()}${what.slice(1)}, exit code ${status}:\n\n\`\`\`\n$ ${command}\n${clean(stderr).trim()}\n\`\`\``;
  });
  holder.kill();
  for (const terminal of [garbage, other, busy, silent]) terminal.end();
  return parts.join('\n\n');
}

/** Where the memory, clock and console of each board are documented: board.json has every source. */
function sources() {
  const rows = boards
    .filter((board) => board.runner === 'device')
    .map(({ id, memory, clock, console: serial, boot }) => [
      `\`${id}\``,
      ...[memory.flash.source, memory.ram.source, `${number(clock.hz)} Hz: ${clock.source}`],
      ...[`${serial.where}: ${serial.source}`, boot?.source ?? '-'],
    ]);
  return table(['board', 'flash', 'RAM', 'clock', 'console', 'boot blocks'], rows);
}

export async function main(args: readonly string[]): Promise<number> {
  const page = join(PACKAGE_ROOT, 'docs', 'boards.md');
  const before = readFileSync(page, 'utf8');
  let text = before;
  const parts = { sizes: sizes(), runs: runs(), refusals: await refusals(), sources: sources() };
  for (const [name, content] of Object.entries(parts)) {
    const [first, last] = [`<!-- ${name}: written by bench/boards.ts -->\n`, `<!-- end of ${name} -->`];
    const [from, to] = [text.indexOf(first!), text.indexOf(last!)];
    if (from < 0 || to < from) throw new Error(`docs/boards.md has no place for ${name}`);
    text = `${text.slice(0, from + first!.length)}\n${content}\n\n${text.slice(to)}`;
  }
  rmSync(folder, { recursive: true, force: true });
  if (args.includes('--check')) return text === before ? 0 : 1;
  writeFileSync(page, text);
  return 0;
}
