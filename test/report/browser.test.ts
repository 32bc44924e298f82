import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderComparison } from '../../src/report/page/comparison.js';
import { renderPage } from '../../src/report/page/page.js';
import { readPageAssets } from '../../src/report/page/shell.js';
import { WHOLE } from '../whole.js';
import { exampleReport } from './example-report.js';

// RNNQ_CHROMIUM names the browser, else Debian's; RNNQ_REQUIRE_BROWSER=1 makes a missing one a failure.
const CHROMIUM = process.env.RNNQ_CHROMIUM ?? '/usr/bin/chromium';
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

interface AxeResult {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}
// what runs in the page is text: this project is compiled without the types of browsers
const OVERFLOW = 'document.documentElement.scrollWidth - innerWidth';
const RUN_AXE = "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'best-practice'] })";
const INJECT = `(() => {
  const script = document.createElement('script');
  script.textContent = 'window.injected = true';
  document.body.append(script);
  return 'injected' in window;
})()`;

/** RNNQ_PAGES: more pages to look at, paths separated by colons. */
const others = process.env.RNNQ_PAGES?.split(':') ?? [];

describe('in a browser', () => {
  let folder: string;
  let browser: Browser | null = null;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rnnq-page-'));
    writeFileSync(join(folder, 'report.html'), renderPage(exampleReport('kws'), readPageAssets()));
    const compared = ['kws', 'kws2'].map((name) => ({ label: name, report: exampleReport(name) }));
    writeFileSync(join(folder, 'comparison.html'), renderComparison(compared, readPageAssets()));
    const hostile = `"'></title></script><img src=x onerror=alert(1)>`;
    writeFileSync(join(folder, 'hostile.html'), renderPage(exampleReport(hostile), readPageAssets()));
    if (existsSync(CHROMIUM)) browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const open = async (path: string, colorScheme: 'light' | 'dark', width: number) => {
    const context = await browser!.newContext({ colorScheme, viewport: { width, height: 900 } });
    const page = await context.newPage();
    const seen: string[] = [];
    page.on('console', (message) => seen.push(message.text()));
    page.on('pageerror', (error) => seen.push(String(error)));
    page.on('dialog', (dialog) => seen.push(`dialog ${dialog.message()}`));
    page.on('request', (request) => seen.push(`request ${request.url()}`));
    const url = pathToFileURL(path).href;
    await page.goto(url);
    return { context, page, seen, own: `request ${url}` };
  };

  test('no message, no request, no violation of WCAG, light and dark, wide and narrow', async (context) => {
    if (browser === null) {
      expect(process.env.RNNQ_REQUIRE_BROWSER, `${CHROMIUM} is missing`).not.toBe('1');
      return context.skip(`${CHROMIUM} is missing: apt-get install chromium, or RNNQ_CHROMIUM`);
    }
    const source = readFileSync(AXE, 'utf8');
    const every = (['light', 'dark'] as const).flatMap((scheme) =>
      [1100, 400].map((width) => [scheme, width] as const),
    );
    // both schemes and both widths
    const views = WHOLE ? every : [every[0]!, every[3]!];
    for (const path of [join(folder, 'report.html'), join(folder, 'comparison.html'), ...others])
      for (const [scheme, width] of views) {
        const { context: tab, page, seen, own } = await open(path, scheme, width);
        const overflow = await page.evaluate<number>(OVERFLOW);
        expect([path, seen, overflow > 0]).toEqual([path, [own], false]);
        await page.evaluate(source);
        const { violations } = await page.evaluate<AxeResult>(RUN_AXE);
        const found = violations.map(({ id, nodes }) => `${id} (${nodes.length}): ${nodes[0]!.html.slice(0, 160)}`);
        expect([path, scheme, width, found]).toEqual([path, scheme, width, []]);
        await tab.close();
      }
  }, 300_000);

  test('arrow keys walk the marks, Escape hides the tooltip, no script but the own runs', async (context) => {
    if (browser === null) return context.skip(`${CHROMIUM} is missing`);
    const hostile = await open(join(folder, 'hostile.html'), 'light', 400);
    expect(hostile.seen).toEqual([hostile.own]);
    const { page, seen, own } = await open(join(folder, 'report.html'), 'light', 1100);
    const tip = page.locator('#tip');
    await page.locator('#flash svg[tabindex]').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await tip.textContent()).toContain('bytes');
    expect(await tip.isVisible()).toBe(true);
    const second = await tip.textContent();
    await page.keyboard.press('Home');
    expect(await tip.textContent()).not.toBe(second);
    await page.keyboard.press('Escape');
    expect(await tip.isVisible()).toBe(false);
    await page.locator('#cycles rect.mark').nth(1).hover();
    expect(await tip.textContent()).toContain('cycles');
    expect(seen).toEqual([own]);
    const ran = await page.evaluate<boolean>(INJECT);
    expect(ran).toBe(false);
    expect(seen.at(-1)).toMatch(/Content Security Policy/);
  });
});
