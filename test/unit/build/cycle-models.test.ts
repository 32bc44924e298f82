import { expect, test } from 'vitest';
import { BlockCosts, countDump, parseDisassembly, parseSymbols } from '../../../src/build/cycles/count-regions.js';
import { CYCLE_MODELS, listLength } from '../../../src/build/cycles/cycle-models.js';
import type { CycleClass } from '../../../src/targets/cores.js';

/** `ldr r0, [r1]; bne x` as objdump would print it. */
const disassembly = (text: string): string =>
  text
    .split('; ')
    .map((line, index) => `    ${(2 * index).toString(16)}:\t0000 \t${line.replace(' ', '\t')}`)
    .join('\n');

/** Cycles with the branch at the end not taken, and taken. */
function cycles(core: CycleClass, text: string): [number, number] {
  const instructions = [...parseDisassembly(disassembly(text)).values()];
  expect(instructions).toHaveLength(text.split('; ').length);
  const { block, taken } = CYCLE_MODELS[core];
  return [block(instructions), block(instructions) + taken(instructions.at(-1)!)];
}

test.each<[CycleClass, string, number, number]>([
  // Cortex-M0+ TRM, 3.3: load and store 2, multiply 1, B 1 or 2, BL 3, BX 2, PUSH 1 + N, POP with pc 3 + N
  ['m0plus', 'ldrb r0, [r1, r2]; muls r0, r3; adds r4, r4, r0; bne.n 10', 5, 6],
  ['m0plus', 'push {r4, r5, lr}; bl 20', 7, 7],
  ['m0plus', 'stmia r0!, {r1-r4}; pop {r4, pc}', 10, 10],
  ['m0plus', 'strh r0, [r1, #2]; bx lr', 4, 4],
  // Cortex-M0 TRM, 3.3: taken B 3, BL 4, BX 3
  ['m0', 'ldr r0, [r1]; bne.n 10', 3, 5],
  ['m0', 'bl 20', 4, 4],
  ['m0', 'bx lr', 3, 3],
  // Cortex-M3 and M4 TRM, table 3-1: independent loads in a row N + 1, a load whose address waits 2 + 2
  ['m3', 'ldr r0, [r1]; ldr r2, [r3]; adds r0, r0, r2', 4, 6],
  ['m3', 'ldr r1, [r0]; ldr r2, [r1]', 4, 6],
  ['m3', 'mla r0, r1, r2, r0; smull r0, r1, r2, r3', 6, 8],
  ['m4', 'mla r0, r1, r2, r0; smlad r0, r1, r2, r0; smull r0, r1, r2, r3', 3, 5],
  ['m4', 'str r0, [r1, #4]; str.w r0, [r1, r2]', 3, 5],
  ['m4', 'ldmia.w r0!, {r1, r2, r3}; subs r4, #1; bne.n 0', 6, 8],
  ['m4', 'ldrd r1, r2, [r0], #8; pop {r4, pc}', 8, 8],
  // two a cycle where nothing waits; a loaded value is there 2 cycles later
  // pairs, but one shifted operand a cycle, needed a cycle early, and DSP instructions only as the first of a pair
  ['m7', 'adds r0, r1, r2; adds r3, r4, r5', 1, 2],
  ['m7', 'ldr r0, [r1]; adds r2, r0, r3', 3, 4],
  ['m7', 'add r0, r1, r2, lsl #2; add r3, r4, r5, lsl #1', 2, 3],
  ['m7', 'and r0, r1, #2016; uxtb r2, r3', 2, 3],
  ['m7', 'adds r0, r1, r2; add r3, r4, r0, lsl #1', 3, 4],
  ['m7', 'smlad r3, r4, r5, r6; adds r0, r1, r2', 1, 2],
  ['m7', 'adds r0, r1, r2; smlad r3, r4, r5, r6', 2, 3],
  // load and multiply units overlap; LE is free; a gather keeps the memory busy for 4
  ['m55', 'vldrb.8 q0, [r0], #16; vmladava.s8 r2, q0, q1; le lr, 0', 2, 2],
  ['m55', 'vldrh.s32 q0, [r0, q1, uxtw #1]; vldrw.u32 q2, [r1]', 5, 7],
])('%s: %s', (core, text, fallen, taken) => {
  expect(cycles(core, text)).toEqual([fallen, taken]);
});

test('lengths of register lists', () => {
  expect(['{r4}', '{r4-r7, lr}', 'r0!, {r1, r2}', '{r8, sl, fp, pc}'].map(listLength)).toEqual([1, 5, 2, 4]);
});

test('a dump of blocks becomes instructions, cycles and functions of regions', () => {
  const text = `00000000 <one>:\n${disassembly('ldr r0, [r1]; adds r0, r0, r2; bne.n 0; movs r0, #0')}\n00000006 <two>:\n`;
  const program = parseDisassembly(text);
  // a loop of 10 turns, left 9 times by its branch, then one instruction; then a region of that one
  const dump = 'B 0 3 10 9\nB 6 1 1 0\nR 31\nB 6 1 1 0\nR 1\n';
  expect(countDump(dump, new BlockCosts(program, CYCLE_MODELS.m0plus), parseSymbols(text))).toEqual([
    { instructions: 31, cycles: 10 * 4 + 9 + 1, functions: ['one', 'two'] },
    { instructions: 1, cycles: 1, functions: ['two'] },
  ]);
});

test.each(['m0plus', 'm3', 'm4', 'm55'] as const)(
  'a block that does not end in a branch is not left by one on %s',
  (core) => {
    // the end of a page, which QEMU may report as if what follows were elsewhere
    const program = parseDisassembly(disassembly('adds r0, r0, r2; adds r0, r0, r3'));
    const [region] = countDump('B 0 2 10 10\nR 20\n', new BlockCosts(program, CYCLE_MODELS[core]));
    expect(region!.cycles).toBe(20);
    // two loads in a row take 3 cycles on M3 and M4, also where a page ends between them
    const loads = parseDisassembly(disassembly('ldr r0, [r1]; ldr r2, [r3]; adds r0, r0, r2'));
    const split = countDump('B 0 1 10 0\nB 2 2 10 0\nR 30\n', new BlockCosts(loads, CYCLE_MODELS[core]));
    expect(split).toEqual(countDump('B 0 3 10 0\nR 30\n', new BlockCosts(loads, CYCLE_MODELS[core])));
  },
);
