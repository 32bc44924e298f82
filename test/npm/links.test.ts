import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { PACKAGE_ROOT } from '../../src/package-root.js';

/** Paths inside the package that npm would pack now. */
let packed: ReadonlySet<string>;

beforeAll(() => {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=error'];
  const { stdout } = spawnSync('npm', args, {
    cwd: PACKAGE_ROOT,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
  packed = new Set(files.map(({ path }) => path));
}, 60_000);

/** Folders that hold a file are link targets too. */
const isThere = (path: string): boolean => packed.has(path) || [...packed].some((file) => file.startsWith(`${path}/`));

/** As the renderers of Markdown make the anchor of a heading. */
const anchors = (text: string): string[] =>
  [...text.matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );

/** Links of a document that lead nowhere: `file: link`. */
function deadLinks(file: string, text: string): string[] {
  const prose = text.replaceAll(/^```[\s\S]*?^```/gm, '');
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!);
  return links
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [path, anchor] = link.split('#');
      const target = path === '' ? file : posix.join(posix.dirname(file), path!).replace(/\/$/, '');
      if (!isThere(target)) return true;
      if (anchor === undefined || !target.endsWith('.md')) return false;
      const own = target === file ? text : readFileSync(`${PACKAGE_ROOT}${target}`, 'utf8');
      return !anchors(own).includes(anchor);
    })
    .map((link) => `${file}: ${link}`);
}

test('every relative link of a packed document resolves inside the package', () => {
  const documents = [...packed].filter((path) => path.endsWith('.md'));
  expect(documents).toEqual(expect.arrayContaining(['README.md', 'docs/library.md', 'examples/packages/README.md']));
  expect(documents.flatMap((file) => deadLinks(file, readFileSync(`${PACKAGE_ROOT}${file}`, 'utf8')))).toEqual([]);
});

test('the check says no', () => {
  expect(deadLinks('README.md', '[a](docs/library.md) [b](docs/nothing.md) [c](src/index.ts) [d](#e)\n# F')).toEqual([
    'README.md: docs/nothing.md',
    'README.md: src/index.ts',
    'README.md: #e',
  ]);
});
