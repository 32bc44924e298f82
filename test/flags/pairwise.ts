/** One value of every factor. */
export type Row = Readonly<Record<string, string>>;

/** Names of factors and their values. */
export type Factors = Readonly<Record<string, readonly string[]>>;

/**
 * Rows in which every two values of every two factors meet, as far as `allowed` accepts a row that has both. Greedy: each row
 * starts with the first pair that no row has yet, and takes for every other factor the value that adds the most new pairs.
 * `allowed` also judges rows without values of some factors, and refuses those that no further value makes good.
 */
export function pairwise(factors: Factors, allowed: (row: Row) => boolean = () => true): Row[] {
  const names = Object.keys(factors);
  const key = (a: string, x: string, b: string, y: string) => (a < b ? `${a}=${x}|${b}=${y}` : `${b}=${y}|${a}=${x}`);
  const open = new Map<string, Row>();
  for (const [i, a] of names.entries())
    for (const b of names.slice(i + 1))
      for (const x of factors[a]!) for (const y of factors[b]!) open.set(key(a, x, b, y), { [a]: x, [b]: y });
  const rows: Row[] = [];
  for (const [first, pair] of open) {
    const row = complete(pair);
    open.delete(first);
    if (row === null) continue; // the two never meet
    for (const [a, x] of Object.entries(row)) for (const [b, y] of Object.entries(row)) open.delete(key(a, x, b, y));
    rows.push(row);
  }
  return rows;

  function complete(start: Row): Row | null {
    if (!allowed(start)) return null;
    let row = start;
    for (const name of names) {
      if (row[name] !== undefined) continue;
      const gain = (value: string) =>
        Object.entries(row).reduce((sum, [b, y]) => sum + (open.has(key(name, value, b, y)) ? 1 : 0), 0);
      // where several add as many, those that earlier rows have less often come first
      const turn = rows.length % factors[name]!.length;
      const values = [...factors[name]!.slice(turn), ...factors[name]!.slice(0, turn)];
      const best = values
        .filter((value) => allowed({ ...row, [name]: value }))
        .reduce<string | null>((found, value) => (found === null || gain(value) > gain(found) ? value : found), null);
      if (best === null) return null;
      row = { ...row, [name]: best };
    }
    return row;
  }
}
