import type { Diagnostic } from './diagnostics.js';

// What the operating system refuses: full disks, folders without rights, files that are not there.

/** Words for what an operating system refuses; other codes are shown as they are. */
const SYSTEM_REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EISDIR: 'is a folder',
  ENOTDIR: 'a part of the path is not a folder',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the path is too long',
  EEXIST: 'a file of that name exists',
  ENOTEMPTY: 'the folder is not empty',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would become too large',
  EROFS: 'the file system is read-only',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files in the system',
  EBUSY: 'it is in use',
  ETXTBSY: 'it is in use',
  EIO: 'input/output error',
  ENXIO: 'no such device',
  ENODEV: 'no such device',
  EPIPE: 'its reader has closed it',
  ENOMEM: 'not enough memory',
  EXDEV: 'it is on another file system',
  ENOTREG: 'it is not a regular file', // our own: no call of the system refuses it
  ERR_INVALID_ARG_VALUE: 'the path holds a character that no path may have',
};

/** What went wrong with a file, from an error of Node's file system functions. */
export const systemReason = ({ code = '', message }: NodeJS.ErrnoException): string =>
  SYSTEM_REASONS[code] ?? (code || message);

/** True for an error of the operating system, whose cause is outside of rnnq: a full disk, a folder without rights. */
export const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error && typeof (error as NodeJS.ErrnoException).code === 'string';

/** A refusal of the operating system that nothing nearer to its cause has described. */
export const systemError = (error: NodeJS.ErrnoException): Diagnostic => ({
  code: 'system_error',
  at: error.path ?? '',
  message: `${error.syscall?.split(' ')[0] ?? 'a call'} failed: ${systemReason(error)}`,
  hint: 'see that the disk has space, and that the files and folders named may be read and written',
});

/** How compilers and emulators say that the operating system refused them something. */
const REFUSED =
  /.*(no space left on device|disk quota exceeded|read-only file system|permission denied|cannot create temporary file).*/i;

/** The operating system's refusal in the output of a program that rnnq started, or null where there is none. */
export function toolRefused(tool: string, output: string): Diagnostic | null {
  const line = REFUSED.exec(output)?.[0];
  return line === undefined ? null : { ...systemError(new Error()), at: tool, message: line.trim() };
}
