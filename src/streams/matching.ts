import type { Mark } from '../data/sound/marks.js';
import type { StreamReport } from './trace.js';

/** Reports of a stream beside its marks. */
export interface Matching {
  /** Of each mark: the report that answers it, or null. */
  readonly answers: readonly (StreamReport | null)[];
  /** Reports that answer no mark: within the time of a mark, of another class; or anything else. */
  readonly wrong: readonly StreamReport[];
  readonly falseAlarms: readonly StreamReport[];
}

/**
 * A mark is answered by the first report of its class from its beginning until `tolerance` seconds after its end, each report
 * answering one mark. Any other report is a false alarm, or wrong where it comes in the time of a mark that has no answer.
 */
export function match(
  reports: readonly StreamReport[],
  marks: readonly Mark[],
  labels: readonly string[],
  tolerance: number,
): Matching {
  const answers: (StreamReport | null)[] = marks.map(() => null);
  const during = ({ seconds }: StreamReport, { begin, end }: Mark): boolean =>
    seconds >= begin && seconds <= end + tolerance;
  const others = reports.filter((report) => {
    const i = marks.findIndex(
      (mark, j) => answers[j] === null && labels[report.found] === mark.label && during(report, mark),
    );
    if (i >= 0) answers[i] = report;
    return i < 0;
  });
  const missed = marks.filter((_, i) => answers[i] === null);
  const isWrong = (report: StreamReport): boolean => missed.some((mark) => during(report, mark));
  return {
    answers,
    wrong: others.filter(isWrong),
    falseAlarms: others.filter((report) => !isWrong(report)),
  };
}
