import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { writePackage } from '../../src/build/replay.js';
import { findCompiler, runTool } from '../../src/build/toolchain.js';
import { compileModel } from '../../src/compiler/compile.js';
import type { Model } from '../../src/ir/model.js';
import { chainOf, MARGIN, soundOf, streamModel } from './stream-models.js';

const folder = mkdtempSync(join(tmpdir(), 'rnnq-sizes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MODELS: Readonly<Record<string, Model>> = {
  sound: streamModel(soundOf(), { decision: MARGIN }),
  wide: streamModel(soundOf({ window: 64, hop: 32, bands: 5 }), { activationBits: 16 }),
  counts: streamModel(chainOf(3, [{ kind: 'decimate', shift: 3 }]), { decision: MARGIN }),
};

test.for(Object.entries(MODELS))('%s: the sizes of a report are those of the C', async ([name, model], context) => {
  const compiler = await findCompiler('host');
  if (!compiler.available) return context.skip(compiler.install);
  const { files, report } = compileModel(model, { core: 'host', name });
  const { stream, scratch } = report.stream!;
  const directory = join(folder, name);
  await writePackage(files, directory);
  const line = (type: string, bytes: number) =>
    `typedef char is_${type}[sizeof(${name}_${type}) == ${bytes} ? 1 : -1];\n`;
  const text = `#include "${name}.h"\n${line('stream_t', stream)}${line('stream_scratch_t', scratch)}`;
  writeFileSync(join(directory, 'sizes.c'), text);
  const compile = ['-std=c99', '-fsyntax-only', `-I${directory}/include`, join(directory, 'sizes.c')];
  await runTool(compiler.path, compile);
  writeFileSync(join(directory, 'sizes.c'), text.replace(`== ${stream} `, `== ${stream + 4} `));
  await expect(runTool(compiler.path, compile)).rejects.toThrow('is_stream_t');
});
