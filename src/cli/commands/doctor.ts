import { checkTools } from '../../build/doctor.js';
import { tint } from '../../report/terminal.js';

/** rnnq doctor: exit code 0 always; a missing tool is a fact, not a failure. */
export async function run({ json }: { json?: boolean }): Promise<void> {
  const tools = await checkTools();
  if (json) process.stdout.write(`${JSON.stringify(tools, null, 2)}\n`);
  else
    for (const tool of tools)
      process.stdout.write(
        tool.found === null
          ? `${tint('note', 'missing')}  ${tool.name}: ${tool.purpose}\n         ${tool.install}\n`
          : `${tint('good', 'ok')}       ${tool.name}: ${tool.version} (${tool.found})\n`,
      );
}
