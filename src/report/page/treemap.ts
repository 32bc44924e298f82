import type { Rectangle } from './svg.js';

/**
 * Divides a rectangle among values, the area of each in proportion to it, as near to squares as a row-by-row layout gets
 * (Bruls, Huizing, van Wijk: Squarified Treemaps, 2000). Values are above 0, the largest first; one rectangle each, in order.
 */
export function squarify(values: readonly number[], { x, y, width, height }: Rectangle): Rectangle[] {
  const total = values.reduce((sum, value) => sum + value, 0);
  if (total <= 0 || width <= 0 || height <= 0) return values.map(() => ({ x, y, width: 0, height: 0 }));
  const areas = values.map((value) => (value / total) * width * height);
  const places: Rectangle[] = [];
  let left: Rectangle = { x, y, width, height };
  while (places.length < areas.length) {
    const row = bestRow(areas, places.length, Math.min(left.width, left.height));
    left = placeRow(row, left, places);
  }
  return places;
}

/** The areas from `first` that lie along a side of this length: one more as long as that makes the worst one squarer. */
function bestRow(areas: readonly number[], first: number, side: number): readonly number[] {
  let end = first + 1;
  while (end < areas.length && worst(areas.slice(first, end + 1), side) <= worst(areas.slice(first, end), side)) end++;
  return areas.slice(first, end);
}

/** The largest ratio of sides in a row. */
function worst(row: readonly number[], side: number): number {
  const sum = row.reduce((total, area) => total + area, 0);
  const depth = sum / side;
  return Math.max(...row.map((area) => Math.max((depth * depth) / area, area / (depth * depth))));
}

/** Adds the rectangles of a row to `places`; gives what is left beside it. */
function placeRow(row: readonly number[], { x, y, width, height }: Rectangle, places: Rectangle[]): Rectangle {
  const sum = row.reduce((total, area) => total + area, 0);
  let at = 0;
  if (width >= height) {
    const depth = Math.min(width, sum / height);
    for (const area of row) {
      places.push({ x, y: y + at, width: depth, height: area / depth });
      at += area / depth;
    }
    return { x: x + depth, y, width: width - depth, height };
  }
  const depth = Math.min(height, sum / width);
  for (const area of row) {
    places.push({ x: x + at, y, width: area / depth, height: depth });
    at += area / depth;
  }
  return { x, y: y + depth, width, height: height - depth };
}

/** A rectangle without a border on each side, and with a top for a title. */
export const inset = ({ x, y, width, height }: Rectangle, border: number, top = border): Rectangle => ({
  x: x + border,
  y: y + top,
  width: Math.max(0, width - 2 * border),
  height: Math.max(0, height - border - top),
});
