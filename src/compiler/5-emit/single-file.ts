import { bug } from '../../diagnostics.js';

/** What refuses another core, up to its #else. */
const CORE_CHECK = /^#if !defined\(__ARM_FEATURE_\w+\)\n(?:.*\n)*?#endif\n#else\n\n/m;

type Files = ReadonlyMap<string, string>;

/**
 * Merges a package into NAME.h, NAME.c and NAME_selftest.c. In one file two kernels must not share a name, so the static
 * functions and structures of a kernel take its name in front, and its macros end with it. A kernel has a guard like a header:
 * several models may be included into one file. Headers of intrinsics come first, where the core has them, before them the check of the core: its #endif
 * is the last line of the model's own C, and of the file.
 */
export function mergeFiles(name: string, files: Files): Files {
  const text = (path: string): string => files.get(path) ?? bug(`the package has no ${path}`);
  const headers = [...files.keys()].filter((path) => /^src\/rnnq\w*\.h$/.test(path));
  const kernels = [...files.keys()].filter((path) => /^src\/rnnq_.*\.c$/.test(path)).sort();
  const own = [...headers, ...kernels, `src/${name}.c`].map(text).join('\n');
  const model = text(`src/${name}.c`);
  const check = CORE_CHECK.exec(model)?.[0] ?? '';
  const intrinsics = new Set(own.match(/^#include <(?!stdint)[\w.]+>\n/gm) ?? []);
  const merged = [
    `${check}${[...intrinsics].sort().map(guarded).join('')}#include "${name}.h"\n`,
    ...[...headers, `src/${name}_weights.h`].map((path) => withoutIncludes(text(path))),
    ...kernels.map((path) => kernelText(/([^/]+)\.c$/.exec(path)![1]!, text(path))),
    withoutIncludes(text(`src/${name}_weights.c`)),
    withoutIncludes(model.replace(CORE_CHECK, '')),
  ];
  const selftest = [
    `#include "${name}.h"\n`,
    withoutIncludes(text(`test/${name}_golden.h`)),
    withoutIncludes(text(`test/${name}_selftest.c`)),
  ];
  const rest = [...files].filter(([path]) => !/^(include|src|test)\//.test(path));
  return new Map([
    ...rest,
    [`${name}.h`, text(`include/${name}.h`)],
    [`${name}.c`, `${merged.join('\n')}`],
    [`${name}_selftest.c`, `${selftest.join('\n')}`],
  ]);
}

/** Files for every core include arm_mve.h only where it is there. */
const guarded = (include: string): string =>
  include.includes('arm_mve.h') ? `#if defined(__ARM_FEATURE_MVE)\n${include}#endif\n` : include;

/** The header of the model brings stdint.h. */
const withoutIncludes = (text: string): string => text.replace(/^#include .*\n+/gm, '');

function kernelText(kernel: string, text: string): string {
  const guard = kernel.toUpperCase();
  return `#ifndef ${guard}\n#define ${guard}\n\n${withoutIncludes(ownNames(kernel, text))}\n#endif /* ${guard} */\n`;
}

function ownNames(kernel: string, text: string): string {
  const functions = [...text.matchAll(/^static [\w ]*?\**(\w+)\(/gm)].map((match) => match[1]!);
  const renamed = functions.reduce(
    (source, name) => source.replace(new RegExp(`\\b${name}\\b`, 'g'), `${kernel}_${name}`),
    text,
  );
  const structures = [...text.matchAll(/^struct (\w+) \{/gm)].map((match) => match[1]!);
  const separate = structures.reduce(
    (source, name) => source.replace(new RegExp(`\\bstruct ${name}\\b`, 'g'), `struct ${kernel}_${name}`),
    renamed,
  );
  const macros = [...text.matchAll(/^#define (\w+)/gm)].map((match) => `#undef ${match[1]}\n`);
  return separate + macros.join('');
}
