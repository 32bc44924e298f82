import { access, constants, stat } from 'node:fs/promises';
import { delimiter, resolve } from 'node:path';
import { execa } from 'execa';
import { fail } from '../diagnostics.js';

/** A program rnnq starts but does not bring along. */
export interface Tool {
  readonly purpose: string;
  /** Debian and Ubuntu package; null = there is none, and `install` tells the way. */
  readonly aptPackage: string | null;
  /** How to get it without apt. */
  readonly install?: string;
  /** null = the tool has no such option; then to be there is enough. */
  readonly versionArgument: string | null;
}

/** Every external program by its file name; scripts/setup.mjs installs some of them. */
export const TOOLS = {
  node: { purpose: 'runs rnnq', aptPackage: 'nodejs', versionArgument: '--version' },
  gcc: { purpose: 'builds generated C for this computer', aptPackage: 'gcc', versionArgument: '--version' },
  clang: { purpose: 'second compiler for generated C, sanitizers', aptPackage: 'clang', versionArgument: '--version' },
  'arm-none-eabi-gcc': {
    purpose: 'builds generated C for Cortex-M',
    aptPackage: 'gcc-arm-none-eabi',
    versionArgument: '--version',
  },
  'qemu-system-arm': {
    purpose: 'runs Cortex-M programs without a board',
    aptPackage: 'qemu-system-arm',
    versionArgument: '--version',
  },
  'frama-c': { purpose: 'proves generated C (rnnq prove)', aptPackage: 'frama-c-base', versionArgument: '-version' },
  openocd: { purpose: 'writes boards through most probes', aptPackage: 'openocd', versionArgument: '--version' },
  pyocd: {
    purpose: 'writes boards through CMSIS-DAP and ST-LINK',
    aptPackage: null,
    install: 'python3 -m pip install pyocd',
    versionArgument: '--version',
  },
  'pyocd-flashtool': {
    purpose: 'older pyOCD, as Debian has it: writes some Nordic boards',
    aptPackage: 'python3-pyocd',
    versionArgument: '--version',
  },
  'probe-rs': {
    purpose: 'writes boards through CMSIS-DAP, ST-LINK and J-Link',
    aptPackage: null,
    install: 'see probe.rs, Installation (not in apt)',
    versionArgument: '--version',
  },
  'st-flash': { purpose: 'writes STM32 through ST-LINK', aptPackage: 'stlink-tools', versionArgument: '--version' },
  picotool: {
    purpose: 'writes RP2040 and RP2350 in BOOTSEL mode',
    aptPackage: null,
    install: 'see github.com/raspberrypi/picotool, Building (not in the apt of Debian 12)',
    versionArgument: 'version',
  },
  bossac: {
    purpose: 'writes the Arduino Nano 33 BLE (only the bossac of the Arduino IDE knows its chip)',
    aptPackage: 'bossa-cli',
    versionArgument: null,
  },
  teensy_loader_cli: { purpose: 'writes Teensy boards', aptPackage: 'teensy-loader-cli', versionArgument: null },
  'dfu-util': {
    purpose: 'writes through the ROM boot loader of STM32',
    aptPackage: 'dfu-util',
    versionArgument: '--version',
  },
  cppcheck: { purpose: 'second opinion on generated C', aptPackage: 'cppcheck', versionArgument: '--version' },
} as const satisfies Readonly<Record<string, Tool>>;

export type ToolName = keyof typeof TOOLS;

/** Where a tool is, or what to type to get it. `version` is the first line the tool prints about itself. */
export type Availability =
  | { readonly available: true; readonly path: string; readonly version: string }
  | { readonly available: false; readonly tool: string; readonly install: string };

/** The command that installs a Debian or Ubuntu package. */
export const installCommand = (aptPackage: string): string => `apt-get install -y ${aptPackage}`;

/** How to install a tool: through apt where it is there. */
export function installOf(name: ToolName): string {
  const tool: Tool = TOOLS[name];
  return tool.aptPackage === null ? tool.install! : installCommand(tool.aptPackage);
}

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

/** Finds a tool on PATH and asks its version; a tool that is there but does not start counts as missing. */
export function findTool(name: ToolName): Promise<Availability> {
  const key = `${name}:${process.env.PATH}`;
  const known = found.get(key) ?? lookUp(name);
  found.set(key, known);
  return known;
}

/** As findTool; a missing tool is told to the user. */
export async function requireTool(name: ToolName): Promise<{ path: string; version: string }> {
  const tool = await findTool(name);
  if (tool.available) return tool;
  return fail({ code: 'tool_missing', at: '', message: `${tool.tool} was not found`, hint: tool.install });
}

async function lookUp(name: ToolName): Promise<Availability> {
  const { versionArgument }: Tool = TOOLS[name];
  const missing: Availability = { available: false, tool: name, install: installOf(name) };
  const path = await findOnPath(name);
  if (path === null) return missing;
  if (versionArgument === null) return { available: true, path, version: 'version unknown' };
  const result = await execa(path, [versionArgument], { reject: false, stdin: 'ignore', timeout: 20_000 });
  if (result.exitCode !== 0) return missing;
  return { available: true, path, version: (result.stdout || result.stderr).split('\n')[0]!.trim() };
}

/** The C library for Cortex-M, a package of its own. */
export async function findNewlib(): Promise<Availability> {
  const missing: Availability = {
    available: false,
    tool: 'newlib for Cortex-M',
    install: installCommand('libnewlib-arm-none-eabi'),
  };
  const compiler = await findTool('arm-none-eabi-gcc');
  if (!compiler.available) return missing;
  const ask = (args: readonly string[]) => execa(compiler.path, args, { reject: false, stdin: 'ignore' });
  const path = (await ask(['-print-file-name=libc.a'])).stdout.trim();
  if (path === 'libc.a') return missing; // gcc gives the bare name back when it has no such file
  const macros = await ask(['-E', '-dM', '-include', '_newlib_version.h', '-x', 'c', '/dev/null']);
  return { available: true, path, version: /_NEWLIB_VERSION "([^"]+)"/.exec(macros.stdout)?.[1] ?? 'unknown' };
}
