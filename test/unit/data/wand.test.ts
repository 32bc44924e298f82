import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { describeDataset, formatDescription } from '../../../src/data/describe.js';
import { loadDataset } from '../../../src/data/index.js';
import { PACKAGE_ROOT } from '../../../src/package-root.js';
import { sharedData } from './shared-data.js';

const EXAMPLE = join(PACKAGE_ROOT, 'examples/gestures');
const folder = mkdtempSync(join(tmpdir(), 'rnnq-wand-'));
afterAll(() => rmSync(folder, { recursive: true }));
const convert = (input: string, output: string) =>
  execFileSync(process.execPath, [join(EXAMPLE, 'convert-wand-spells.mjs'), input, output], { stdio: 'pipe' });

test('the conversion averages pairs of rows, one file a gesture', () => {
  for (const part of ['train', 'test']) {
    mkdirSync(join(folder, 'small', part), { recursive: true });
    const rows = Array.from({ length: 2 * 119 }, (_, i) => `${i},1,2,3,4,5`);
    writeFileSync(join(folder, 'small', part, 'Lumos.csv'), `aX,aY,aZ,gX,gY,gZ\n${rows.join('\n')}\n`);
  }
  convert(join(folder, 'small'), join(folder, 'small-csv'));
  const lines = readFileSync(join(folder, 'small-csv/test/Lumos/2.csv'), 'utf8').split('\n');
  expect([lines[0], lines[1], lines[59], lines.length]).toEqual([
    'aX,aY,aZ,gX,gY,gZ',
    '119.5,1,2,3,4,5',
    '235.5,1,2,3,4,5',
    61,
  ]);
});

const archive = join(sharedData('wand-spells-imu'), 'wand-spells.tar.gz');
test.skipIf(!existsSync(archive))('examples/gestures/README.md: its commands print what it shows', async () => {
  execFileSync('tar', ['xzf', archive, '-C', folder]);
  convert(join(folder, 'data'), join(folder, 'wand-csv'));
  const page = readFileSync(join(EXAMPLE, 'README.md'), 'utf8');
  const normalize = /--normalize (\S+)/.exec(page)![1]!;
  const data = await loadDataset(join(folder, 'wand-csv'), { normalize });
  expect(page).toContain(`\`\`\`\n${formatDescription(describeDataset(data))}\`\`\``);
  const fold = await loadDataset(join(folder, 'wand-csv'), { normalize, split: 'fold=2/5' });
  expect(describeDataset(fold).parts.test.counts).toEqual([5, 5, 5, 5, 5]);
});
