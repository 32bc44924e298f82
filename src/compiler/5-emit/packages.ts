import { mergeFiles } from './single-file.js';

/** What a generated package is for: a build system, or one file to drop in. */
export const PACKAGES = ['cmake', 'c', 'arduino', 'platformio', 'zephyr', 'single-file'] as const;
export type PackageKind = (typeof PACKAGES)[number];

type Files = ReadonlyMap<string, string>;

interface Layout {
  /** Template below codegen/packages -> path; NAME is the model's name. */
  readonly templates: Readonly<Record<string, string>>;
  /** Where a file of the plain package goes; null = left out. */
  readonly place: (path: string) => string | null;
  /** One sentence for the README: how the package comes into a project. */
  readonly use: string;
}

const harness = (path: string): boolean => /^test\/.*_(proof|replay|firmware|stream)\.c$/.test(path);
const keep = (path: string): string => path;
const withoutHarness = (path: string): string | null => (harness(path) ? null : path);

/** Arduino and PlatformIO compile all of src/, so the self-test lies there; the linker drops it where it is not called. */
const testInSource = (path: string): string | null => withoutHarness(path)?.replace(/^test\//, 'src/') ?? null;

const LAYOUTS: { readonly [K in PackageKind]: Layout } = {
  cmake: {
    templates: { 'CMakeLists.txt.ejs': 'CMakeLists.txt' },
    place: keep,
    use: 'Build `src/*.c` with `include` on the path, or add this folder to a CMake project with `add_subdirectory`.',
  },
  c: {
    templates: { 'Makefile.ejs': 'Makefile' },
    place: keep,
    use: 'Build `src/*.c` with `include` on the path, or run `make`; the Makefile explains the cross-compiler.',
  },
  arduino: {
    templates: {
      'library.properties.ejs': 'library.properties',
      'keywords.txt.ejs': 'keywords.txt',
      'selftest.ino.ejs': 'examples/Selftest/Selftest.ino',
    },
    place: (path) => (path === 'examples/main.c' ? null : (testInSource(path)?.replace(/^include\//, 'src/') ?? null)),
    use: 'Put this folder, named after the model, into the `libraries` folder of your sketchbook.',
  },
  platformio: {
    templates: {
      'library.json.ejs': 'library.json',
      'platformio.ini.ejs': 'examples/selftest/platformio.ini',
      'selftest.ino.ejs': 'examples/selftest/src/selftest.ino',
    },
    place: (path) => (path === 'examples/main.c' ? null : testInSource(path)),
    use: 'Put this folder, named after the model, into the `lib` folder of your PlatformIO project.',
  },
  zephyr: {
    templates: {
      'module.yml.ejs': 'zephyr/module.yml',
      'Kconfig.ejs': 'zephyr/Kconfig',
      'zephyr.cmake.ejs': 'zephyr/CMakeLists.txt',
      'sample.cmake.ejs': 'samples/selftest/CMakeLists.txt',
      'prj.conf.ejs': 'samples/selftest/prj.conf',
    },
    place: (path) => (path === 'examples/main.c' ? 'samples/selftest/src/main.c' : withoutHarness(path)),
    use: 'Name this folder in `ZEPHYR_EXTRA_MODULES` or in your west manifest, and set the options of `zephyr/Kconfig`.',
  },
  'single-file': {
    templates: {},
    place: withoutHarness,
    use: 'Add the `.h` and the `.c` file beside this one to your project.',
  },
};

/** The README's sentence on how to use a package. */
export const useOf = (kind: PackageKind): string => LAYOUTS[kind].use;

/** Lays the files of the plain package out as a build system expects them, and adds its own files. */
export function layOut(kind: PackageKind, name: string, files: Files, render: (template: string) => string): Files {
  const { templates, place } = LAYOUTS[kind];
  const placed = new Map<string, string>();
  for (const [path, text] of files) {
    const to = place(path);
    if (to !== null) placed.set(to, text);
  }
  for (const [template, path] of Object.entries(templates))
    placed.set(path.replace('NAME', name), render(`packages/${template}`));
  return kind === 'single-file' ? mergeFiles(name, placed) : placed;
}
