import { findTool } from '../../boards/tools.js';
import { resolveRequest } from '../../compiler/request.js';
import { prove } from '../../prove.js';
import { formatProof } from '../../report/proof-text.js';
import { type CompileOptions, requestOf } from '../compile-options.js';
import { readModelText } from '../input-file.js';

interface Options extends CompileOptions {
  readonly requireEva?: boolean;
  readonly json?: boolean;
}

/** rnnq prove: exit code 1 where Eva finds an alarm; without Frama-C the certificates alone, and a line that says so. */
export async function run(path: string, { requireEva = false, json, ...options }: Options): Promise<void> {
  const request = requestOf(options);
  resolveRequest(request); // refused before tools are looked for
  const tool = await findTool('frama-c');
  const eva = tool.available || requireEva;
  const text = readModelText(path);
  if (eva) process.stderr.write('Frama-C Eva analyses the generated C ...\n');
  const proof = await prove(text, { ...request, eva });
  process.stdout.write(json ? `${JSON.stringify(proof, null, 2)}\n` : `${formatProof(proof)}\n`);
  if (!tool.available) process.stderr.write(`SKIPPED Frama-C Eva: frama-c is missing: ${tool.install}\n`);
  if (proof.eva !== null && !proof.eva.proven) process.exitCode = 1;
}
