import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../src/package-root.js';

export const here = (file: string): string => join(PACKAGE_ROOT, 'test', 'files', file);

/** Whether a system command works here; mounts and namespaces need rights. */
export const works = (file: string, ...args: string[]): boolean => spawnSync(file, args).status === 0;
