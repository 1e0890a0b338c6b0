import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { screenshots } from './browser.ts';

/** A topz page that is open, and what it complained about or asked of other hosts (which should be nothing). */
export type Opened = { page: Page; complaints: string[]; close: () => Promise<void> };

/** Opens the topz at a base URL (`http://host:port`) and waits for its first figures. */
export async function open(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1360, height: 860 }, ...options });
  context.setDefaultTimeout(120_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('crash', () => complaints.push('the page crashed'));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on(
    'request',
    (request) => new URL(request.url()).origin !== new URL(url).origin && complaints.push(request.url()),
  );
  await page.goto(`${url}/topz`);
  await lines(page)
    .first()
    .waitFor()
    .catch(async () => {
      const state = await page.getByRole('status').textContent();
      const drawn = await page.locator('#rows').evaluate('(rows) => rows.outerHTML.slice(0, 400)');
      throw new Error(
        `No process is shown. The page says "${state}", has ${drawn} and complains: ${complaints.join('; ')}`,
      );
    });
  return { page, complaints, close: () => context.close() };
}

/** The process lines that are drawn, top to bottom. */
export const lines = (page: Page): Locator => page.locator('#rows .process:not([hidden])');

/** Their texts in one column. */
export const column = (page: Page, name: string): Promise<string[]> =>
  lines(page).locator(`.cell.${name}`).allTextContents();

/** The line that the keys act upon. */
export async function activeLine(page: Page): Promise<Locator> {
  return page.locator(`#${await page.locator('#grid').getAttribute('aria-activedescendant')}`);
}

export async function screenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(screenshots, `${name}.png`) });
}

/** Waits until something holds, as figures come with samples. */
export async function until(check: () => Promise<boolean>, what: string): Promise<void> {
  for (const end = performance.now() + 90_000; performance.now() < end; ) {
    if (await check()) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`It did not come about that ${what}.`);
}

/** `7.9 MiB` as a number. */
export function bytes(text: string): number {
  const [amount, unit] = text.split(' ');
  return Number(amount) * 1024 ** ['B', 'KiB', 'MiB', 'GiB'].indexOf(unit ?? '');
}
