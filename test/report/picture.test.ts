import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compile } from '../../src/compiler/compile.js';
import { PACKAGE_ROOT } from '../../src/package-root.js';
import { readReport } from '../../src/report/read-report.js';
import { sampleText } from '../samples/sample-text.js';

const path = (name: string): string => join(PACKAGE_ROOT, name);

test('the picture in README.md is of its JSON, and that of the sample (node scripts/run.mjs scripts/picture-report.ts)', () => {
  const [hash] = readFileSync(path('test/report/picture.sha256'), 'utf8').split(' ');
  expect(
    createHash('sha256')
      .update(readFileSync(path('test/report/picture.json')))
      .digest('hex'),
  ).toBe(hash);
  const { computed } = readReport(path('test/report/picture.json'));
  const { hash: model, report } = compile(sampleText('gru_digits'), { core: 'cortex-m4' });
  expect([computed.hash, computed.constants]).toEqual([model, report.constants]);
  expect(readFileSync(path('README.md'), 'utf8')).toContain('](docs/report.png)');
});
