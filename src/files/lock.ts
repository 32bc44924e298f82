import { createHash, randomBytes } from 'node:crypto';
import { closeSync, constants, lstatSync, mkdirSync, openSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { type Diagnostic, fail } from '../diagnostics.js';
import { systemReason } from '../system-errors.js';
import { isThere, makeFolders } from './write-file.js';

/** The folder inside an output folder where rnnq keeps manifests and lock marks. */
export const CONTROL = '.rnnq';

/** 64 random bits in hexadecimal, for names that no other process takes. */
export const token = (): string => randomBytes(8).toString('hex');

const MARK = /^lock-[0-9a-f]{16}$/;
const ATTEMPTS = 5;
/** Bytes of a socket's path that every system takes (macOS: 104 with the zero). */
const MAX_SOCKET_PATH = 100;
/** What file systems answer that have no sockets, or where the path is too long for one. */
const NO_SOCKETS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EINVAL', 'ENAMETOOLONG', 'ENOSYS']);

/**
 * Keeps a folder to one process at a time. The mark of a process is a listening Unix socket below `.rnnq`: the kernel
 * answers for it while the process lives, however busy or stopped it is, and refuses connections from the moment it
 * dies. So a mark that a killed process left is recognised without process ids, host names or times, which repeat and
 * drift in containers. Names are random and a name is never used twice, therefore removing a dead mark cannot hit a
 * living one. Every process publishes its mark before it looks for others: of two that overlap at least one sees the
 * other. File systems without sockets have their marks in the temporary folder of the system.
 */
export class FolderLock {
  static readonly #held = new Set<FolderLock>();

  private constructor(
    readonly folder: string,
    readonly created: string | undefined,
    readonly mark: string | null,
    readonly server: Server,
  ) {}

  /** Takes the lock of a folder, which is made if need be; fails with `inUse` where another process has it. */
  static async take(
    folder: string,
    notWritable: (reason: string) => Diagnostic,
    inUse: Diagnostic,
  ): Promise<FolderLock> {
    const control = join(folder, CONTROL);
    const created = makeFolder(control, notWritable);
    const lock = (mark: string | null, server: Server) => new FolderLock(folder, created, mark, server);
    let taken: FolderLock | null;
    try {
      if (process.platform === 'win32') taken = await takePipe(folder, lock);
      else
        taken = await takeMark(control, lock).catch((error: NodeJS.ErrnoException) => {
          if (!NO_SOCKETS.has(error.code ?? '')) throw error;
          return takeMark(fallback(folder), lock);
        });
    } catch (error) {
      removeEmpty(control, created);
      fail(notWritable(systemReason(error as NodeJS.ErrnoException)));
    }
    if (taken === null) {
      removeEmpty(control, created);
      fail(inUse);
    }
    if (FolderLock.#held.size === 0) process.once('exit', FolderLock.#releaseAll);
    FolderLock.#held.add(taken);
    return taken;
  }

  /** Gives the lock up, and removes the folders that were made for it where they are still empty. */
  release(): void {
    if (!FolderLock.#held.delete(this)) return;
    if (FolderLock.#held.size === 0) process.removeListener('exit', FolderLock.#releaseAll);
    if (this.mark !== null) rmSync(this.mark, { force: true });
    this.server.close();
    removeEmpty(join(this.folder, CONTROL), this.created);
  }

  static readonly #releaseAll = (): void => {
    for (const lock of [...FolderLock.#held]) lock.release();
  };
}

/** Makes the folder; gives the first of its ancestors that was not there. */
function makeFolder(control: string, notWritable: (reason: string) => Diagnostic): string | undefined {
  try {
    const created = makeFolders(control);
    if (!lstatSync(control).isDirectory()) fail(notWritable(`its ${CONTROL} is a symbolic link`));
    return created;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return fail(notWritable(systemReason(error as NodeJS.ErrnoException)));
  }
}

/** Removes an empty control folder, and above it the empty folders up to the first that was made. */
function removeEmpty(control: string, created: string | undefined): void {
  try {
    rmdirSync(control);
    if (created === undefined) return;
    for (let folder = control; folder !== created; ) {
      folder = dirname(folder);
      rmdirSync(folder);
    }
  } catch {
    // not empty: it is in use
  }
}

/** A folder for the marks of a folder whose file system has no sockets: they hold among processes of one system. */
function fallback(folder: string): string {
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  const place = join(tmpdir(), `rnnq-${userInfo().uid}`, name);
  mkdirSync(place, { recursive: true, mode: 0o700 }); // in the system's folder for that
  return place;
}

type Make = (mark: string | null, server: Server) => FolderLock;

/** Null where another process has the lock. */
async function takeMark(place: string, lock: Make): Promise<FolderLock | null> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const name = `lock-${token()}`;
    const mark = join(place, name);
    const server = await withSocketPath(place, name, listen);
    const others = readdirSync(place).filter((other) => MARK.test(other) && other !== name);
    let alone = true;
    for (const other of others) {
      if (await withSocketPath(place, other, answers)) alone = false;
      else rmSync(join(place, other), { force: true });
    }
    // another process may have looked between the birth of the mark and its first answer, and taken it for dead
    if (alone && isThere(mark)) return lock(mark, server);
    rmSync(mark, { force: true });
    server.close();
    await new Promise((resolve) => setTimeout(resolve, 20 + 80 * Math.random()));
  }
  return null;
}

/** A named pipe of Windows belongs to one process and ends with it. */
async function takePipe(folder: string, lock: Make): Promise<FolderLock | null> {
  const name = createHash('sha256').update(folder.toLowerCase()).digest('hex').slice(0, 32);
  try {
    return lock(null, await listen(`\\\\.\\pipe\\rnnq-${name}`));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return null;
    throw error;
  }
}

function listen(path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', reject);
    server.listen({ path, readableAll: true, writableAll: true }, () => resolve(server));
    server.unref();
  });
}

/** Whether a process listens there. What cannot be asked counts as one. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', ({ code }: NodeJS.ErrnoException) =>
      resolve(!['ECONNREFUSED', 'ENOENT', 'ENOTSOCK'].includes(code ?? '')),
    );
  });
}

/** Calls with a path of that file that is short enough for a socket; Linux has one for every open folder. */
async function withSocketPath<T>(place: string, name: string, use: (path: string) => Promise<T>): Promise<T> {
  const path = join(place, name);
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH) return use(path);
  if (process.platform !== 'linux')
    throw Object.assign(new Error(`${path} is too long for a socket`), { code: 'ENAMETOOLONG' });
  const folder = openSync(place, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    return await use(`/proc/self/fd/${folder}/${name}`);
  } finally {
    closeSync(folder);
  }
}
