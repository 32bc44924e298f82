import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { DiagnosticError } from '../../diagnostics.js';
import { toolFailed } from '../diagnostics.js';

const CHUNK_BYTES = 1024;
const CONNECT_MS = 10_000;

const failure = (what: string) => new DiagnosticError([toolFailed('GDB server of qemu-system-arm', what)]);

/** A client of a GDB server (GDB manual, Remote Serial Protocol): what a debugger does to load a program. */
export class GdbRemote {
  private buffer = '';
  private waiting: { resolve: (packet: string) => void; reject: (error: Error) => void } | null = null;
  private ended: Error | null = null;

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      this.buffer += text;
      this.deliver();
    });
    const end = () => {
      this.ended = failure('closed the connection');
      this.waiting?.reject(this.ended);
    };
    socket.on('close', end);
    socket.on('error', end);
  }

  /** Connects to a server that may still be starting; null where it has ended, or does not start in 10 s. */
  static async connect(path: string, hasEnded: () => boolean): Promise<GdbRemote | null> {
    const deadline = Date.now() + CONNECT_MS;
    for (;;) {
      const socket = await new Promise<Socket | null>((resolve) => {
        const attempt = connect(path, () => resolve(attempt));
        attempt.once('error', () => resolve(null));
      });
      if (socket !== null) return new GdbRemote(socket);
      if (hasEnded() || Date.now() > deadline) return null;
      await sleep(20);
    }
  }

  /** Writes memory, as a debugger's `load` does. */
  async write(address: number, bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
      const part = bytes.subarray(at, at + CHUNK_BYTES);
      const data = Buffer.from(part).toString('hex');
      await this.expectOk(`M${(address + at).toString(16)},${part.length.toString(16)}:${data}`);
    }
  }

  /** Reads memory. */
  async read(address: number, length: number): Promise<Uint8Array> {
    const parts: Buffer[] = [];
    for (let at = 0; at < length; at += CHUNK_BYTES) {
      const count = Math.min(CHUNK_BYTES, length - at);
      parts.push(Buffer.from(await this.ask(`m${(address + at).toString(16)},${count.toString(16)}`), 'hex'));
    }
    return Buffer.concat(parts);
  }

  /** A command for the server itself, `monitor ...` in GDB; its text is not kept. */
  async monitor(command: string): Promise<void> {
    let answer = await this.ask(`qRcmd,${Buffer.from(command).toString('hex')}`);
    while (answer.startsWith('O') && answer !== 'OK') answer = await this.receive();
  }

  /** Lets the processor run; the answer comes when it stops, so it is not waited for. */
  resume(): void {
    this.send('c');
  }

  close(): void {
    this.socket.destroy();
  }

  private async expectOk(packet: string): Promise<void> {
    const answer = await this.ask(packet);
    if (answer !== 'OK') throw failure(`answers ${answer || 'nothing'} to ${packet.split(':')[0]}`);
  }

  private async ask(packet: string): Promise<string> {
    const answer = this.receive();
    this.send(packet);
    return answer;
  }

  private send(packet: string): void {
    const sum = Buffer.from(packet, 'latin1').reduce((total, byte) => (total + byte) & 255, 0);
    this.socket.write(`$${packet}#${sum.toString(16).padStart(2, '0')}`, 'latin1');
  }

  private receive(): Promise<string> {
    return new Promise((resolve, reject) => {
      if (this.ended !== null) reject(this.ended);
      this.waiting = { resolve, reject };
      this.deliver();
    });
  }

  /** Hands the first whole packet to who waits, and acknowledges it. */
  private deliver(): void {
    const match = /\$([^#]*)#[0-9a-f]{2}/.exec(this.buffer);
    if (match === null || this.waiting === null) return;
    this.buffer = this.buffer.slice(match.index + match[0].length);
    this.socket.write('+');
    const { resolve } = this.waiting;
    this.waiting = null;
    resolve(match[1]!);
  }
}
