import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { drawArchitecture } from '../scripts/draw-architecture.js';
import { engineKernels } from '../scripts/engine-kernels.js';
import { OPTIONAL_PASSES, PASSES } from '../src/compiler/3-optimize/passes.js';
import { PATH_KINDS } from '../src/data/kind.js';
import { LAYERS } from '../src/layers/index.js';
import { OPS } from '../src/ops/index.js';
import { QUANTIZERS } from '../src/quantizers/index.js';
import { CORES } from '../src/targets/cores.js';
import { KERNELS, OTHER_KERNELS } from '../src/targets/kernels.js';
import { TASKS } from '../src/tasks/index.js';
import { CELLS } from '../src/train/cells/index.js';
import { METHODS } from '../src/train/methods/index.js';
import { WINDOWED } from '../src/train/windowed/index.js';
import { cycles, importsOf, type Source, sourceFiles } from './architecture/imports.js';
import { mayImport, PACKAGES, ROOT_FILES } from './architecture/rules.js';
import { packagePath } from './kernels/run-program.js';

const sources = sourceFiles();
const read = (path: string): string => readFileSync(packagePath(path), 'utf8');
const list = (path: string): string[] =>
  readdirSync(packagePath(path), { recursive: true, encoding: 'utf8' }).map((p) => p.replaceAll('\\', '/'));
const stems = (path: string, except: readonly string[]): string[] =>
  list(path)
    .map((name) => name.replace(/\.ts$/, ''))
    .filter((name) => !except.includes(name))
    .sort();

describe('imports', () => {
  test('every folder imports only what it may', () => {
    const forbidden = sources.flatMap((source: Source) =>
      importsOf(source).flatMap(({ target }) => {
        const allowed = target.startsWith('src/')
          ? mayImport(source.path, target)
          : (PACKAGES[target]?.test(source.path) ?? target.startsWith('node:'));
        return allowed ? [] : [`${source.path} -> ${target}`];
      }),
    );
    expect(forbidden).toEqual([]);
  });

  test('there are no circles', () => {
    expect(cycles(sources)).toEqual([]);
  });

  test('rnnq compile loads neither TF.js nor the trainer', () => {
    const byPath = new Map(sources.map((source) => [source.path, source]));
    const loaded = new Set<string>();
    const visit = (path: string): void => {
      if (loaded.has(path)) return;
      loaded.add(path);
      const source = byPath.get(path);
      if (source) for (const { target, kind } of importsOf(source)) if (kind === 'value') visit(target);
    };
    for (const start of ['src/cli/main.ts', 'src/cli/commands/compile.ts', 'src/index.ts']) visit(start);
    expect([...loaded].filter((path) => /^(src\/train\/(?!options)|@tensorflow|mnist)/.test(path))).toEqual([]);
  });

  test('arithmetic is pure: no file system below the compiler', () => {
    const pure = /^src\/(fixed|ir|ops|layers|quantizers|interpreter|targets|compiler\/[1-4])/;
    const impure = sources.filter(
      (s) => pure.test(s.path) && importsOf(s).some(({ target }) => target.startsWith('node:')),
    );
    expect(impure.map((s) => s.path)).toEqual([]);
  });

  test('the rules themselves say no', () => {
    expect(mayImport('src/fixed/fixed.ts', 'src/ir/model.ts')).toBe(false);
    expect(mayImport('src/compiler/4-plan/make-plan.ts', 'src/compiler/3-optimize/passes.ts')).toBe(false);
    expect(mayImport('src/ops/add.ts', 'src/layers/gru.ts')).toBe(false);
    expect(mayImport('src/unheard-of/x.ts', 'src/ir/model.ts')).toBe(false);
    expect(
      cycles([
        { path: 'src/a.ts', text: "import { b } from './b.js';" },
        { path: 'src/b.ts', text: "import { a } from './a.js';" },
      ]),
    ).toHaveLength(1);
  });
});

