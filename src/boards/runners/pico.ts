import { createRequire } from 'node:module';
import { fail } from '../../diagnostics.js';
import { npmInstall } from '../../package-root.js';
import { LineSplitter, type StepLog } from '../step-log.js';
import type { Load } from './emulator.js';

const FLASH = 0x10000000;
const FLASH_BYTES = 2 * 1024 * 1024;
const SECOND_STAGE_BYTES = 256;
/** Where the boot ROM puts the second stage: the last 256 bytes of the SRAM (RP2040 datasheet, Boot sequence). */
const SECOND_STAGE_ADDRESS = 0x20041f00;
const STEPS_BETWEEN_LOOKS = 10_000;
/** Receive queue full (RP2040 datasheet, UARTFR). */
const UART_FLAG_RXFF = 1 << 6;
/** Between bytes that are sent to the UART, whose queue holds 32. */
const STEPS_BETWEEN_BYTES = 200;

/**
 * Runs a flash image on rp2040js, an emulator that counts the cycles of the RP2040's core (but not those of its flash).
 * It has no boot ROM, so this does what the ROM does: checks the second stage's CRC-32 by `checksum`, copies it to the
 * SRAM and jumps to it.
 */
export async function runOnPico(
  loads: readonly Load[],
  checksum: (bytes: Uint8Array) => number,
  log: StepLog,
  timeoutMs: number,
): Promise<void> {
  const { Simulator } = await loadEmulator();
  const simulator = new Simulator();
  const chip = simulator.rp2040;
  for (const { address, bytes } of loads) {
    if (address < FLASH || address + bytes.length > FLASH + FLASH_BYTES)
      throw new Error(`block at 0x${address.toString(16)} lies outside of the flash`);
    chip.flash.set(bytes, address - FLASH);
  }
  const secondStage = chip.flash.slice(0, SECOND_STAGE_BYTES);
  const found = new DataView(secondStage.buffer).getUint32(SECOND_STAGE_BYTES - 4, true);
  if (checksum(secondStage.subarray(0, SECOND_STAGE_BYTES - 4)) !== found)
    throw new Error('the boot ROM would not start this image: the second stage has a wrong CRC-32');
  chip.sram.set(secondStage, SECOND_STAGE_ADDRESS - 0x20000000);
  chip.core.PC = SECOND_STAGE_ADDRESS;
  const uart = chip.uart[0]!;
  let [sent, at] = [new Uint8Array(), 0];
  const splitter = new LineSplitter((line) => {
    const answer = log.add(line);
    if (answer !== null) [sent, at] = [Uint8Array.from(answer), 0];
  });
  uart.onByte = (byte: number) => splitter.push(Uint8Array.of(byte));
  const deadline = Date.now() + timeoutMs;
  while (!log.complete && Date.now() < deadline) {
    for (; at < sent.length && (uart.flags & UART_FLAG_RXFF) === 0; at++) uart.feedByte(sent[at]!);
    runFor(simulator, at < sent.length ? STEPS_BETWEEN_BYTES : STEPS_BETWEEN_LOOKS);
  }
}

type Emulator = typeof import('rp2040js');

/** rp2040js is for development only: it is there in a clone of the repository, or after npm i rp2040js. */
async function loadEmulator(): Promise<Emulator> {
  try {
    return createRequire(import.meta.url)('rp2040js') as Emulator;
  } catch {
    return fail({ code: 'tool_missing', at: '', message: 'rp2040js was not found', hint: npmInstall('rp2040js') });
  }
}

/** The firmware sets the system clock; SysTick follows it, so the time of an instruction must. */
function runFor({ rp2040, clock }: InstanceType<Emulator['Simulator']>, instructions: number): void {
  for (let i = 0; i < instructions; i++) clock.tick((rp2040.core.executeInstruction() * 1e9) / rp2040.clkSys);
}
