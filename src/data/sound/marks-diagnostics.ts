import { type Diagnostic, show } from '../../diagnostics.js';

// What can be wrong with the marks of a recording.

interface Place {
  readonly line: number;
  readonly begin: number;
  readonly end: number;
  readonly label: string;
}

export const marksLine = (path: string, line: number, text: string, table: boolean): Diagnostic => ({
  code: 'marks_line',
  at: `${path}:${line}`,
  message: `${show(text)} is no begin, end and label`,
  hint: table
    ? 'a line has two times in seconds and a label, with commas between them: 1.25,1.8,yes'
    : 'a line has two times in seconds and a label, with tabs between them, as Audacity exports labels; with commas: name the file .csv',
});

export const marksNone = (path: string): Diagnostic => ({
  code: 'marks_none',
  at: path,
  message: 'has no label in it',
  hint: 'a recording in which nothing is to be reported belongs to the background: --background <folder>',
});

export const marksOverlap = (
  path: string,
  before: Place,
  { line, label, begin, end }: Place,
  several: boolean,
): Diagnostic => ({
  code: 'marks_overlap',
  at: `${path}:${line}`,
  message: `${show(label)} from ${begin} to ${end} s begins before ${show(before.label)} in line ${before.line} ends, at ${before.end} s`,
  hint: several
    ? 'marks of one label must not overlap: move their ends, or leave one out'
    : 'a stream has one label at a time: move the ends of the labels, or leave one out',
});

export const marksOutside = (path: string, label: string, end: number, seconds: number): Diagnostic => ({
  code: 'marks_outside',
  at: path,
  message: `${show(label)} ends at ${end} s, the recording at ${Number(seconds.toFixed(3))} s`,
  hint: 'labels of another recording, or times in another unit than seconds',
});

export const marksUnknown = (path: string, label: string, labels: readonly string[]): Diagnostic => ({
  code: 'marks_unknown',
  at: path,
  message: `${show(label)} is none of the classes of the model: ${labels.join(', ')}`,
  hint: 'correct the label, or leave it out',
});

export const marksMissing = (path: string, others: number): Diagnostic => ({
  code: 'marks_missing',
  at: path,
  message: `has no label file beside it, ${others === 1 ? 'another recording has' : `${others} others have`} one`,
  hint: 'write its labels to a file of the same name that ends in .txt or .csv; a recording without labels belongs to --background',
});

export const backgroundHoldsKeyword = (path: string, label: string, begin: number): Diagnostic => ({
  code: 'background_holds_keyword',
  at: path,
  message: `has ${show(label)} at ${begin} s, which the model is to report: it would count as a false alarm`,
  hint: 'cut it out, or move the recording to --data',
});

export const backgroundNone = (path: string, exists: boolean): Diagnostic => ({
  code: 'background_none',
  at: `--background ${path}`,
  message: exists
    ? 'is no recording, and no folder with recordings in it: .wav files, or tables of counts'
    : 'there is no such file or folder',
  hint: 'record what the device will meet when there is nothing to report, hours of it: docs/always-on.md',
});

export const streamSeveral = (path: string, count: number): Diagnostic => ({
  code: 'stream_several',
  at: path,
  message: `has ${count} recordings: a stream with marks, or a background, is one`,
  hint: 'write each recording to a file by itself',
});
