import { installHint } from '../boards/install.js';
import {
  type Availability,
  findNewlib,
  findTool,
  installOf,
  NEWLIB_PACKAGES,
  TOOLS,
  type ToolName,
} from '../boards/tools.js';

export interface ToolCheck {
  readonly name: string;
  readonly purpose: string;
  /** Absolute path, or null where it is missing. */
  readonly found: string | null;
  readonly version: string | null;
  /** Command that installs it here (apt, brew or winget), or where to get it. */
  readonly install: string;
}

/** Which external programs are here and how to get the others. */
export async function checkTools(): Promise<ToolCheck[]> {
  const names = Object.keys(TOOLS) as ToolName[];
  const [tools, library] = await Promise.all([Promise.all(names.map(checkTool)), checkNewlib()]);
  const afterCompiler = names.indexOf('arm-none-eabi-gcc') + 1;
  return [...tools.slice(0, afterCompiler), library, ...tools.slice(afterCompiler)];
}

function describe(name: string, purpose: string, install: string, tool: Availability): ToolCheck {
  const found = tool.available ? tool.path : null;
  return { name, purpose, found, version: tool.available ? tool.version : null, install };
}

async function checkTool(name: ToolName): Promise<ToolCheck> {
  return describe(name, TOOLS[name].purpose, installOf(name), await findTool(name));
}

async function checkNewlib(): Promise<ToolCheck> {
  const purpose = 'string.h, memcpy and memset for Cortex-M';
  return describe('newlib for Cortex-M', purpose, installHint(NEWLIB_PACKAGES, undefined), await findNewlib());
}
