/** JSON with every list of plain values on one line: short enough to read and to compare. */
export const formatModel = (file: unknown): string =>
  `${JSON.stringify(file, null, 2).replace(/\[\s+([^[\]{}]*?)\s+\]/g, (_, items: string) => `[${items.replace(/\s*\n\s*/g, ' ')}]`)}\n`;
