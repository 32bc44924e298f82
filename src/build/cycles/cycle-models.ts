import type { CycleClass } from '../../targets/cores.js';

/** One instruction as objdump prints it. */
export interface Instruction {
  readonly mnemonic: string;
  readonly operands: string;
}

/** How many cycles a core takes, from the timing tables of its manual. Zero wait states everywhere. */
export interface CycleModel {
  readonly name: string;
  readonly source: string;
  /** What is known of its error. */
  readonly error: string;
  /** Cycles of a basic block whose branch at the end is not taken. */
  block(instructions: readonly Instruction[]): number;
  /** Cycles that its last instruction adds where it is a branch that is taken. */
  taken(last: Instruction): number;
}

const plain = (mnemonic: string): string => mnemonic.split('.')[0]!;
const REGISTERS = /\b(r\d+|sl|fp|ip|sp|lr|pc|s\d+)\b/g;
const registersOf = (text: string): readonly string[] => text.match(REGISTERS) ?? [];
const NUMBER: Readonly<Record<string, number>> = { sl: 10, fp: 11, ip: 12, sp: 13, lr: 14, pc: 15 };
const numberOf = (register: string): number => NUMBER[register] ?? Number(register.replace(/\D/g, ''));

/** Registers in the list of a load or store of several. */
export function listLength(operands: string): number {
  const list = /\{(.*?)\}/.exec(operands)?.[1];
  if (list === undefined) return 1;
  return list.split(',').reduce((sum, part) => {
    const [first, last] = part.trim().split('-');
    return sum + (last === undefined ? 1 : numberOf(last) - numberOf(first!) + 1);
  }, 0);
}

const isMultiple = (m: string): boolean => /^(v?ldm|v?stm|push|pop|vpush|vpop)/.test(m);
const isDouble = (m: string): boolean => /^(ldrd|strd)/.test(m);
const isLoad = (m: string): boolean => /^v?ldr/.test(m) && !isDouble(m);
const isStore = (m: string): boolean => /^v?str/.test(m) && !isDouble(m);
const isBranch = (m: string): boolean =>
  /^(b|bl|blx|bx|cbz|cbnz|le|letp|tbb|tbh)$/.test(m) ||
  /^b(eq|ne|cs|cc|hs|lo|mi|pl|vs|vc|hi|ls|ge|lt|gt|le|al)$/.test(m);
const loadsPc = (m: string, operands: string): boolean => /^(pop|ldm)/.test(m) && /\bpc\b/.test(operands);

/** Whether an instruction can be left by a jump. */
export const canJump = ({ mnemonic, operands }: Instruction): boolean =>
  isBranch(plain(mnemonic)) || loadsPc(plain(mnemonic), operands) || /^pc\b/.test(operands);

/** Armv6-M: Cortex-M0 and M0+ technical reference manuals, table of instruction timings (section 3.3). */
const v6m = (plus: boolean): CycleModel => ({
  name: plus ? 'Cortex-M0+' : 'Cortex-M0',
  source: plus
    ? 'Cortex-M0+ TRM (DDI 0484), 3.3; single-cycle multiplier'
    : 'Cortex-M0 TRM (DDI 0432), 3.3; single-cycle multiplier',
  error:
    'table of the manual; the RP2040 emulator rp2040js, written from the same table, agrees within 0.6 % on the kernels; CoreMark per MHz 1.96 modelled, 1.83 published (Pico, -O3)',
  block: (instructions) =>
    instructions.reduce((sum, { mnemonic, operands }) => {
      const m = plain(mnemonic);
      if (isMultiple(m)) return sum + 1 + listLength(operands) + (loadsPc(m, operands) ? 2 : 0);
      if (isLoad(m) || isStore(m)) return sum + 2;
      if (m === 'bl') return sum + (plus ? 3 : 4);
      if (m === 'bx' || m === 'blx') return sum + (plus ? 2 : 3);
      return sum + 1;
    }, 0),
  taken: ({ mnemonic }) => (/^(bl|blx|bx)$/.test(plain(mnemonic)) || !isBranch(plain(mnemonic)) ? 0 : plus ? 1 : 2),
});

/** Cycles to refill the pipeline after a taken branch: 1 to 3 by the manual; 2 here. */
const REFILL = 2;

