import { findTool, installCommand, TOOLS, type ToolName } from '../boards/tools.js';
import { runTool } from './toolchain.js';

export interface ToolCheck {
  readonly name: string;
  readonly purpose: string;
  /** Absolute path, or null where it is missing. */
  readonly found: string | null;
  readonly version: string | null;
  /** Command that installs it on Debian and Ubuntu. */
  readonly install: string;
}

/** Which external programs are here and how to get the others. */
export async function checkTools(): Promise<ToolCheck[]> {
  const names = Object.keys(TOOLS) as ToolName[];
  const [tools, library] = await Promise.all([Promise.all(names.map(checkTool)), checkNewlib()]);
  const afterCompiler = names.indexOf('arm-none-eabi-gcc') + 1;
  return [...tools.slice(0, afterCompiler), library, ...tools.slice(afterCompiler)];
}

async function checkTool(name: ToolName): Promise<ToolCheck> {
  const { purpose, aptPackage } = TOOLS[name];
  const tool = await findTool(name);
  return {
    name,
    purpose,
    found: tool.available ? tool.path : null,
    version: tool.available ? tool.version : null,
    install: installCommand(aptPackage),
  };
}

/** The C library for Cortex-M is a package of its own; the compiler knows where it is. */
async function checkNewlib(): Promise<ToolCheck> {
  const missing: ToolCheck = {
    name: 'newlib for Cortex-M',
    purpose: 'string.h, memcpy and memset for Cortex-M',
    found: null,
    version: null,
    install: installCommand('libnewlib-arm-none-eabi'),
  };
  const compiler = await findTool('arm-none-eabi-gcc');
  if (!compiler.available) return missing;
  const library = (await runTool(compiler.path, ['-print-file-name=libc.a'])).trim();
  if (library === 'libc.a') return missing;
  const macros = await runTool(compiler.path, [
    '-E',
    '-dM',
    '-include',
    '_newlib_version.h',
    '-x',
    'c',
    '/dev/null',
  ]).catch(() => '');
  return { ...missing, found: library, version: /_NEWLIB_VERSION "([^"]+)"/.exec(macros)?.[1] ?? null };
}
