import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compile } from '../../src/compiler/compile.js';
import type { CompileRequest } from '../../src/compiler/request.js';
import { DiagnosticError } from '../../src/diagnostics.js';
import { PACKAGE_ROOT } from '../../src/package-root.js';

const HERE = join(PACKAGE_ROOT, 'test/errors');

/** Codes that no model.json, compile option or data file can raise, and where they come from. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  scale_out_of_range: 'export of a trained network',
  system_error: 'command line (test/cli)',
  training_diverged: 'training',
  training_memory: 'training (test/unit/train/windowed.test.ts)',
  conv_too_short: 'training (test/unit/train/windowed.test.ts)',
  bad_config: 'command line',
  run_unfinished: 'runs (test/unit/train)',
  run_missing: 'runs (test/unit/train)',
  run_changed: 'runs (test/unit/train)',
  run_not_writable: 'runs (test/cli)',
  checkpoint_broken: 'runs (test/unit/train)',
  run_does_not_fit: 'runs (test/unit/train)',
  backend_missing: 'an npm package that is not there (test/cli)',
  data_does_not_fit: 'rnnq eval (test/cli)',
  data_no_output: 'rnnq eval and predict (test/unit/cli/test-data.test.ts)',
  data_package_missing: 'an npm package that is not there (test/unit/data)',
  data_no_targets: 'data that a model is measured on (test/unit/data)',
  data_target_missing: 'targets (test/unit/data)',
  data_task_targets: 'targets (test/unit/data)',
  data_scale_range: 'sound for the chip (test/unit/data)',
  data_nothing_normal: 'targets (test/unit/data)',
  data_too_short_to_predict: 'targets (test/unit/data)',
  data_flag_value: 'targets (test/unit/data)',
  data_flag_not_trained: 'targets (test/unit/data)',
  data_target_constant: 'targets (test/unit/data)',
  data_target_too_large: 'targets (test/unit/data)',
  data_long_label: 'a folder with a long name (test/unit/data)',
  data_unknown_label: 'data that a model is measured on (test/unit/data)',
  file_unreadable: 'command line',
  file_too_large: 'command line',
  output_not_writable: 'files (test/files)',
  files_in_the_way: 'files (test/files)',
  output_blocked: 'files (test/files)',
  output_exists: 'files (test/files)',
  folder_in_use: 'files (test/files)',
  manifest_broken: 'files (test/files)',
  run_finished: 'runs (test/files)',
  export_nothing: 'command line (test/cli/export.test.ts)',
  export_onnx: 'rnnq export --onnx (test/exporters/onnx.test.ts)',
  import_needs_data: 'command line (test/cli)',
  import_reversed: 'data of many values (test/importers/autoencoder.test.ts)',
  import_saturation: 'data of many values (test/importers/rewrite.test.ts)',
  inputs_wrong_size: 'command line',
  report_unusable: 'rnnq report (test/cli)',
  evaluation_unusable: 'rnnq report (test/cli)',
  bad_option: 'command line (test/cli)',
  bad_command: 'command line (test/cli)',
  tool_missing: 'tools (test/unit/boards)',
  no_cycles: 'cycles (test/unit/build)',
  compiler_missing: 'tools (test/unit/build)',
  board_unknown: 'boards (test/unit/boards)',
  board_missing: 'rnnq flash (test/boards)',
  board_no_input: 'rnnq run --input (test/cli)',
  board_ambiguous: 'rnnq flash (test/boards)',
  board_not_writable: 'rnnq flash (test/boards)',
  firmware_too_large: 'rnnq build (test/boards)',
  writer_missing: 'rnnq flash (test/boards)',
  write_failed: 'rnnq flash (test/boards)',
  tool_failed: 'tools that are broken (test/cli)',
  port_missing: 'serial ports (test/boards)',
  port_ambiguous: 'serial ports (test/boards)',
  port_unusable: 'serial ports (test/boards)',
  data_gap: 'recordings for a front end (test/unit/data)',
  data_other_rate: 'recordings for a front end (test/unit/data)',
  console_silent: 'rnnq run (test/boards)',
  console_garbage: 'rnnq run (test/boards)',
  wrong_firmware: 'rnnq run (test/boards)',
};

const isElsewhere = (code: string): boolean => Object.hasOwn(ELSEWHERE, code);

const sources = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readFileSync(join(folder, path), 'utf8'));
const codesIn = (text: string): string[] => [...text.matchAll(/\bcode: '([a-z0-9_]+)'/g)].map((m) => m[1]!);

const folders = readdirSync(HERE, { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? [e.name] : []));
const allCodes = [...new Set(sources(join(PACKAGE_ROOT, 'src')).flatMap(codesIn))].sort();

/** Runs compile on text that it must refuse; anything but a diagnostic fails. */
function refusal(text: string, request: CompileRequest): DiagnosticError {
  try {
    compile(text, request);
  } catch (error) {
    if (error instanceof DiagnosticError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

describe.each(folders.filter((name) => existsSync(join(HERE, name, 'model.json'))))('%s', (code) => {
  const file = (name: string): string => readFileSync(join(HERE, code, name), 'utf8');
  const changes = existsSync(join(HERE, code, 'options.json')) ? JSON.parse(file('options.json')) : {};

  test('is said as expected, and nothing else is', () => {
    const { message, diagnostics } = refusal(file('model.json'), { core: 'host', ...changes });
    expect(`${message}\n`).toBe(file('expected.txt'));
    expect([...new Set(diagnostics.map((d) => d.code))]).toEqual([code]);
  });
});

describe('codes', () => {
  test('each has a folder here or a reason not to', () => {
    expect(allCodes.length).toBeGreaterThan(20);
    expect(allCodes.filter((code) => !folders.includes(code) && !isElsewhere(code))).toEqual([]);
    expect(folders.filter(isElsewhere)).toEqual([]);
  });

  test('each folder and each exception is a code that exists', () => {
    expect([...folders, ...Object.keys(ELSEWHERE)].filter((code) => !allCodes.includes(code))).toEqual([]);
  });

  test('docs/errors.md has a section for each, and for no other', () => {
    const text = readFileSync(join(PACKAGE_ROOT, 'docs/errors.md'), 'utf8');
    const sections = [...text.matchAll(/^### `([a-z0-9_]+)`$/gm)].map((m) => m[1]!);
    expect([...sections].sort()).toEqual(allCodes);
  });
});