/** Armv7-M: Cortex-M3 and M4 technical reference manuals, table 3-1: a load takes 2, one after another 1 each. */
function v7mBlock(instructions: readonly Instruction[], dsp: boolean): number {
  let cycles = 0;
  instructions.forEach(({ mnemonic, operands }, i) => {
    const m = plain(mnemonic);
    const next = instructions[i + 1];
    if (isMultiple(m)) cycles += 1 + listLength(operands) + (loadsPc(m, operands) ? REFILL : 0);
    else if (isDouble(m)) cycles += 3;
    else if (isLoad(m)) {
      const target = operands.split(',')[0]!.trim();
      const after = next === undefined ? '' : plain(next.mnemonic);
      const address = next === undefined ? '' : next.operands.slice(next.operands.indexOf('['));
      const pipelined =
        (isLoad(after) || isStore(after)) && next!.operands.includes('[') && !registersOf(address).includes(target);
      cycles += pipelined ? 1 : 2;
      if (target === 'pc') cycles += 3;
    } else if (isStore(m)) cycles += /\[\w+, r\d+/.test(operands) ? 2 : 1;
    else if (/^(mla|mls)$/.test(m)) cycles += dsp ? 1 : 2;
    else if (/^[su]mull$/.test(m)) cycles += dsp ? 1 : 4;
    else if (/^([su]mlal|umaal)$/.test(m)) cycles += dsp ? 1 : 5;
    else if (/^[su]div$/.test(m)) cycles += 8;
    else if (/^(msr|mrs)$/.test(m)) cycles += 2;
    else if (/^v(mla|fma|mls|fms)/.test(m)) cycles += 3;
    else if (/^v(div|sqrt)/.test(m)) cycles += 14;
    else cycles += 1;
  });
  return cycles;
}

const v7m = (name: string, source: string, dsp: boolean, coreMark: string): CycleModel => ({
  name,
  source,
  error: `table of the manual, whose branches take 2 to 4 cycles: 3 here; CoreMark per MHz ${coreMark}`,
  block: (instructions) => v7mBlock(instructions, dsp),
  taken: (last) => (loadsPc(plain(last.mnemonic), last.operands) ? 0 : REFILL),
});

/**
 * What goes through the shifter of the M7: a register, with shifts, bit fields and extensions; a constant of more than 8 bits.
 * One instruction a cycle has it.
 */
function shiftedBy(mnemonic: string, operands: string): 'register' | 'constant' | null {
  if (/^([su]bfx|bfi|bfc|[su]xta?[bh]|rev|rev16|revsh|rbit|lsl|lsr|asr|ror)s?$/.test(mnemonic)) return 'register';
  if (/, (lsl|lsr|asr|ror) #/.test(operands)) return operands.includes('[') ? null : 'register';
  const constant = /^(add|sub|and|orr|eor|bic|mov|mvn|cmp|tst)/.test(mnemonic) && /#(-?\d+)$/.exec(operands)?.[1];
  return constant && Math.abs(Number(constant)) > 255 ? 'constant' : null;
}

/** Of the DSP extension: issued only as the first of a pair. */
const isDsp = (mnemonic: string): boolean =>
  /^([su]mla[bdltw]|sm(lad|lsd|uad|usd|mla|mul|ul[bt]|uw)|[su]?(q|h)?(add|sub|sat|asx|sax)(8|16)|sel|usad|pkh|ssat|usat)/.test(
    mnemonic,
  );

/**
 * Cortex-M7: two instructions a cycle in order, one load or store, one multiplication and one shifted operand among them, which is
 * needed a cycle early; DSP instructions only as the first of a pair. From measurements of others on chips, docs/report.md.
 */
function m7Block(instructions: readonly Instruction[]): number {
  let [time, slots, memory, multiplier, shifter] = [0, 0, 0, 0, 0];
  const ready = new Map<string, number>();
  const next = (start: number): void => {
    if (start <= time) return;
    time = start;
    slots = 0;
  };
  const issue = (
    needs: readonly string[],
    makes: readonly string[],
    latency: number,
    kind: 'memory' | 'multiply' | 'alu',
    { busy = 1, shifted = false, first = false, early = [] as readonly string[] } = {},
  ) => {
    next(Math.max(...needs.map((r) => ready.get(r) ?? 0), 0));
    // what is shifted is needed a cycle earlier
    next(Math.max(...early.map((r) => (ready.get(r) ?? -1) + 1), 0));
    if (kind === 'memory') next(memory);
    if (kind === 'multiply') next(multiplier);
    if (shifted) next(shifter);
    if (slots >= 2 || (first && slots > 0)) next(time + 1);
    slots += 1;
    if (kind === 'memory') memory = time + busy;
    if (kind === 'multiply') multiplier = time + 1;
    if (shifted) shifter = time + 1;
    for (const register of makes) ready.set(register, time + latency);
  };
  for (const { mnemonic, operands } of instructions) {
    const m = plain(mnemonic);
    const registers = registersOf(operands);
    const address = operands.includes('[') ? registersOf(operands.slice(operands.indexOf('['))) : [];
    if (/^it[te]*$/.test(m)) continue;
    const first = isDsp(m);
    if (/^(ldm|pop)/.test(m))
      issue([registers[0]!], registers.slice(1), 2, 'memory', { busy: Math.ceil((listLength(operands) + 1) / 2) });
    else if (isMultiple(m)) issue([], [], 1, 'memory', { busy: Math.ceil((listLength(operands) + 1) / 2) });
    else if (isLoad(m) || m === 'ldrd') issue(address, registers.slice(0, m === 'ldrd' ? 2 : 1), 2, 'memory');
    else if (isStore(m) || m === 'strd') issue(registers, [], 1, 'memory');
    else if (/^(sm|um|mul|mla|mls)/.test(m)) {
      const accumulates = registers.length > 3;
      issue(registers.slice(1, accumulates ? 3 : undefined), registers.slice(0, 1), accumulates ? 1 : 2, 'multiply', {
        first,
      });
    } else {
      const shifted = shiftedBy(m, operands);
      const early = shifted === 'register' ? registers.slice(-1) : [];
      issue(registers.slice(1), registers.slice(0, 1), 1, 'alu', { first, shifted: shifted !== null, early });
    }
  }
  return slots > 0 ? time + 1 : time;
}

/** Objdump of binutils 2.40 prints most Helium instructions as instructions of coprocessors 14 and 15. */
const HELIUM = {
  memory: /^(vldr|vstr|vld[24]|vst[24]|ldcl?|stcl?|ldc2l?|stc2l?)/,
  multiply: /^(vmladav|vmlalv|vmul|vmla|vaddv|cdp|mcr|mrc)/,
};

/** Cortex-M55: each Helium instruction keeps its unit (memory, multiplier, others) for 2 cycles; one is issued a cycle. */
function m55Block(instructions: readonly Instruction[]): number {
  let time = 0;
  const busy = { memory: 0, multiply: 0, other: 0 };
  for (const { mnemonic, operands } of instructions) {
    const m = plain(mnemonic);
    const helium = (m.startsWith('v') && /\bq\d/.test(operands)) || /^(ldc|stc|cdp|mcr2|mrc2)/.test(m);
    if (helium) {
      const unit = HELIUM.memory.test(m) ? 'memory' : HELIUM.multiply.test(m) ? 'multiply' : 'other';
      // a gather reads its four elements one after the other
      const length = unit === 'memory' && /\[\w+, q\d/.test(operands) ? 4 : 2;
      time = Math.max(time, busy[unit]);
      busy[unit] = time + length;
      time += 1;
    } else if (isMultiple(m)) time += Math.floor((listLength(operands) + 1) / 2) + 1;
    else if (!/^(le|letp)$/.test(m)) time += 1;
  }
  return time;
}

/** The model of each class of cores. */
export const CYCLE_MODELS: { readonly [K in CycleClass]: CycleModel } = {
  m0: v6m(false),
  m0plus: v6m(true),
  m3: v7m(
    'Cortex-M3',
    'Cortex-M3 TRM (DDI 0337), table 3-1',
    false,
    '1.91 (-Os) modelled, 1.13 published with unknown flags',
  ),
  m4: v7m(
    'Cortex-M4 and M33',
    'Cortex-M4 TRM (DDI 0439), table 3-1',
    true,
    '2.39 to 2.49 modelled, 2.45 to 2.68 published; M33 2.38 to 2.48 and 2.97',
  ),
  m7: {
    name: 'Cortex-M7',
    source: 'own model of two instructions a cycle, by the rules that others measured; Arm publishes no table',
    error:
      'CoreMark per MHz 4.06 to 4.17, fitted to 3.86 to 4.3 published; on Dhrystone 16 to 19 % too few cycles: 2.55 to 2.65 DMIPS per MHz, 2.14 published',
    block: m7Block,
    // predicted, but the pair ends there: fitted to CoreMark
    taken: () => 1,
  },
  m55: {
    name: 'Cortex-M55',
    source: 'own model of units that are busy for 2 cycles; Arm publishes no table',
    error: 'about 20 %, by estimate: no published figure is beside it',
    block: m55Block,
    taken: ({ mnemonic }) => (/^(le|letp)$/.test(plain(mnemonic)) ? 0 : 2),
  },
};
