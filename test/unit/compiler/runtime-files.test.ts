import { describe, expect, test } from 'vitest';
import { readRuntime, runtimeFiles } from '../../../src/compiler/5-emit/runtime.js';
import { mergeFiles } from '../../../src/compiler/5-emit/single-file.js';

const headersFor = (...kernels: string[]): string[] =>
  [...runtimeFiles(kernels).keys()].filter((path) => path.endsWith('.h')).map((path) => path.replace('src/', ''));

describe('headers of a package', () => {
  test('are those that its kernels include, each behind those that it includes', () => {
    const always = ['rnnq_fixed.h', 'rnnq.h'];
    expect(headersFor('rnnq_matvec_s8_s8_c')).toEqual(always);
    expect(headersFor('rnnq_matvec_s8_ternary_lut4_c')).toEqual([...always, 'rnnq_tables.h']);
    const ofDsp = ['rnnq_matvec_s8_s8_dsp', 'rnnq_matvec_s16_s8_dsp'];
    expect(headersFor(...ofDsp)).toEqual([...always, 'rnnq_matrix.h', 'rnnq_dsp.h']);
  });

  test('are all used', () => {
    const kernels = [...readRuntime().keys()].filter((path) => path.endsWith('.c'));
    const used = headersFor(...kernels.map((path) => `rnnq_${path.split('/').at(-1)!.replace('.c', '')}`));
    const written = [...readRuntime().keys()].filter((path) => path.startsWith('include/'));
    expect(used.sort()).toEqual(written.map((path) => path.replace('include/', '')).sort());
  });

  test('come once in a single file, in front of the kernels, with their intrinsics first', () => {
    const empty = [
      'include/m.h',
      'src/m.c',
      'src/m_weights.h',
      'src/m_weights.c',
      'test/m_golden.h',
      'test/m_selftest.c',
    ];
    const runtime = runtimeFiles(['rnnq_matvec_s8_s8_dsp', 'rnnq_matvec_s16_s8_dsp']);
    const text = mergeFiles('m', new Map([...empty.map((path) => [path, ''] as const), ...runtime])).get('m.c')!;
    expect(text.match(/^#include .*/gm)).toEqual(['#include <arm_acle.h>', '#include "m.h"']);
    const order = [
      'define RNNQ_FIXED_H',
      'define RNNQ_H',
      'define RNNQ_MATRIX_H',
      'define RNNQ_DSP_H',
      'define RNNQ_MATVEC_S16',
    ];
    const places = order.map((line) => text.indexOf(line));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(text.split('define RNNQ_DSP_H')).toHaveLength(2);
  });
});
