/** The number of a command line's option; throws RangeError for anything else. */
export function readCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new RangeError(`"${text}" is not a count`);
  return Number(text);
}
