/**
 * Stack in bytes of library functions that gcc calls on its own, for which there is no compiler report. Read from the
 * disassembly of newlib 3.3 and libgcc 12.2 (pushes and what they call); the largest over all cores of CORES, which is
 * the Armv6-M one. A test reads them again.
 */
export const LIBRARY_FRAMES: Readonly<Record<string, number>> = {
  memcpy: 20,
  memmove: 20,
  memset: 20,
  __aeabi_idiv: 8,
  __aeabi_uidiv: 8,
  __aeabi_lmul: 28,
  __aeabi_llsl: 0,
  __aeabi_llsr: 0,
  __aeabi_lasr: 0,
  __gnu_thumb1_case_sqi: 4,
  __gnu_thumb1_case_uqi: 4,
  __gnu_thumb1_case_shi: 8,
  __gnu_thumb1_case_uhi: 8,
  __gnu_thumb1_case_si: 8,
};
