// How far the cycle models are from chips: CoreMark and Dhrystone 2.1, built with the compiler that is here and counted as rnnq counts
// a step, beside published figures of the same cores.
//   node scripts/run.mjs bench/published.ts <folder of eembc/coremark> <folder of Dhrystone 2.1 in C> [core...]
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { countingBoard, loadBoard } from '../src/boards/board.js';
import { countRegions } from '../src/build/cycles/count-regions.js';
import type { Optimization } from '../src/build/toolchain.js';
import type { CoreName } from '../src/targets/cores.js';

/** Published figures per MHz. They are of other compilers, or of unknown flags: sources are in docs/report.md. */
const PUBLISHED: Readonly<Partial<Record<CoreName, { readonly coreMark: string; readonly dhrystone: string }>>> = {
  'cortex-m0plus': { coreMark: '1.83 (-O3), 1.19 (-Os), 2.46 (Arm)', dhrystone: '0.95' },
  'cortex-m3': { coreMark: '1.13 (flags unknown), 3.34 (Arm)', dhrystone: '1.25' },
  'cortex-m4': { coreMark: '2.45 to 2.68, 3.42 (Arm)', dhrystone: '1.25' },
  'cortex-m33': { coreMark: '2.97, 4.02 (Arm)', dhrystone: '1.50' },
  'cortex-m7': { coreMark: '3.86 to 4.3, 5.01 (Arm)', dhrystone: '2.14' },
};

const ITERATIONS = 2;
const RUNS = 200;
/** Dhrystones a second of a VAX 11/780, which has 1 MIPS. */
const VAX = 1757;

const COREMARK_PORT = `#ifndef CORE_PORTME_H
#define CORE_PORTME_H
#include <stddef.h>
#define HAS_FLOAT 0
#define HAS_TIME_H 0
#define HAS_STDIO 0
#define HAS_PRINTF 0
#define COMPILER_VERSION ""
#define COMPILER_FLAGS ""
#define MEM_LOCATION ""
#define SEED_METHOD SEED_VOLATILE
#define MEM_METHOD MEM_STACK
#define MULTITHREAD 1
#define MAIN_HAS_NOARGC 1
#define MAIN_HAS_NORETURN 0
#define PERFORMANCE_RUN 1
#define ITERATIONS ${ITERATIONS}
typedef signed short ee_s16;
typedef unsigned short ee_u16;
typedef signed int ee_s32;
typedef unsigned char ee_u8;
typedef unsigned int ee_u32;
typedef ee_u32 ee_ptr_int;
typedef size_t ee_size_t;
typedef ee_u32 CORE_TICKS;
typedef struct { ee_u8 id; } core_portable;
#define align_mem(x) (void *)(4 + (((ee_ptr_int)(x)-1) & ~3u))
extern ee_u32 default_num_contexts;
void portable_init(core_portable *p, int *argc, char *argv[]);
void portable_fini(core_portable *p);
int ee_printf(const char *format, ...);
#endif
`;

const COREMARK_MAIN = `#include "coremark.h"
void rnnq_mark_begin(void);
void rnnq_mark_end(void);
volatile ee_s32 seed1_volatile = 0, seed2_volatile = 0, seed3_volatile = 0x66, seed4_volatile = ITERATIONS, seed5_volatile = 0;
ee_u32 default_num_contexts = 1;
void start_time(void) { rnnq_mark_begin(); }
void stop_time(void) { rnnq_mark_end(); }
CORE_TICKS get_time(void) { return 1; }
secs_ret time_in_secs(CORE_TICKS ticks) { return ticks; }
void portable_init(core_portable *p, int *argc, char *argv[]) { (void)p; (void)argc; (void)argv; }
void portable_fini(core_portable *p) { (void)p; }
int ee_printf(const char *format, ...)
{
    /* [0]ERROR! ...: a checksum is wrong */
    if (format[0] == '[' && format[3] == 'E') {
        __builtin_trap();
    }
    return 0;
}
`;

