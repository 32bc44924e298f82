import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { PACKAGE_ROOT } from '../../src/package-root.js';
import { MAIN, SHIFT, sharedPlace } from './place.js';
import { runCommand } from './run-command.js';

const place = sharedPlace();
const { folder, rnnq } = place;

describe('good input', () => {
  test('--version prints the version of package.json', async () => {
    const { version } = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8'));
    expect((await place.start('--version')).stdout).toBe(version);
  });

  test('compile writes the package of the workflow page and prints the header', async () => {
    const { stdout, exitCode } = await place.start('compile', SHIFT, '-t', 'cortex-m4', '-o', 'good', '--name', 'kws');
    expect(exitCode).toBe(0);
    expect(stdout).toBe(join('good', 'include', 'kws.h'));
    const expected = ['src/kws.c', 'src/kws_weights.c', 'test/kws_golden.h', 'test/kws_selftest.c', 'examples/main.c'];
    for (const path of [...expected, 'CMakeLists.txt', 'kws.report.json', 'README.md'])
      expect(existsSync(join(folder, 'good', path)), path).toBe(true);
    const header = readFileSync(join(folder, 'good', 'include', 'kws.h'), 'utf8');
    for (const word of [
      'KWS_INPUT_SIZE 5',
      'kws_reset',
      'kws_advance',
      'kws_output',
      'kws_step',
      'kws_argmax',
      'kws_selftest',
    ])
      expect(header).toContain(word);
  });

  test('compiling again over its own package works, and gives the same bytes', async () => {
    const before = readFileSync(join(folder, 'good', 'src', 'kws_weights.c'), 'utf8');
    expect((await rnnq('compile', SHIFT, '-t', 'cortex-m4', '-o', 'good', '--name', 'kws')).exitCode).toBe(0);
    expect(readFileSync(join(folder, 'good', 'src', 'kws_weights.c'), 'utf8')).toBe(before);
  });

  test('verify, report and targets answer in JSON', async () => {
    const verified = JSON.parse((await rnnq('verify', SHIFT, '-t', 'host', '--json')).stdout);
    expect(verified).toMatchObject({ passed: true, results: [{ core: 'host', differences: 0 }] });
    const report = JSON.parse((await rnnq('report', SHIFT, '--json')).stdout);
    expect(report.computed.stateBytes).toBe(12);
    const targets = JSON.parse((await rnnq('targets', '--json')).stdout);
    expect(targets.map((t: { name: string }) => t.name)).toContain('cortex-m55');
    expect((await rnnq('doctor')).exitCode).toBe(0);
  });

  test('data shows the parts of a data set', async () => {
    const args = ['data', 'gestures', '--split', 'fold=1/5', '--max-steps', '20', '--common-scale'];
    expect((await rnnq(...args)).stdout).toMatch(
      /^synthetic_gestures: 3 values a step, 4 classes\n.*\n[ -]+\nsequences +864 +96 +240\n/,
    );
    const { parts } = JSON.parse((await rnnq(...args, '--json')).stdout);
    expect(parts.test).toMatchObject({ sequences: 240, longest: 20, counts: [60, 60, 60, 60] });
  });

  test('verify takes a recorded sequence', async () => {
    writeFileSync(join(folder, 'inputs.bin'), Buffer.from([1, 2, 3, 4, 5, 251, 252, 253, 254, 255]));
    const { stdout } = await rnnq('verify', SHIFT, '-t', 'host', '--inputs', 'inputs.bin', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      results: [{ steps: 8 + 16 + 16 + 2 }],
      float: { steps: 8 + 16 + 16 + 2 },
    });
  });

  test('verify fails where fixed point is not the float network of the model, and names layer, unit, step and row', async () => {
    const model = JSON.parse(readFileSync(SHIFT, 'utf8'));
    model.layers[0].recurrent.realScale[3] *= 4;
    writeFileSync(join(folder, 'contradiction.json'), JSON.stringify(model));
    const { exitCode, stdout, stderr } = await rnnq('verify', 'contradiction.json', '-t', 'host');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^0 differences on 1 core; \d+ beside float: FAILED$/m);
    expect(stderr).toMatch(/first: gru0_h\[3\] of \/layers\/0 at step \d+ \(sequence 0\): .*, must lie in \[/);
    expect(stderr).toContain('realScale contradicts scale in 1 of 39 rows, first in /layers/0/recurrent row 3');
  });
});

