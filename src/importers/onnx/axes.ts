/**
 * What the axes of a value mean: T time, B batch, D directions, L stacked layers, F features, 1 a single one. The input's
 * first two are not known before a cell reads them.
 */
export type Axis = 'T' | 'B' | 'D' | 'L' | 'F' | '1' | 'first' | 'second' | 'BT' | 'TB';
export type Axes = readonly Axis[];

/** Axes of the network's input by their number. */
export const INPUT_AXES: Readonly<Record<number, Axes>> = { 2: ['first', 'F'], 3: ['first', 'second', 'F'] };

/** A cell reads time, batch, features; the axes of what it reads, or null where they cannot be so. */
export function readByCell(axes: Axes): Axes | null {
  const [time, batch, features] = axes;
  const fits = axes.length === 3 && features === 'F' && ['T', 'first', 'second'].includes(time!);
  return fits && ['B', '1', 'first', 'second'].includes(batch!) ? ['T', 'B', 'F'] : null;
}

export const transposed = (axes: Axes, order: readonly number[]): Axes | null =>
  order.length === axes.length ? order.map((axis) => axes[axis]!) : null;

/** Without the axes of length one at these places, or all of them. */
export function squeezed(axes: Axes, places: readonly number[] | undefined): Axes | null {
  const single = (axis: Axis): boolean => axis === '1' || axis === 'D';
  if (places === undefined) return axes.filter((axis) => !single(axis));
  const own = places.map((place) => (place < 0 ? place + axes.length : place));
  if (own.some((place) => axes[place] === undefined || ['T', 'F'].includes(axes[place]!))) return null;
  return axes.filter((_, place) => !own.includes(place));
}

export function unsqueezed(axes: Axes, places: readonly number[]): Axes {
  const out = [...axes];
  for (const place of [...places].sort((a, b) => a - b)) out.splice(place < 0 ? place + out.length + 1 : place, 0, '1');
  return out;
}

/**
 * Axes after a reshape to `rank` sizes, whose last is `size` where it is known: single ones come and go, batch and time can
 * be one. Null where time and features would be one: a step alone could not compute what follows.
 */
export function reshaped(axes: Axes, rank: number | undefined, size: number | undefined, units: number): Axes | null {
  const kept = axes.filter((axis) => axis !== '1' && axis !== 'D' && axis !== 'L');
  const features = size === undefined || size === -1 || size === units;
  // as many axes, but others: values of several steps in a row
  if (rank === kept.length && !features && size !== 0 && kept.at(-1) === 'F') return null;
  if (rank === undefined || rank === kept.length) return kept;
  if (rank === 2 && kept.length === 3 && features && kept[2] === 'F' && size !== undefined && size !== -1)
    return [kept[0] === 'T' ? 'TB' : 'BT', 'F'];
  if (rank === 3 && kept.length === 2 && (kept[0] === 'BT' || kept[0] === 'TB'))
    return kept[0] === 'TB' ? ['T', 'B', 'F'] : ['B', 'T', 'F'];
  return rank > kept.length && features
    ? [...kept.slice(0, -1), ...Array<Axis>(rank - kept.length).fill('1'), 'F']
    : null;
}

/** Whether the values of more than one step are in it. */
export const holdsTime = (axes: Axes): boolean =>
  axes.some((axis) => ['T', 'BT', 'TB', 'first', 'second'].includes(axis));
