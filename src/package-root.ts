import { fileURLToPath } from 'node:url';

/** Absolute path of the package folder, with a trailing slash; the same from src/ (tests) and from dist/ (installed). */
export const PACKAGE_ROOT = fileURLToPath(new URL('..', import.meta.url));
