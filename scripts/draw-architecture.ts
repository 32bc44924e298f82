// Draws docs/architecture.svg from the imports in src: an arrow from a room to one that it imports and that no longer way of
// arrows leads to. `node scripts/run.mjs scripts/draw-architecture.ts` writes the file; test/architecture.test.ts compares it with the code.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { PACKAGE_ROOT } from '../src/package-root.js';

/** Room -> rooms that it imports. */
type Imports = ReadonlyMap<string, readonly string[]>;

/** Files that every room may import, and those that only pass on: no rooms. */
const EVERYWHERE = ['diagnostics', 'package-root', 'read-file', 'system-errors', 'validate', 'version', 'index'];

/** Room of a path below src: its folder, or a file beside the folders; null for what everybody may import. */
function roomOf(path: string): string | null {
  const [first, ...rest] = path.split('/') as [string, ...string[]];
  if (rest.length > 0) return first;
  const stem = first.replace(/\.ts$/, '');
  return EVERYWHERE.includes(stem) ? null : stem;
}

/** Room -> rooms whose files it imports, in the order of the alphabet. */
function importsOfRooms(): Imports {
  const src = join(PACKAGE_ROOT, 'src');
  const paths = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts') && !path.startsWith('train/engine/assembly/'))
    .sort();
  const imports = new Map<string, Set<string>>();
  for (const path of paths) {
    const room = roomOf(path);
    if (room === null) continue;
    const targets = imports.get(room) ?? new Set<string>();
    imports.set(room, targets);
    for (const [, name] of readFileSync(join(src, path), 'utf8').matchAll(/(?:from |import\()'(\.[^']+)'/g)) {
      const target = roomOf(posix.normalize(posix.join(posix.dirname(path), name!)).replace(/\.js$/, '.ts'));
      if (target !== null && target !== room) targets.add(target);
    }
  }
  return new Map([...imports].sort(([a], [b]) => (a < b ? -1 : 1)).map(([room, set]) => [room, [...set].sort()]));
}

/** Without the arrows that a longer way makes superfluous. */
function reduced(imports: Imports): Imports {
  const reaches = (from: string, to: string): boolean =>
    imports.get(from)!.some((next) => next === to || reaches(next, to));
  return new Map(
    [...imports].map(([room, targets]) => [
      room,
      targets.filter((target) => !targets.some((other) => other !== target && reaches(other, target))),
    ]),
  );
}

/** Rooms by depth: one that nobody imports is in the first row, any other below all that import it. */
function rowsOf(imports: Imports): string[][] {
  const importersOf = (room: string) => [...imports.keys()].filter((other) => imports.get(other)!.includes(room));
  const depth = (room: string): number => Math.max(-1, ...importersOf(room).map(depth)) + 1;
  const rows: string[][] = [];
  for (const room of imports.keys()) {
    const row = depth(room);
    rows[row] = [...(rows[row] ?? []), room];
  }
  return rows;
}

const [WIDTH, ROW, BOX, GAP, TALL] = [860, 76, 104, 14, 30] as const;

/** The picture as text: the same bytes for the same imports. */
export function drawArchitecture(): string {
  const imports = importsOfRooms();
  const rows = rowsOf(imports);
  const places = new Map<string, { readonly x: number; readonly y: number }>();
  rows.forEach((rooms, row) => {
    const left = (WIDTH - rooms.length * BOX - (rooms.length - 1) * GAP) / 2;
    // a row is shifted a little against the next, so that arrows over several rows pass between the boxes
    const shift = (row % 2 === 0 ? 1 : -1) * 30;
    for (const [i, room] of rooms.entries()) places.set(room, { x: left + shift + i * (BOX + GAP), y: 16 + row * ROW });
  });
  const arrows = [...reduced(imports)].flatMap(([room, targets]) =>
    targets.map((target) => {
      const [a, b] = [places.get(room)!, places.get(target)!];
      const [x1, y1, x2, y2] = [a.x + BOX / 2, a.y + TALL, b.x + BOX / 2, b.y - 5];
      return `<path d="M${x1} ${y1}C${x1} ${y1 + 26} ${x2} ${y2 - 26} ${x2} ${y2}" marker-end="url(#to)"/>`;
    }),
  );
  const boxes = [...places].map(
    ([room, { x, y }]) =>
      `<rect x="${x}" y="${y}" width="${BOX}" height="${TALL}" rx="4"/><text x="${x + BOX / 2}" y="${y + 20}">${room}</text>`,
  );
  const height = rows.length * ROW;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}">`,
    '<title>Rooms of src and what they import</title>',
    '<style>text{font:14px sans-serif;text-anchor:middle}rect{fill:#eef3fa;stroke:#4a6a94}path{fill:none;stroke:#8899aa}</style>',
    '<defs><marker id="to" viewBox="0 0 8 8" refX="4" refY="4" markerWidth="7" markerHeight="7" orient="auto">',
    '<polygon points="0,0 8,4 0,8" fill="#8899aa"/></marker></defs>',
    `<rect x="0" y="0" width="${WIDTH}" height="${height}" style="fill:#fff;stroke:none"/>`,
    ...arrows,
    ...boxes,
    '</svg>',
    '',
  ].join('\n');
}

export function main(): void {
  writeFileSync(join(PACKAGE_ROOT, 'docs', 'architecture.svg'), drawArchitecture());
}
