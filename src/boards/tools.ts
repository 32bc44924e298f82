import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { fail } from '../diagnostics.js';

/** A program rnnq starts but does not bring along. */
export interface Tool {
  readonly purpose: string;
  /** Debian and Ubuntu package. */
  readonly aptPackage: string;
  readonly versionArgument: string;
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
  cppcheck: { purpose: 'second opinion on generated C', aptPackage: 'cppcheck', versionArgument: '--version' },
} as const satisfies Readonly<Record<string, Tool>>;

export type ToolName = keyof typeof TOOLS;

/** Where a tool is, or what to type to get it. `version` is the first line the tool prints about itself. */
export type Availability =
  | { readonly available: true; readonly path: string; readonly version: string }
  | { readonly available: false; readonly tool: string; readonly install: string };

/** The command that installs a Debian or Ubuntu package. */
export const installCommand = (aptPackage: string): string => `apt-get install -y ${aptPackage}`;

/** Absolute path of a program on PATH, or null. */
export async function findOnPath(name: string): Promise<string | null> {
  for (const directory of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(directory || '.', name);
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
  const tool = TOOLS[name];
  const missing: Availability = { available: false, tool: name, install: installCommand(tool.aptPackage) };
  const path = await findOnPath(name);
  if (path === null) return missing;
  const result = await execa(path, [tool.versionArgument], { reject: false, stdin: 'ignore', timeout: 20_000 });
  if (result.exitCode !== 0) return missing;
  return { available: true, path, version: result.stdout.split('\n')[0]!.trim() };
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
