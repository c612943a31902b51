import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { atEnd } from './at-end.ts';
import { findProgram } from './programs.ts';

/** The system's Chromium. */
export async function startBrowser(): Promise<Browser> {
  const executablePath = findProgram('chromium', 'google-chrome');
  if (executablePath === undefined) throw new Error('The tests of the page need Chromium: apt-get install chromium');
  // Its sandbox refuses root; a container may have no room in /dev/shm.
  const chromiumSandbox = process.getuid?.() !== 0;
  const browser = await chromium.launch({ executablePath, chromiumSandbox, args: ['--disable-dev-shm-usage'] });
  atEnd(() => browser.close());
  return browser;
}

export interface Look {
  width?: number;
  colorScheme?: 'light' | 'dark';
}

/** An empty page, as one sees it there. What it breaks of its policy, and what breaks in it, fails the test. */
export async function newPage(browser: Browser, { width = 1440, colorScheme = 'light' }: Look = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    // That something was refused is what a test is about.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      faults.push(message.text());
  });
  atEnd(async () => {
    await context.close();
    expect(faults).toEqual([]);
  });
  return page;
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What of it stands in the way of people who use the page otherwise, by the rules of WCAG and good practice. */
export async function barriers(page: Page, within = 'html'): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
    `axe.run("${within}")`,
  );
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

/** Presses Tab until that has the focus, as somebody without a mouse does. */
export async function tabTo(page: Page, goal: Locator): Promise<void> {
  await goal.waitFor();
  for (let presses = 0; presses < 150; presses += 1) {
    await page.keyboard.press('Tab');
    if (await hasFocus(goal)) return;
  }
  throw new Error(`Tab does not lead to ${goal}`);
}

export async function hasFocus(locator: Locator): Promise<boolean> {
  return (await locator.and(locator.page().locator(':focus')).count()) === 1;
}

/** By how many pixels a page is wider than its window. */
export function sideways(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}
