/** One line of a plot; NaN leaves a gap. */
export interface Curve {
  readonly label: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
}

interface Range {
  readonly low: number;
  readonly high: number;
}

function rangeOf(values: readonly number[]): Range {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return { low: 0, high: 1 };
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  return low === high ? { low: low - 0.5, high: high + 0.5 } : { low, high };
}

const MARKS = ['*', '+', 'o', 'x'];
const short = (value: number): string => Number(value.toPrecision(3)).toString();

/** Curves as text, `width` x `height` characters with axes: what a terminal shows after a training. */
export function plotText(curves: readonly Curve[], width = 60, height = 12): string {
  const x = rangeOf(curves.flatMap((c) => c.x));
  const y = rangeOf(curves.flatMap((c) => c.y));
  const cells = Array.from({ length: height }, () => new Array<string>(width).fill(' '));
  curves.forEach((curve, k) => {
    curve.x.forEach((at, i) => {
      if (!Number.isFinite(curve.y[i]!)) return;
      const column = Math.round(((at - x.low) / (x.high - x.low)) * (width - 1));
      const row = Math.round(((y.high - curve.y[i]!) / (y.high - y.low)) * (height - 1));
      cells[row]![column] = MARKS[k % MARKS.length]!;
    });
  });
  const margin = Math.max(short(y.high).length, short(y.low).length);
  const lines = cells.map((row, r) => {
    const label = r === 0 ? short(y.high) : r === height - 1 ? short(y.low) : '';
    return `${label.padStart(margin)} |${row.join('').trimEnd()}`;
  });
  const axis = `${' '.repeat(margin)} +${'-'.repeat(width)}`;
  const ends = `${' '.repeat(margin + 2)}${short(x.low)}${short(x.high).padStart(width - short(x.low).length)}`;
  const legend = curves.map((c, k) => `${MARKS[k % MARKS.length]} ${c.label}`).join('   ');
  return [...lines, axis, ends, `${' '.repeat(margin + 2)}${legend}`].join('\n');
}

const COLORS = ['#0b6fa4', '#c44e00', '#2f7d32', '#7b1fa2', '#8d6e00', '#455a64'];
const SIZE = { width: 640, height: 360, left: 64, right: 16, top: 32, bottom: 44 } as const;
/** Lines of the grid in each direction. */
const TICKS = 5;

const escaped = (text: string): string =>
  text.replace(/[<>&"]/g, (c) => ({ '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' })[c]!);

/** Curves as an SVG of its own: title, axes with ticks, legend. */
export function plotSvg(title: string, xLabel: string, yLabel: string, curves: readonly Curve[]): string {
  const x = rangeOf(curves.flatMap((c) => c.x));
  const y = rangeOf(curves.flatMap((c) => c.y));
  const [right, bottom] = [SIZE.width - SIZE.right, SIZE.height - SIZE.bottom];
  const toX = (v: number) => (SIZE.left + ((v - x.low) / (x.high - x.low)) * (right - SIZE.left)).toFixed(1);
  const toY = (v: number) => (bottom - ((v - y.low) / (y.high - y.low)) * (bottom - SIZE.top)).toFixed(1);
  const ticks = ({ low, high }: Range) =>
    Array.from({ length: TICKS }, (_, i) => low + (i * (high - low)) / (TICKS - 1));
  const grid = [
    ...ticks(x).map(
      (v) =>
        `<line x1="${toX(v)}" y1="${SIZE.top}" x2="${toX(v)}" y2="${bottom}" stroke="#ddd"/>` +
        `<text x="${toX(v)}" y="${bottom + 16}" text-anchor="middle">${short(v)}</text>`,
    ),
    ...ticks(y).map(
      (v) =>
        `<line x1="${SIZE.left}" y1="${toY(v)}" x2="${right}" y2="${toY(v)}" stroke="#ddd"/>` +
        `<text x="${SIZE.left - 6}" y="${toY(v)}" text-anchor="end" dominant-baseline="middle">${short(v)}</text>`,
    ),
  ];
  const lines = curves.map((curve, k) => {
    const points = curve.x.flatMap((v, i) => (Number.isFinite(curve.y[i]!) ? [`${toX(v)},${toY(curve.y[i]!)}`] : []));
    const color = COLORS[k % COLORS.length]!;
    return `<polyline fill="none" stroke="${color}" stroke-width="1.5" points="${points.join(' ')}"/>`;
  });
  const legend = curves.map(
    (curve, k) =>
      `<text x="${right - 4}" y="${SIZE.top + 14 + 15 * k}" text-anchor="end" fill="${COLORS[k % COLORS.length]}">${escaped(curve.label)}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" font-family="sans-serif" font-size="11">`,
    `<rect width="${SIZE.width}" height="${SIZE.height}" fill="white"/>`,
    `<text x="${SIZE.left}" y="20" font-size="14">${escaped(title)}</text>`,
    ...grid,
    ...lines,
    ...legend,
    `<text x="${(SIZE.left + right) / 2}" y="${SIZE.height - 8}" text-anchor="middle">${escaped(xLabel)}</text>`,
    `<text x="14" y="${(SIZE.top + bottom) / 2}" text-anchor="middle" transform="rotate(-90 14 ${(SIZE.top + bottom) / 2})">${escaped(yLabel)}</text>`,
    '</svg>\n',
  ].join('\n');
}
