/** Cores with one table of cycles. */
export type CycleClass = 'm0' | 'm0plus' | 'm3' | 'm4' | 'm7' | 'm55';

/** A processor rnnq generates C for: which kernels it may use, and how its C is compiled. */
export interface Core {
  readonly name: string;
  /** Best kernel class the core can run; `mve` cores run `dsp` and `c` kernels too, `dsp` cores run `c`. */
  readonly isa: 'c' | 'dsp' | 'mve';
  readonly description: string;
  /** By which kernels are chosen; the computer takes those of a cortex-m3, so that tests here run what is proven here. */
  readonly cycles: CycleClass;
  readonly compiler: 'host' | 'arm-none-eabi';
  /** The preprocessor's test for the architecture of this core; null for the computer. */
  readonly detect: string | null;
  /** Compiler and linker flags that select the core and its calling convention; no floats are used. */
  readonly flags: readonly string[];
  /** Id of the board (a folder in boards/) on which generated code for this core is verified. */
  readonly board: string;
}

/** gcc 12 has one macro for both Armv8-M and Armv8.1-M, clang one for each. */
const ARMV8_MAIN = 'defined(__ARM_ARCH_8M_MAIN__) || defined(__ARM_ARCH_8_1M_MAIN__)';

/** Every core, by name. A new core is one row here and, where QEMU has it, one folder boards/qemu_*. */
export const CORES = {
  host: {
    name: 'host',
    isa: 'c',
    description: 'the computer rnnq runs on, portable C',
    cycles: 'm3',
    compiler: 'host',
    detect: null,
    flags: [],
    board: 'host',
  },
  'cortex-m0': {
    name: 'cortex-m0',
    isa: 'c',
    description: 'Armv6-M: no divide, faults on unaligned access',
    cycles: 'm0',
    compiler: 'arm-none-eabi',
    detect: 'defined(__ARM_ARCH_6M__)',
    flags: ['-mthumb', '-mcpu=cortex-m0'],
    board: 'qemu_cortex_m0',
  },
  'cortex-m0plus': {
    name: 'cortex-m0plus',
    isa: 'c',
    description:
      'Armv6-M, as cortex-m0 with a shorter pipeline; verified on the emulated cortex-m0, which has the same instructions',
    cycles: 'm0plus',
    compiler: 'arm-none-eabi',
    detect: 'defined(__ARM_ARCH_6M__)',
    flags: ['-mthumb', '-mcpu=cortex-m0plus'],
    board: 'qemu_cortex_m0',
  },
  'cortex-m3': {
    name: 'cortex-m3',
    isa: 'c',
    description: 'Armv7-M',
    cycles: 'm3',
    compiler: 'arm-none-eabi',
    detect: 'defined(__ARM_ARCH_7M__)',
    flags: ['-mthumb', '-mcpu=cortex-m3'],
    board: 'qemu_cortex_m3',
  },
  'cortex-m4': {
    name: 'cortex-m4',
    isa: 'dsp',
    description: 'Armv7E-M: two 16-bit multiply-accumulates per instruction; soft-float calling convention',
    cycles: 'm4',
    compiler: 'arm-none-eabi',
    detect: 'defined(__ARM_ARCH_7EM__)',
    flags: ['-mthumb', '-mcpu=cortex-m4', '-mfloat-abi=soft'],
    board: 'qemu_cortex_m4',
  },
  'cortex-m7': {
    name: 'cortex-m7',
    isa: 'dsp',
    description: 'Armv7E-M, dual issue; soft-float calling convention',
    cycles: 'm7',
    compiler: 'arm-none-eabi',
    detect: 'defined(__ARM_ARCH_7EM__)',
    flags: ['-mthumb', '-mcpu=cortex-m7', '-mfloat-abi=soft'],
    board: 'qemu_cortex_m7',
  },
  'cortex-m33': {
    name: 'cortex-m33',
    isa: 'dsp',
    description: 'Armv8-M Mainline with the DSP extension; soft-float calling convention',
    cycles: 'm4',
    compiler: 'arm-none-eabi',
    detect: ARMV8_MAIN,
    flags: ['-mthumb', '-mcpu=cortex-m33', '-mfloat-abi=soft'],
    board: 'qemu_cortex_m33',
  },
  'cortex-m55': {
    name: 'cortex-m55',
    isa: 'mve',
    description:
      'Armv8.1-M Mainline with Helium vectors; hard-float calling convention, without which gcc has no vectors',
    cycles: 'm55',
    compiler: 'arm-none-eabi',
    detect: ARMV8_MAIN,
    flags: ['-mthumb', '-mcpu=cortex-m55', '-mfloat-abi=hard'],
    board: 'qemu_cortex_m55',
  },
} as const satisfies Readonly<Record<string, Core>>;

export type CoreName = keyof typeof CORES;
