import { formatTable } from '../report/table.js';
import type { StreamEvent } from '../stream-events.js';

/** Events of recordings as a table; without names, those of a single one. */
export function eventText(
  all: readonly { readonly recording?: string; readonly events: readonly StreamEvent[] }[],
): string {
  const rows = all.flatMap(({ recording, events }) =>
    events.map(({ seconds, label, margin, score }) => [
      ...(recording === undefined ? [] : [recording]),
      ...[seconds.toFixed(3), label, margin?.toFixed(2) ?? String(Number(score!.toPrecision(4)))],
    ]),
  );
  if (rows.length === 0) return 'no event\n';
  const named = all.some(({ recording }) => recording !== undefined);
  const scored = all.some(({ events }) => events.some(({ score }) => score !== undefined));
  return `${formatTable([...(named ? ['recording'] : []), 'seconds', 'event', scored ? 'score' : 'margin'], rows)}\n`;
}
