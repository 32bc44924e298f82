import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { writePackage } from '../../src/build/replay.js';
import { findCompiler, runTool } from '../../src/build/toolchain.js';
import { compileModel } from '../../src/compiler/compile.js';
import { PACKAGE_ROOT } from '../../src/package-root.js';
import { chainOf, FLAGS, MARGIN, soundOf, streamModel } from '../frontends/stream-models.js';

// The programs of examples/packages/streams, compiled against the declarations that they use of SDKs that are not here.
const folder = mkdtempSync(join(tmpdir(), 'rnnq-sensors-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const WORD = streamModel(soundOf({ window: 512, hop: 320, bands: 40, highest: 7800 }, 16000), { decision: MARGIN });
const MOTION = streamModel(chainOf(3, []), { decision: MARGIN });
const PUMP = streamModel(chainOf(2, []), { decision: FLAGS });
const STRICT = ['-Wall', '-Wextra', '-Werror', '-fsyntax-only'];

test.for([
  { file: 'pico_microphone.c', name: 'word', model: WORD, core: 'cortex-m0plus', stubs: 'pico-sdk' },
  { file: 'pico_accelerometer.c', name: 'motion', model: MOTION, core: 'cortex-m0plus', stubs: 'pico-sdk' },
  { file: 'pico_pump.c', name: 'pump', model: PUMP, core: 'cortex-m0plus', stubs: 'pico-sdk' },
  { file: 'stm32_i2s.c', name: 'word', model: WORD, core: 'cortex-m4', stubs: 'stm32-hal' },
  { file: 'nano33ble/nano33ble.ino', name: 'word', model: WORD, core: 'cortex-m4', stubs: 'arduino-core' },
] as const)('$file compiles for $core', async ({ file, name, model, core, stubs }, context) => {
  const compiler = await findCompiler(core);
  if (!compiler.available) return context.skip(compiler.install);
  const directory = join(folder, file.replace('/', '-'));
  await writePackage(compileModel(model, { core, name }).files, directory);
  const sketch = file.endsWith('.ino');
  const language = sketch ? ['-x', 'c++', '-std=gnu++14', '-include', 'Arduino.h'] : ['-std=gnu11'];
  const tool = sketch ? join(dirname(compiler.path), 'arm-none-eabi-g++') : compiler.path;
  const includes = [join(directory, 'include'), join(PACKAGE_ROOT, 'test/packages', stubs)].map((path) => `-I${path}`);
  const source = join(PACKAGE_ROOT, 'examples/packages/streams', file);
  const args = ['-mthumb', `-mcpu=${core}`, ...language, ...STRICT, ...includes];
  await runTool(tool, [...args, source]);
  // the compiler is asked: what it refuses is a failure here
  await expect(runTool(tool, [...args, '-include', 'no-such-header.h', source])).rejects.toThrow('no-such-header.h');
});