const DHRYSTONE_MAIN = `#include <stdarg.h>
#include <stddef.h>
void rnnq_mark_begin(void);
void rnnq_mark_end(void);
static char heap[256];
static int used, calls;
char *malloc(int bytes) { char *p = &heap[used]; used += (bytes + 7) & ~7; return p; }
long time(long *t) { (void)t; if (calls++ == 0) { rnnq_mark_begin(); } else { rnnq_mark_end(); } return 0; }
int printf(const char *format, ...) { (void)format; return 0; }
int puts(const char *text) { (void)text; return 0; }
int putchar(int c) { return c; }
int scanf(const char *format, ...) { va_list list; va_start(list, format); *va_arg(list, int *) = ${RUNS}; va_end(list); return 1; }
`;

export async function main([coreMark, dhrystone, ...cores]: readonly string[]): Promise<void> {
  if (coreMark === undefined || dhrystone === undefined) throw new Error('two folders of sources are needed');
  const directory = await mkdtemp(join(tmpdir(), 'rnnq-published-'));
  try {
    await writeFile(join(directory, 'core_portme.h'), COREMARK_PORT);
    await writeFile(join(directory, 'core_portme.c'), COREMARK_MAIN);
    await writeFile(join(directory, 'dhry_port.c'), DHRYSTONE_MAIN);
    // C of 1988: main without a type, a float for the result that nobody reads
    const text = await readFile(join(resolve(dhrystone), 'dhry_1.c'), 'utf8');
    await writeFile(join(directory, 'dhry_1.c'), `${PRAGMAS}${text.replace(/^main \(\)/m, 'int main ()')}`);
    await writeFile(
      join(directory, 'dhry_2.c'),
      `${PRAGMAS}${await readFile(join(resolve(dhrystone), 'dhry_2.c'), 'utf8')}`,
    );
    const coreMarkSources = ['list_join', 'main', 'matrix', 'state', 'util'].map((part) =>
      join(resolve(coreMark), `core_${part}.c`),
    );
    const dhrystoneSources = ['dhry_1.c', 'dhry_2.c', 'dhry_port.c'].map((name) => join(directory, name));
    console.log('| core | optimization | CoreMark per MHz | published | DMIPS per MHz | published |');
    console.log('|---|---|--:|--:|--:|--:|');
    for (const core of (cores.length === 0 ? Object.keys(PUBLISHED) : cores) as CoreName[])
      for (const optimization of ['-Os', '-O2', '-O3'] as const) {
        const count = (sources: readonly string[], includes: readonly string[]) =>
          countCycles({ core, optimization, sources, includes: [directory, ...includes] });
        const mark = await count([...coreMarkSources, join(directory, 'core_portme.c')], [resolve(coreMark)]);
        const stone = await count(dhrystoneSources, [resolve(dhrystone)]);
        const cells = [(1e6 * ITERATIONS) / mark, (1e6 * RUNS) / stone / VAX].map((value) => value.toFixed(2));
        const { coreMark: a, dhrystone: b } = PUBLISHED[core]!;
        console.log(`| ${[core, optimization, cells[0], a, cells[1], b].join(' | ')} |`);
      }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Warnings of old C that would be errors, and the clock that dhry.h asks for. */
const PRAGMAS = `#define TIME 1
#pragma GCC diagnostic ignored "-Wimplicit-int"
#pragma GCC diagnostic ignored "-Wimplicit-function-declaration"
#pragma GCC diagnostic ignored "-Wbuiltin-declaration-mismatch"
`;

interface Program {
  readonly core: CoreName;
  readonly optimization: Optimization;
  readonly sources: readonly string[];
  readonly includes: readonly string[];
}

/** Cycles between the marks of a program. */
async function countCycles({ core, optimization, sources, includes }: Program): Promise<number> {
  const board = loadBoard(countingBoard(core));
  if (board.runner !== 'qemu') throw new Error(`${core} is not emulated`);
  const { regions } = await countRegions({ core, board, optimization, sources, includeDirectories: includes });
  const cycles = regions[0]?.cycles ?? null;
  if (cycles === null || regions.length !== 1) throw new Error('QEMU with plugins is needed, and one region');
  return cycles;
}
