// Numbers as the page writes them: thousands with commas, units after a space.

/** 12345 -> 12,345 */
export const whole = (value: number): string => Math.round(value).toLocaleString('en-US');

/** 0.1234 -> 12.3 % */
export const percent = (share: number, decimals = 1): string => `${(100 * share).toFixed(decimals)} %`;

/** Three significant digits, without an exponent where that is short. */
export const short = (value: number): string => String(Number(value.toPrecision(3)));

/** 0.00034 -> 340 µs */
export function duration(seconds: number): string {
  if (seconds === 0) return '0 s';
  const [unit, name] =
    seconds < 1e-6 ? [1e-9, 'ns'] : seconds < 1e-3 ? [1e-6, 'µs'] : seconds < 1 ? [1e-3, 'ms'] : [1, 's'];
  return `${short(seconds / unit)} ${name}`;
}

/** 64000000 -> 64 MHz */
export const frequency = (hz: number): string => (hz < 1e6 ? `${short(hz / 1e3)} kHz` : `${short(hz / 1e6)} MHz`);

/** A figure of a task in its unit; a share in per cent. */
export const figure = (value: number, unit: string, decimals = 2): string =>
  unit === 'share' ? percent(value, decimals) : `${short(value)} ${unit}`.trimEnd();

/** The change from one number to another: `=`, `+12 (+3.4 %)`. */
export function change(from: number, to: number, show: (value: number) => string = whole): string {
  if (from === to) return '=';
  const sign = to > from ? '+' : '−';
  const relative = from === 0 ? '' : ` (${sign}${percent(Math.abs(to - from) / Math.abs(from))})`;
  return `${sign}${show(Math.abs(to - from))}${relative}`;
}