describe('bad input ends with a named complaint, and nothing written', () => {
  /** Code 2 for a command line that is wrong whatever the files hold, code 1 for all else. */
  const usage = new Set(['unknown_target', 'bad_name', 'bad_option', 'board_unknown']);
  const cases: [string, string, string[]][] = [
    ['file_unreadable', 'a device as model', ['compile', '/dev/zero']],
    ['file_unreadable', 'a pipe as data', ['data', 'csv:pipe']],
    ['file_unreadable', 'a pipe as configuration', ['train', '--config', 'pipe']],
    ['board_unknown', 'unknown board', ['build', SHIFT, '-b', 'nucleo']],
    ['bad_option', 'serial number like an option', ['flash', SHIFT, '-b', 'nucleo_f446re', '--serial=-x', '--dry-run']],
    ['bad_option', 'limit', ['compile', SHIFT, '--max-ram', 'x']],
    ['bad_option', 'goal', ['compile', SHIFT, '--optimize', 'best']],
    ['file_unreadable', 'missing model', ['compile', 'none.json']],
    ['file_unreadable', 'a folder as model', ['compile', '.']],
    ['unknown_target', 'unknown core', ['compile', SHIFT, '-t', 'cortex-m99']],
    ['unknown_target', 'a prototype key as core', ['compile', SHIFT, '-t', '__proto__']],
    ['bad_name', 'shell in the name', ['compile', SHIFT, '--name', 'x; system(1)']],
    ['bad_name', 'path traversal in the name', ['compile', SHIFT, '--name', '../../x']],
    ['bad_option', 'optimization', ['verify', SHIFT, '--optimization', '-O9; rm -rf .']],
    ['inputs_wrong_size', 'half a step', ['verify', SHIFT, '-t', 'host', '--inputs', 'half.bin']],
    ['bad_option', 'data in place of codes', ['verify', SHIFT, '-t', 'host', '--inputs', 'data.csv']],
    ['data_unknown', 'data to look at', ['data', 'nothing']],
    ['bad_option', 'a split', ['data', 'gestures', '--split', 'fold=3/2']],
    ['data_unknown', 'unknown data', ['train', '--data', 'nothing', '-o', 'new.json']],
    ['bad_option', 'a stride without a window', ['data', 'gestures', '--stride', '5']],
    ['bad_option', 'a clock without a board', ['report', SHIFT, '--target', 'cortex-m4', '--clock', 'fast']],
    ['bad_option', 'codes of a stream', ['predict', SHIFT, 'a.wav', '--stream', '--codes']],
    [
      'bad_option',
      'precision and recall',
      ['train', '--data', 'gestures', '--precision', '0.9', '--recall', '0.9', '-o', 'new.json'],
    ],
    ['bad_option', 'units', ['train', '--data', 'digits', '--units', 'many', '-o', 'new.json']],
    ['bad_option', 'method', ['train', '--data', 'digits', '--weights', 'magic', '-o', 'new.json']],
    ['data_does_not_fit', 'data of another shape', ['eval', SHIFT, '--data', 'digits']],
  ];

  test.each(cases)('%s: %s', async (code, _what, args) => {
    const own = mkdtempSync(join(folder, 'bad-'));
    writeFileSync(join(own, 'half.bin'), Buffer.alloc(7));
    await execa('mkfifo', [join(own, 'pipe')]);
    const { stderr, exitCode } = await runCommand(args, own);
    expect(stderr).toContain(`error ${code}`);
    expect(stderr).not.toMatch(/bug in rnnq|Invalid|expected (int|number|string)/);
    expect(exitCode).toBe(usage.has(code) ? 2 : 1);
    expect(readdirSync(own)).toEqual(['half.bin', 'pipe']);
  });

  test("a folder with somebody else's files is not replaced", async () => {
    mkdirSync(join(folder, 'mine'));
    writeFileSync(join(folder, 'mine', 'thesis.txt'), 'years of work');
    const { stderr, exitCode } = await rnnq('compile', SHIFT, '-o', 'mine');
    expect([exitCode, stderr.includes('output_not_writable')]).toEqual([1, true]);
    expect(readdirSync(join(folder, 'mine'))).toEqual(['thesis.txt']);
  });

  test('a file in the place of the output folder is kept', async () => {
    writeFileSync(join(folder, 'file'), 'text');
    expect((await rnnq('compile', SHIFT, '-o', 'file')).stderr).toContain('output_not_writable');
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('text');
  });

  test.skipIf(process.getuid?.() === 0)('a folder that cannot be written', async () => {
    mkdirSync(join(folder, 'locked'));
    chmodSync(join(folder, 'locked'), 0o500);
    expect((await rnnq('compile', SHIFT, '-o', 'locked/out')).stderr).toContain('output_not_writable');
  });

  test('a reader that closes stdout early ends a command quietly, a full disk with an error', async () => {
    const sh = (command: string) =>
      execa('sh', ['-c', command, process.execPath, MAIN], { cwd: folder, reject: false });
    const early = await sh('("$0" "$1" boards --json; echo "code $?" >&2) | head -c 1');
    expect([early.stdout, early.stderr]).toEqual(['[', 'code 0']);
    const full = await sh('"$0" "$1" targets > /dev/full');
    expect([full.exitCode, full.stderr]).toEqual([
      1,
      expect.stringMatching(/^error system_error at stdout: write failed: no space left on the device\n {2}hint/),
    ]);
  });

  test('the exit code of a process is that of the command, and a complaint is on its stderr', async () => {
    const results = [await place.start('compile', 'none.json'), await place.start('fly')];
    expect(results.map(({ exitCode, stdout }) => [exitCode, stdout])).toEqual([
      [1, ''],
      [2, ''],
    ]);
    for (const { stderr } of results) expect(stderr).toMatch(/^error /);
  });

  test.each([
    [['compile'], 'error bad_command at rnnq compile: <model> is missing'],
    [['fly'], 'error bad_command at rnnq: there is no command "fly"'],
    [['boards', 'x'], 'error bad_command at rnnq boards: expected 0 arguments, found 1'],
    [['train', 'walk.csv'], 'error bad_command at rnnq train: expected 0 arguments, found 1\n  hint: --data walk.csv?'],
    [['completion', 'ksh'], 'error bad_option at <shell>: "ksh" is not one of bash, zsh, fish'],
    [['compile', SHIFT, '--colour'], 'error bad_option at --colour: rnnq compile has no such option'],
    [['compile', SHIFT, '-o'], 'error bad_option at --output: has no value; expected -o, --output <folder>'],
    [['build', SHIFT], 'error bad_option at --board: is missing; expected -b, --board <id>'],
    [['run', SHIFT, '-b', 'host', '-r', 'qemu'], 'error bad_option at --runner: "qemu" is not a runner of host: host'],
    [['train', '--data', 'gestures', '--resume', '--restart'], 'error bad_option at --resume: does not go with'],
  ])('a wrong command line ends with code 2: %j', async (args, message) => {
    const { exitCode, stdout, stderr } = await rnnq(...args);
    expect([exitCode, stdout, stderr]).toEqual([2, '', expect.stringMatching(/^error /)]);
    expect(stderr).toContain(message);
  });

  test('a compiler and an emulator that are broken are no bugs of rnnq', async () => {
    const tools = join(folder, 'broken');
    mkdirSync(tools);
    for (const name of ['gcc', 'clang', 'qemu-system-arm']) {
      const answer = `[ "$1" = --version ] && echo "${name} 99.1.0" && exit 0; echo "${name}: error: 666" >&2; exit 1`;
      writeFileSync(join(tools, name), `#!/bin/sh\n${answer}\n`, { mode: 0o755 });
    }
    const env = { PATH: `${tools}:${process.env.PATH}` };
    const begin = (...args: string[]) => place.rnnqWith(env, ...args).then((r) => [r.exitCode, r.stderr]);
    expect(await begin('verify', SHIFT, '-t', 'host')).toEqual([
      1,
      expect.stringContaining('error tool_failed at gcc: failed: gcc: error: 666'),
    ]);
    const qemu = 'error tool_failed at qemu-system-arm: its GDB server did not start: qemu-system-arm: error: 666';
    expect(await begin('run', SHIFT, '-b', 'qemu_cortex_m3')).toEqual([1, expect.stringContaining(qemu)]);
  });
});