describe('names and sizes', () => {
  test('files are kebab-case, without words that mean nothing', () => {
    for (const { path } of sources) {
      expect(path).toMatch(/^src(\/([0-9]-)?[a-z]+[a-z0-9]*(-[a-z0-9]+)*)+(\.d)?\.ts$/);
      expect(path).not.toMatch(/(^|[/-])(utils?|helpers?|common|manager|misc)\b/);
    }
  });

  test('no file of TypeScript has more than 300 lines', () => {
    const tests = list('test')
      .filter((path) => path.endsWith('.ts'))
      .map((path) => ({ path: `test/${path}`, text: read(`test/${path}`) }));
    const long = [...sources, ...tests].filter(({ text }) => text.split('\n').length > 301);
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  test('nothing is called any', () => {
    const code = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
    expect(sources.filter(({ text }) => /(:|<|as|\|) any\b/.test(code(text))).map(({ path }) => path)).toEqual([]);
  });
});

/** The file names of rows: `scaleShift` is in scale-shift.ts. */
const filesOf = (rows: object): string[] =>
  Object.keys(rows)
    .map((name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`))
    .sort();

describe('everything has its row', () => {
  test('ops, layers, quantizers: one file each, and a test for every op', () => {
    expect(stems('src/ops', ['index', 'op', 'verify'])).toEqual(filesOf(OPS));
    const layers = filesOf(LAYERS);
    expect(
      stems('src/layers', ['index', 'layer', 'fields', 'gates', 'windowed', 'program-builder', 'diagnostics']),
    ).toEqual(layers);
    expect(stems('src/interpreter/float-steps', ['index', 'float-step', 'cell', 'windowed'])).toEqual(layers);
    const formats = stems('src/quantizers', [
      'index',
      'quantizer',
      'build-model',
      'recurrent-cells',
      'real-network',
      'bits',
      'fractions',
    ]);
    expect(formats).toEqual(['binary', 'integers', 'pow2', 's8', 'ternary']);
    const tests = list('test/ops').flatMap((name) => /^(.*)\.test\.ts$/.exec(name)?.[1] ?? []);
    expect(tests.sort()).toEqual(filesOf(OPS));
  });

  test('tasks: one file each', () => {
    expect(
      stems('src/tasks', ['index', 'task', 'classes', 'anomaly-scores', 'class-figures', 'class-rankings', 'ranking']),
    ).toEqual(Object.keys(TASKS).sort());
  });

  test('cells: one file each, its kernels, and the layer that it is exported as', () => {
    const cells = filesOf(CELLS);
    expect(stems('src/train/cells', ['index', 'cell', 'float64'])).toEqual(cells);
    expect(list('src/train/engine/assembly')).toEqual(expect.arrayContaining(cells.map((cell) => `${cell}.ts`)));
    expect(Object.keys(LAYERS)).toEqual(expect.arrayContaining(cells));
  });

  test('layers in front of the recurrent ones: one file each, and the layer that it is exported as', () => {
    const windowed = filesOf(WINDOWED);
    expect(stems('src/train/windowed', ['index', 'windowed', 'windows', 'check-data'])).toEqual(windowed);
    expect(Object.keys(LAYERS)).toEqual(expect.arrayContaining(windowed));
  });

  test('no file but its own compares with the name of a layer or a cell', () => {
    const names = Object.keys(LAYERS).join('|');
    const compares = new RegExp(`\\b(type|cell) [!=]== '(${names})'`);
    // the formats of a real network are chosen by its layer types; importers speak of layers of other tools
    const allowed = /^src\/(quantizers\/build-model\.ts|importers\/)/;
    expect(sources.filter(({ path, text }) => compares.test(text) && !allowed.test(path)).map((s) => s.path)).toEqual(
      [],
    );
  });

  test('the documents name every weight format, weight method, task, kind of data, core and command', () => {
    const named: readonly [string, readonly string[]][] = [
      ['docs/model.md', Object.keys(QUANTIZERS)],
      ['docs/methods.md', Object.keys(METHODS)],
      ['docs/training.md', Object.keys(TASKS)],
      ['docs/data/README.md', PATH_KINDS.map((kind) => `${kind}:`)],
      ['docs/boards.md', Object.keys(CORES).filter((core) => core !== 'host')],
      ['docs/cli.md', stems('src/cli/commands', []).map((command) => `rnnq ${command}`)],
    ];
    const missing = named.flatMap(([page, words]) => {
      const text = read(page);
      return words.filter((word) => !text.includes(word)).map((word) => `${page}: ${word}`);
    });
    expect(missing).toEqual([]);
  });

  test('passes', () => {
    const files = stems('src/compiler/3-optimize', ['optimize', 'passes', 'rewrite']);
    expect(files).toEqual([...PASSES, ...OPTIONAL_PASSES].map((pass) => pass.name).sort());
  });

  test('every kernel has a C file of its name in the folder of its op, and every C file a row', () => {
    const files = list('runtime-c/kernels').filter((path) => path.endsWith('.c'));
    expect(files.sort()).toEqual(
      [...KERNELS, ...OTHER_KERNELS].map(({ symbol, op }) => `${op}/${symbol.replace(/^rnnq_/, '')}.c`).sort(),
    );
    for (const { symbol, op, isa } of KERNELS) expect(symbol).toMatch(new RegExp(`^rnnq_${op}(_[a-z0-9]+)+_${isa}$`));
  });
});

describe('runtime-c', () => {
  const files = list('runtime-c')
    .filter((path) => /\.[ch]$/.test(path))
    .map((path) => ({ path, text: read(`runtime-c/${path}`) }));
  const header = read('runtime-c/include/rnnq.h');

  test('includes stdint.h and itself, headers for an extension its intrinsics, nothing else', () => {
    const own = files.flatMap(({ path }) => /^include\/(.*)/.exec(path)?.[1] ?? []);
    for (const { path, text } of files) {
      const ofKernels = { dsp: ['arm_acle.h'], mve: ['arm_mve.h'] }[/_(dsp|mve)\.h$/.exec(path)?.[1] ?? ''] ?? [];
      // files for every core may do it otherwise where there is Helium
      const guarded = /^#if defined\(__ARM_FEATURE_MVE\)\n#include <arm_mve.h>$/m.test(text) ? ['arm_mve.h'] : [];
      const intrinsics = [...ofKernels, ...guarded];
      for (const [, name] of text.matchAll(/#\s*include\s*["<]([^">]+)[">]/g))
        expect(['stdint.h', ...own, ...intrinsics]).toContain(name);
    }
  });

  test('has one public function a file, called like the file, as rnnq.h declares it', () => {
    for (const { path, text } of files.filter((file) => file.path.endsWith('.c'))) {
      const signatures = [...text.matchAll(/^(?!static)\w[\w ]*?[ *](\w+)\(([^)]*)\)\n\{/gm)];
      expect(signatures.map((m) => m[1])).toEqual([`rnnq_${path.split('/').at(-1)!.replace('.c', '')}`]);
      expect(header.replace(/\s+/g, ' ')).toContain(`${signatures[0]![0].replace(/\s+/g, ' ').replace(/ ?\{$/, '')};`);
    }
  });

  test('uses no float, no allocation, no globals, no recursion, no shift of a signed left operand', () => {
    for (const { text } of files) {
      const code = text.replace(/\/\*[\s\S]*?\*\//g, '');
      expect(code).not.toMatch(/\b(float|double|malloc|calloc|free|goto|long)\b/);
      expect(code).not.toMatch(/^(static )?(?!const)\w+ \w+(\[[^\]]*\])?( = [^;]*)?;$/m);
    }
  });
});

test('every path in src/README.md exists, and every folder of src is in it', () => {
  const text = read('src/README.md');
  const paths = [...text.matchAll(/\]\(([^)#]+)\)/g)].map((m) => m[1]!);
  for (const path of paths)
    expect(() => readdirSync(packagePath('src')) && readFileSync(packagePath(`src/${path}`))).not.toThrow(/ENOENT/);
  const folders = readdirSync(packagePath('src'), { withFileTypes: true }).filter((e) => e.isDirectory());
  for (const { name } of folders) expect(text).toContain(`](${name}/)`);
});

test('the table of kernels in runtime-c/README.md is that of KERNELS', () => {
  const rows = KERNELS.map(
    ({ symbol, op, isa, alphabets, tile }) =>
      `| \`${symbol}\` | ${op} | ${isa} | ${alphabets.join(', ')} | ${tile.rows} |`,
  );
  expect(read('runtime-c/README.md')).toContain(`|---|---|---|---|---|\n${rows.join('\n')}\n`);
});

test('src/train/engine/kernels.ts declares the kernels as assembly/ defines them', () => {
  expect(read('src/train/engine/kernels.ts')).toBe(engineKernels());
});

test('docs/architecture.svg is what scripts/draw-architecture.ts draws', () => {
  const drawn: string = drawArchitecture();
  const rooms = readdirSync(packagePath('src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of rooms) expect(drawn).toContain(`>${name}</text>`);
  expect(read('docs/architecture.svg')).toBe(drawn);
});

test('every npm script that CONTRIBUTING.md names exists', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Readonly<Record<string, string>> };
  const text = read('CONTRIBUTING.md');
  const named = [...text.matchAll(/npm run ([a-z:]+)/g), ...text.matchAll(/`((?:fuzz|test):[a-z]+)`/g)].map(
    (m) => m[1]!,
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
});

test('links in the documents lead somewhere', () => {
  const documents = [
    'README.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    'src/README.md',
    'runtime-c/README.md',
    ...list('docs')
      .filter((p) => p.endsWith('.md'))
      .map((p) => `docs/${p}`),
  ];
  const broken = documents.flatMap((document) =>
    [...read(document).matchAll(/\]\((?!https?:)([^)#\s]+)/g)].flatMap(([, link]) => {
      const folder = document.includes('/') ? document.replace(/\/[^/]*$/, '/') : '';
      const path = new URL(link!, `file:///${folder}`).pathname.slice(1);
      try {
        readdirSync(packagePath(path));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [`${document}: ${link}`];
      }
      return [];
    }),
  );
  expect(broken.filter((line) => !ROOT_FILES.some((name) => line.endsWith(name)))).toEqual([]);
});
