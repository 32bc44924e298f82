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
 * @param lasting what is marked lasts: more reports of its class in its time are no false alarms
 */
export function match(
  reports: readonly StreamReport[],
  marks: readonly Mark[],
  labels: readonly string[],
  tolerance: number,
  lasting = false,
): Matching {
  const answers: (StreamReport | null)[] = marks.map(() => null);
  const during = ({ seconds }: StreamReport, { begin, end }: Mark): boolean =>
    seconds >= begin && seconds <= end + tolerance;
  const others = reports.filter((report) => {
    const isOwn = (mark: Mark): boolean => labels[report.found] === mark.label && during(report, mark);
    const i = marks.findIndex((mark, j) => answers[j] === null && isOwn(mark));
    if (i >= 0) answers[i] = report;
    return i < 0 && !(lasting && marks.some(isOwn));
  });
  const missed = marks.filter((_, i) => answers[i] === null);
  const isWrong = (report: StreamReport): boolean => missed.some((mark) => during(report, mark));
  return {
    answers,
    wrong: others.filter(isWrong),
    falseAlarms: others.filter((report) => !isWrong(report)),
  };
}
