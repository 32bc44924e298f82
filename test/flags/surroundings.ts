import { OPTIMIZATIONS, type Optimization } from '../../src/build/toolchain.js';
import { CORES, type CoreName } from '../../src/targets/cores.js';
import type { Factors, Row } from './pairwise.js';

/** Flags that change what code may assume of its surroundings, each on or off. */
const SWITCHES = [
  ...['-flto', '-fno-omit-frame-pointer', '-ffixed-r9', '-fno-short-enums', '-fsigned-char', '-fno-inline'],
  ...['-mno-unaligned-access', '-fno-function-sections'],
] as const;

/** What projects pass beside these: Zephyr, STM32Cube, Arduino, position-independent applications, safety. One at a time. */
const EXTRAS = [
  ...['none', '-funsigned-char', '-fstack-protector-strong', '-fno-strict-aliasing', '-fno-common -fno-builtin'],
  ...['-fPIC', '-fpie', '-fwrapv', '-funroll-loops', '-fno-exceptions', '-ffast-math', '-g3', '-falign-functions=16'],
  ...['-std=gnu17', '-mslow-flash-data', '-mpure-code', '-fno-toplevel-reorder', '-fno-section-anchors'],
  ...['-fsanitize=undefined -fsanitize-undefined-trap-on-error', '-fno-tree-loop-distribute-patterns'],
] as const;

/** Flags that clang 14 has not. */
const GCC_ONLY: readonly string[] = [
  ...['-flto', '-mslow-flash-data', '-mpure-code', '-fno-toplevel-reorder', '-fno-section-anchors'],
  '-fno-tree-loop-distribute-patterns',
];

/** Cores that QEMU runs; those of one instruction set are compiled alike. */
const DEVICE_CORES = (Object.keys(CORES) as CoreName[]).filter((core) => CORES[core].compiler === 'arm-none-eabi');

/** Where functions begin, modulo 4; a compiler that aligns them to 4 overrides it. */
const PLACES = ['0', '2'];

const COMMON: Factors = {
  core: DEVICE_CORES,
  extra: EXTRAS,
  compiler: ['gcc', 'clang'],
  ...Object.fromEntries(SWITCHES.map((flag) => [flag, ['on', 'off']])),
};

/** Surroundings of programs with all kernels: every level and place meets every core, flag and compiler. */
export const OF_KERNELS: Factors = {
  ...COMMON,
  spot: OPTIMIZATIONS.flatMap((level) => PLACES.map((place) => `${level} ${place}`)),
};

/** Surroundings of packages. */
export const OF_PACKAGES: Factors = { ...COMMON, level: OPTIMIZATIONS, place: PLACES };

const FEW: Factors = { core: ['cortex-m0', 'cortex-m4', 'cortex-m55'], extra: ['none', '-fstack-protector-strong'] };

/** Fewer, for every run of the tests. */
export const FEW_OF_KERNELS: Factors = { ...OF_KERNELS, ...FEW, spot: ['-Os 2', '-O2 2', '-Og 0'] };
export const FEW_OF_PACKAGES: Factors = { ...OF_PACKAGES, ...FEW, level: ['-Os', '-O3', '-O1'] };

/** Whether compilers have such a combination. */
export function isPossible({ core, compiler, extra = 'none', ...switches }: Row): boolean {
  const used = [extra, ...Object.keys(switches).filter((flag) => switches[flag] === 'on')];
  if (compiler === 'clang' && used.some((flag) => GCC_ONLY.includes(flag))) return false;
  return !(extra === '-mslow-flash-data' && core !== undefined && /-m0/.test(core));
}

/** How one program is built. */
export interface Surroundings {
  readonly core: CoreName;
  readonly compiler: 'gcc' | 'clang';
  readonly optimization: Optimization;
  readonly place: 0 | 2;
  readonly flags: readonly string[];
}

export function surroundingsOf(row: Row): Surroundings {
  const [optimization, place] = (row.spot ?? `${row.level} ${row.place}`).split(' ') as [Optimization, string];
  return {
    core: row.core as CoreName,
    compiler: row.compiler as 'gcc' | 'clang',
    optimization,
    place: place === '2' ? 2 : 0,
    flags: [...SWITCHES.filter((flag) => row[flag] === 'on'), ...(row.extra === 'none' ? [] : row.extra!.split(' '))],
  };
}

export const describeSurroundings = ({ core, compiler, optimization, place, flags }: Surroundings): string =>
  `${core}, ${compiler} ${optimization}, functions at ${place} mod 4${flags.map((flag) => `, ${flag}`).join('')}`;
