// Makes docs/report.png, the picture of a report in README.md: the sample gru_digits on a Cortex-M4, from the report that
// test/report/picture.json holds. Needs Chromium (RNNQ_CHROMIUM names it).
//   node scripts/run.mjs scripts/picture-report.ts            draws the picture of that JSON
//   node scripts/run.mjs scripts/picture-report.ts measure    measures the report first (gcc and QEMU)
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { collectReport } from '../src/collect-report.js';
import { compile } from '../src/compiler/compile.js';
import { renderPage } from '../src/report/page/page.js';
import { readPageAssets } from '../src/report/page/shell.js';
import { readReport } from '../src/report/read-report.js';

const JSON_FILE = 'test/report/picture.json';
const PICTURE = 'docs/report.png';
const HASH_FILE = 'test/report/picture.sha256';

export async function main(args: readonly string[]): Promise<void> {
  if (args[0] === 'measure') {
    const text = readFileSync('test/samples/gru_digits/model.json', 'utf8');
    const report = await collectReport(compile(text, { core: 'cortex-m4' }), { cycles: true });
    writeFileSync(JSON_FILE, `${JSON.stringify(report)}\n`);
  }
  const browser = await chromium.launch({
    executablePath: process.env.RNNQ_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  const page = await browser.newPage({ colorScheme: 'light', viewport: { width: 1080, height: 1120 } });
  await page.setContent(renderPage(readReport(JSON_FILE), readPageAssets()));
  await page.screenshot({ path: PICTURE });
  await browser.close();
  const hash = createHash('sha256').update(readFileSync(JSON_FILE)).digest('hex');
  writeFileSync(HASH_FILE, `${hash}  ${JSON_FILE}\n`);
}
