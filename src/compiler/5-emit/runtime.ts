import { readdirSync, readFileSync } from 'node:fs';
import { bug } from '../../diagnostics.js';
import { fnv1a } from '../../fixed/hash.js';
import { inRam, type Place } from '../../ir/plan.js';
import { PACKAGE_ROOT } from '../../package-root.js';

/** The C that packages share: the headers and all kernels of runtime-c, text by path below it, in the order of paths. */
export type Runtime = ReadonlyMap<string, string>;

/** What the C of every model includes, a header behind those that it includes itself. */
const HEADERS = ['rnnq_fixed.h', 'rnnq.h'] as const;

let cached: Runtime | undefined;

/** The files of runtime-c, read once. */
export function readRuntime(): Runtime {
  const root = `${PACKAGE_ROOT}runtime-c/`;
  cached ??= new Map(
    (readdirSync(root, { recursive: true }) as string[])
      .map((path) => path.replaceAll('\\', '/'))
      .filter((path) => /\.[ch]$/.test(path))
      .sort()
      .map((path) => [path, readFileSync(root + path, 'utf8')]),
  );
  return cached;
}

/** FNV-1a 32 of every path and text as 8 hex digits: another digit for any other character of any file. */
export function runtimeTag(runtime: Runtime = readRuntime()): string {
  const bytes = new TextEncoder().encode(JSON.stringify([...runtime]));
  return fnv1a(bytes).toString(16).padStart(8, '0');
}

/** Kernels in RAM are other symbols than those in flash: a firmware may hold both. */
const RAM_ENDING = '_ram';

/** The name in runtime-c of what the linker knows by a name with a tag; any other name as it is. */
export const sourceName = (symbol: string): string =>
  symbol.replace(new RegExp(`^(rnnq_\\w+)_${runtimeTag()}(${RAM_ENDING})?$`), '$1');

/**
 * Path in a package -> text: the headers, each behind those that it includes, and the kernels of a plan. rnnq.h gives every kernel a symbol that ends with the tag
 * of the runtime, so that equal symbols are equal code in whatever firmware packages meet (docs/decisions/0022);
 * rnnq_fixed.h names the sections of what is copied to RAM (docs/decisions/0057).
 */
export function runtimeFiles(
  kernels: readonly string[],
  place: Place = 'flash',
  runtime: Runtime = readRuntime(),
): Map<string, string> {
  const text = (path: string): string => runtime.get(path) ?? bug(`runtime-c has no ${path}`);
  const sources = kernels.map((symbol) => [`src/${symbol}.c`, text(pathOf(symbol, runtime))] as const);
  const included = sources.flatMap(([, source]) => headersOf(source, runtime));
  const headers = new Map([...new Set([...HEADERS, ...included])].map((name) => [name, text(`include/${name}`)]));
  headers.set('rnnq.h', withTags(headers.get('rnnq.h')!, runtimeTag(runtime), place));
  headers.set('rnnq_fixed.h', withSections(headers.get('rnnq_fixed.h')!, place));
  return new Map([...[...headers].map(([name, header]) => [`src/${name}`, header] as const), ...sources]);
}

/** The headers of runtime-c that a text includes, each behind those that it includes itself. */
function headersOf(source: string, runtime: Runtime): string[] {
  return [...source.matchAll(/^#include "(rnnq\w*\.h)"$/gm)].flatMap(([, name]) => {
    const header = runtime.get(`include/${name}`) ?? bug(`runtime-c has no ${name}`);
    return [...headersOf(header, runtime), name!];
  });
}

/** A function's file is called like it, in whatever folder. */
function pathOf(symbol: string, runtime: Runtime): string {
  const file = `/${symbol.replace(/^rnnq_/, '')}.c`;
  return [...runtime.keys()].find((path) => path.endsWith(file)) ?? bug(`runtime-c has no ${symbol}`);
}

/** rnnq.h with a definition of RNNQ_RUNTIME and of the symbol of every function that it declares. */
function withTags(header: string, tag: string, place: Place): string {
  const functions = [...header.matchAll(/\b(rnnq_\w+)\(/g)].map((match) => match[1]!);
  const lines = [
    '/* Symbols end with a hash of the source: packages that bring the same kernels share them, those of other versions of rnnq',
    ' * bring kernels with other symbols. */',
    `#define RNNQ_RUNTIME 0x${tag}u`,
    ...[...new Set(functions)]
      .sort()
      .map((name) => `#define ${name} ${name}_${tag}${inRam(place).code ? RAM_ENDING : ''}`),
  ];
  if (functions.length === 0) bug('rnnq.h declares no kernel');
  return behindInclude(header, lines);
}

function behindInclude(header: string, lines: readonly string[]): string {
  const include = '#include <stdint.h>\n';
  if (!header.includes(include)) bug('a header of runtime-c does not include stdint.h');
  return header.replace(include, `${include}\n${lines.join('\n')}\n`);
}

/** Sections by the linker scripts that copy them from flash to RAM at start-up. */
const RAM_SECTIONS = {
  code: [
    '/* rnnq compile --place: code is in a section that start-up code copies to RAM. By default it has the name that the linker scripts',
    ' * of the platform know, on others that of ST; -DRNNQ_CODE_SECTION= names another. */',
    '#ifndef RNNQ_CODE_SECTION',
    '#if defined(__ZEPHYR__)',
    '#define RNNQ_CODE_SECTION ".ramfunc"',
    '#elif defined(PICO_ON_DEVICE) || defined(ARDUINO_ARCH_RP2040)',
    '#define RNNQ_CODE_SECTION ".time_critical.rnnq"',
    '#else',
    '#define RNNQ_CODE_SECTION ".RamFunc"',
    '#endif',
    '#endif',
    '#define RNNQ_CODE __attribute__((section(RNNQ_CODE_SECTION)))',
  ],
  constants: [
    '/* rnnq compile --place: constants are among the initialized variables, which start-up code copies to RAM. */',
    '#ifndef RNNQ_CONSTANTS_SECTION',
    '#define RNNQ_CONSTANTS_SECTION ".data.rnnq"',
    '#endif',
    '#define RNNQ_CONSTANTS __attribute__((section(RNNQ_CONSTANTS_SECTION)))',
  ],
} as const;

/** rnnq_fixed.h with the sections of what is in RAM. */
function withSections(header: string, place: Place): string {
  const { code, constants } = inRam(place);
  const lines = [...(code ? RAM_SECTIONS.code : []), ...(constants ? RAM_SECTIONS.constants : [])];
  return lines.length === 0 ? header : behindInclude(header, lines);
}
