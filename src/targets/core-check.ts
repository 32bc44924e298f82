import { CORES, type Core } from './cores.js';
import type { Isa } from './kernel.js';
import { RUNNABLE } from './kernels.js';

const CORE_LIST: readonly Core[] = Object.values(CORES);

/** What C sees of the instructions that the kernels of a class need; portable C needs none. */
const NEEDS = {
  c: null,
  dsp: { macro: '__ARM_FEATURE_DSP', name: 'DSP extension' },
  mve: { macro: '__ARM_FEATURE_MVE', name: 'Helium extension' },
} as const satisfies { readonly [K in Isa]: unknown };

/**
 * Lines of C that refuse a compiler whose core lacks the instructions of the package's core, and name both. The text of an
 * #error is fixed, so there is one for each core that a compiler can target. A core with more instructions is no error.
 * They end with #else: the C of the package and its headers of intrinsics, which have complaints too, follow up to an #endif.
 */
export function coreCheck(name: string, own: Core): readonly string[] {
  const need = NEEDS[own.isa];
  if (need === null) return [];
  const flags = own.flags.filter((flag) => !['-mthumb', '-mfloat-abi=soft'].includes(flag)).join(' ');
  const error = (found: string) =>
    `#error "${name} is compiled by rnnq for ${own.name}, but this compiler targets ${found}: compile the model for that core, or this file with ${flags}"`;
  const tests = [...new Set(CORE_LIST.flatMap(({ detect }) => (detect === null ? [] : [detect])))];
  const chain = tests.flatMap((test, at) => {
    const cores = CORE_LIST.filter((known) => known.detect === test);
    const lacks = cores.some(({ isa }) => RUNNABLE[isa].includes(own.isa)) ? ` without its ${need.name}` : '';
    const names = cores.map((known) => known.name).join(' or ');
    return [`${at === 0 ? '#if' : '#elif'} ${test}`, error(names + lacks)];
  });
  const rest = ['#elif defined(__arm__)', error('another Arm core'), '#else', error('no Arm core'), '#endif'];
  return [`#if !defined(${need.macro})`, ...chain, ...rest, '#else', ''];
}
