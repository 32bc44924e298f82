import { access, constants, stat } from 'node:fs/promises';
import { delimiter, resolve } from 'node:path';
import { execa } from 'execa';
import { fail } from '../diagnostics.js';
import { installHint, type Packages } from './install.js';

/** Compiler and C library in one package; apt has two. */
const ARM_TOOLCHAIN = { brew: '--cask gcc-arm-embedded', winget: 'Arm.GnuArmEmbeddedToolchain' } as const;

/** The C library for Cortex-M. */
export const NEWLIB_PACKAGES: Packages = { apt: 'libnewlib-arm-none-eabi', ...ARM_TOOLCHAIN };

/** A program rnnq starts but does not bring along. */
export interface Tool {
  readonly purpose: string;
  readonly packages: Packages;
  /** How to get it where no package manager has it. */
  readonly install?: string;
  /** null = the tool has no such option; then to be there is enough. */
  readonly versionArgument: string | null;
}

const tool = (purpose: string, packages: Packages, rest: Partial<Tool> = {}): Tool => ({
  purpose,
  packages,
  versionArgument: '--version',
  ...rest,
});

/** Every external program by its file name; scripts/setup.mjs installs some of them. */
export const TOOLS = {
  node: tool('runs rnnq', { apt: 'nodejs', brew: 'node', winget: 'OpenJS.NodeJS.LTS' }),
  gcc: tool('builds generated C for this computer', {
    apt: 'gcc',
    brew: 'gcc',
    winget: 'BrechtSanders.WinLibs.POSIX.UCRT',
  }),
  clang: tool('second compiler for generated C, sanitizers', { apt: 'clang', brew: 'llvm', winget: 'LLVM.LLVM' }),
  'arm-none-eabi-gcc': tool('builds generated C for Cortex-M', {
    apt: 'gcc-arm-none-eabi',
    ...ARM_TOOLCHAIN,
  }),
  'qemu-system-arm': tool('runs Cortex-M programs without a board', {
    apt: 'qemu-system-arm',
    brew: 'qemu',
    winget: 'SoftwareFreedomConservancy.QEMU',
  }),
  'frama-c': tool(
    'proves generated C (rnnq prove)',
    { apt: 'frama-c-base' },
    { install: 'opam install frama-c', versionArgument: '-version' },
  ),
  openocd: tool('writes boards through most probes', { apt: 'openocd', brew: 'open-ocd' }),
  pyocd: tool('writes boards through CMSIS-DAP and ST-LINK', {}, { install: 'python3 -m pip install pyocd' }),
  'pyocd-flashtool': tool('older pyOCD, as Debian has it: writes some Nordic boards', { apt: 'python3-pyocd' }),
  'probe-rs': tool(
    'writes boards through CMSIS-DAP, ST-LINK and J-Link',
    {},
    { install: 'see probe.rs, Installation (not in apt)' },
  ),
  'st-flash': tool('writes STM32 through ST-LINK', { apt: 'stlink-tools', brew: 'stlink' }),
  picotool: tool(
    'writes RP2040 and RP2350 in BOOTSEL mode',
    { brew: 'picotool' },
    {
      install: 'see github.com/raspberrypi/picotool, Building (not in the apt of Debian 12)',
      versionArgument: 'version',
    },
  ),
  bossac: tool(
    'writes the Arduino Nano 33 BLE (only the bossac of the Arduino IDE knows its chip)',
    { apt: 'bossa-cli' },
    { versionArgument: null },
  ),
  teensy_loader_cli: tool(
    'writes Teensy boards',
    { apt: 'teensy-loader-cli', brew: 'teensy_loader_cli' },
    { versionArgument: null },
  ),
  'dfu-util': tool('writes through the ROM boot loader of STM32', { apt: 'dfu-util', brew: 'dfu-util' }),
  cppcheck: tool('second opinion on generated C', { apt: 'cppcheck', brew: 'cppcheck', winget: 'Cppcheck.Cppcheck' }),
} as const satisfies Readonly<Record<string, Tool>>;

export type ToolName = keyof typeof TOOLS;

/** Where a tool is, or what to type to get it. `version` is the first line the tool prints about itself. */
export type Availability =
  | { readonly available: true; readonly path: string; readonly version: string }
  | { readonly available: false; readonly tool: string; readonly install: string };

/** How to install a tool here. */
export const installOf = (name: ToolName): string => installHint(TOOLS[name].packages, TOOLS[name].install);

/** Absolute path of a program on PATH, or null. */
export async function findOnPath(name: string): Promise<string | null> {
  for (const directory of (process.env.PATH ?? '').split(delimiter)) {
    const path = resolve(directory, name); // an empty entry of PATH is the present folder
    try {
      await access(path, constants.X_OK);
      if ((await stat(path)).isFile()) return path;
    } catch {
      // Not in this directory.
    }
  }
  return null;
}

const found = new Map<string, Promise<Availability>>();

/** What `lookUp` finds on this PATH, looked up once. */
function once(name: string, lookUp: () => Promise<Availability>): Promise<Availability> {
  const key = `${name}:${process.env.PATH}`;
  const known = found.get(key) ?? lookUp();
  found.set(key, known);
  return known;
}

/** Finds a tool on PATH and asks its version; a tool that is there but does not start counts as missing. */
export const findTool = (name: ToolName): Promise<Availability> => once(name, () => lookUp(name));

/** As findTool; a missing tool is a diagnostic. */
export async function requireTool(name: ToolName): Promise<{ path: string; version: string }> {
  const tool = await findTool(name);
  if (tool.available) return tool;
  return fail({ code: 'tool_missing', at: '', message: `${tool.tool} was not found`, hint: tool.install });
}

async function lookUp(name: ToolName): Promise<Availability> {
  const { versionArgument } = TOOLS[name];
  const missing: Availability = { available: false, tool: name, install: installOf(name) };
  const path = await findOnPath(name);
  if (path === null) return missing;
  if (versionArgument === null) return { available: true, path, version: 'version unknown' };
  const result = await execa(path, [versionArgument], { reject: false, stdin: 'ignore', timeout: 20_000 });
  if (result.exitCode !== 0) return missing;
  return { available: true, path, version: (result.stdout || result.stderr).split('\n')[0]!.trim() };
}

/** The C library for Cortex-M, a package of its own. */
export const findNewlib = (): Promise<Availability> => once('newlib', lookUpNewlib);

async function lookUpNewlib(): Promise<Availability> {
  const missing: Availability = {
    available: false,
    tool: 'newlib for Cortex-M',
    install: installHint(NEWLIB_PACKAGES, undefined),
  };
  const compiler = await findTool('arm-none-eabi-gcc');
  if (!compiler.available) return missing;
  const ask = (args: readonly string[]) => execa(compiler.path, args, { reject: false, stdin: 'ignore' });
  const path = (await ask(['-print-file-name=libc.a'])).stdout.trim();
  if (path === 'libc.a') return missing; // gcc gives the bare name back when it has no such file
  const macros = await ask(['-E', '-dM', '-include', '_newlib_version.h', '-x', 'c', '/dev/null']);
  return { available: true, path, version: /_NEWLIB_VERSION "([^"]+)"/.exec(macros.stdout)?.[1] ?? 'unknown' };
}
