import type { Browser } from 'playwright-core';
import { expect } from 'vitest';
import { activeLine, bytes, column, lines, type Opened, open, screenshot, until } from './opened-page.ts';

/**
 * What holds for every pod in which nginx runs beside topz and has something to do, be it made up or on a real node:
 * one check of the open page by name. Each leaves a screenshot where there is something to see.
 */
export const pageChecks: Record<string, (opened: Opened, browser: Browser, url: string) => Promise<void>> = {
  'lists the nginx master and its workers with plausible figures': async ({ page }) => {
    for (const process of ['nginx: master process', 'nginx: worker process']) {
      const shown = async () => (await column(page, 'command')).some((text) => text.includes(process));
      await until(shown, `the page shows ${process}`);
    }
    const nginx = page.locator('#rows .container', { hasText: 'nginx' }).first();
    await until(async () => Number(await nginx.locator('.cell.cpu').textContent()) > 0, 'nginx uses CPU');
    const memory = bytes((await nginx.locator('.cell.rss').textContent()) ?? '');
    expect(memory).toBeGreaterThan(2 ** 20);
    expect(memory).toBeLessThan(2 ** 30);
    expect(await page.locator('#rows .container', { hasText: 'this program' }).count()).toBe(1);
    expect(await page.locator('#alone').isHidden()).toBe(true);
    await screenshot(page, 'light');
  },

  'sorts by the head that is clicked, one way and the other': async ({ page }) => {
    const head = page.getByRole('columnheader', { name: 'Memory' });
    const sizes = async () =>
      (await lines(page).filter({ hasText: 'nginx:' }).locator('.cell.rss').allTextContents()).map(bytes);
    for (const [direction, sign] of [
      ['descending', -1],
      ['ascending', 1],
    ] as const) {
      await head.getByRole('button').click();
      expect(await head.getAttribute('aria-sort')).toBe(direction);
      const shown = await sizes();
      expect(shown.length).toBeGreaterThan(1);
      expect(shown).toEqual(shown.toSorted((a, b) => sign * (a - b)));
    }
  },

  'sorts the containers by the same figure': async ({ page }) => {
    const head = page.getByRole('columnheader', { name: 'Memory' }).getByRole('button');
    const sizes = async () =>
      (await page.locator('#rows .container:not([hidden]) .cell.rss').allTextContents()).map(bytes);
    for (const sign of [-1, 1]) {
      await head.click();
      const shown = await sizes();
      expect(shown.length).toBeGreaterThan(1);
      expect(shown).toEqual(shown.toSorted((a, b) => sign * (a - b)));
    }
  },

  'is one list across all containers when asked, which the address keeps': async ({ page }) => {
    await page.keyboard.press('f');
    await page.getByRole('columnheader', { name: 'Memory' }).getByRole('button').click();
    const check = async () => {
      expect(await page.getByRole('button', { name: 'Flat' }).getAttribute('aria-pressed')).toBe('true');
      expect(await page.locator('#rows .container:not([hidden])').count()).toBe(0);
      const sizes = (await column(page, 'rss')).map(bytes);
      expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
      expect(new Set(await column(page, 'group')).size).toBeGreaterThan(1);
      expect(new URL(page.url()).hash).toBe('#view=flat&sort=rss');
    };
    await check();
    await screenshot(page, 'flat');
    await page.reload();
    await lines(page).first().waitFor();
    await check();
    await page.keyboard.press('f');
    expect(new URL(page.url()).hash).toBe('#sort=rss');
    expect(await page.locator('#rows .container:not([hidden])').count()).toBeGreaterThan(1);
  },

  'names the user of each process': async ({ page }) => {
    // One that ends while it is read has none, and is gone in the next sample.
    const named = async () => (await column(page, 'user')).every((user) => /^[\w.-]+$/.test(user));
    await until(named, 'each process has a user');
    const owner = async (text: string) =>
      lines(page).filter({ hasText: text }).first().locator('.cell.user').textContent();
    const own = page.locator('#rows .process', { hasText: 'topz' }).first();
    expect(await own.locator('.cell.user').textContent()).toMatch(/^(65532|topz|nonroot|nobody)$/);
    expect(await owner('nginx: worker')).toMatch(/^(101|nginx)$/);
  },

  'takes keys at once, without a click or a Tab before': async ({ page }) => {
    await page.keyboard.press('f');
    await page.getByRole('columnheader', { name: 'PID' }).getByRole('button').click();
    await page.reload();
    await lines(page).first().waitFor();
    await page.keyboard.press('ArrowDown');
    expect(await (await activeLine(page)).getAttribute('aria-rowindex')).toBe('2');
    await page.keyboard.press('ArrowDown');
    const pid = await (await activeLine(page)).locator('.cell.pid').textContent();
    await page.keyboard.press('Enter');
    expect(await page.getByRole('dialog').getByRole('heading').textContent()).toContain(`· ${pid}`);
    await page.keyboard.press('Escape');
    expect(await page.evaluate('document.activeElement.id')).toBe('grid');
  },

  'has one stop for Tab, from whose first line the arrow keys reach the heads': async ({ page }) => {
    expect(await page.locator('#grid [tabindex="0"], #grid button:not([tabindex="-1"])').count()).toBe(0);
    const focused = () => page.evaluate<string>('document.activeElement.textContent.trim()');
    await page.locator('#grid').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowUp');
    expect(await focused()).toBe('CPU %');
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toBe('Memory');
    await page.keyboard.press('Enter');
    expect(await page.getByRole('columnheader', { name: 'Memory' }).getAttribute('aria-sort')).toBe('descending');
    await page.keyboard.press('ArrowDown');
    expect(await page.evaluate('document.activeElement.id')).toBe('grid');
  },

  'filters by all the words that are typed': async ({ page }) => {
    await page.locator('#grid').focus();
    await page.keyboard.press('/');
    await page.keyboard.type('WORKER nginx');
    const told = page.getByRole('status');
    await until(
      async () => /process(es)? match/.test((await told.textContent()) ?? ''),
      'the page counts what matches',
    );
    const commands = await column(page, 'command');
    expect(commands.length).toBeGreaterThan(0);
    expect(commands.every((text) => text.includes('nginx: worker process'))).toBe(true);
    expect(await told.textContent()).toBe(
      `${commands.length} ${commands.length === 1 ? 'process matches' : 'processes match'}`,
    );
    await page.locator('#filter').fill('no such thing');
    await until(() => page.locator('#empty').isVisible(), 'the page says that nothing matches');
  },

  'is moved through, folded and opened by keys alone': async ({ page }) => {
    const grid = page.getByRole('treegrid', { name: 'Processes' });
    const count = async () => Number(await grid.getAttribute('aria-rowcount'));
    // By what stays as it is: by CPU, lines change places while we look.
    await page.getByRole('columnheader', { name: 'PID' }).getByRole('button').click();
    await grid.focus();
    await page.keyboard.press('Home');
    expect(await (await activeLine(page)).getAttribute('aria-level')).toBe('1');
    const all = await count();
    await page.keyboard.press('ArrowLeft');
    expect(await (await activeLine(page)).getAttribute('aria-expanded')).toBe('false');
    expect(await count()).toBeLessThan(all);
    await page.keyboard.press('ArrowRight');
    expect(await (await activeLine(page)).getAttribute('aria-expanded')).toBe('true');
    await page.keyboard.press('ArrowDown');
    const line = await activeLine(page);
    expect(await line.getAttribute('aria-selected')).toBe('true');
    const pid = await line.locator('.cell.pid').textContent();
    await page.keyboard.press('Enter');
    const details = page.getByRole('dialog');
    expect(await details.getByRole('heading').textContent()).toContain(`· ${pid}`);
    await screenshot(page, 'details');
    await page.keyboard.press('Escape');
    expect(await details.isHidden()).toBe(true);
    await page.keyboard.press('End');
    expect(await (await activeLine(page)).getAttribute('aria-rowindex')).toBe(String(await count()));
  },

  'names containers to those who hear the page as to those who see it': async ({ page }) => {
    const own = page.locator('#rows .container', { hasText: 'this program' }).locator('.cell.command');
    const name = await own.locator('.program').textContent();
    expect(await own.textContent()).toContain(`${name} this program`);
  },

  'shows the process tree': async ({ page }) => {
    await page.keyboard.press('t');
    expect(await page.getByRole('button', { name: 'Tree' }).getAttribute('aria-pressed')).toBe('true');
    const master = lines(page).filter({ hasText: 'nginx: master' });
    const level = Number(await master.getAttribute('aria-level'));
    const worker = lines(page).filter({ hasText: 'nginx: worker' }).first();
    expect(Number(await worker.getAttribute('aria-level'))).toBe(level + 1);
    await screenshot(page, 'tree');
    await master.locator('.fold').click();
    expect(await worker.count()).toBe(0);
  },

  'pauses and goes on': async ({ page }) => {
    const figures = () => page.locator('#summary').textContent();
    const told = page.getByRole('status');
    await page.locator('#filter').fill('nginx');
    await until(async () => (await told.textContent())?.includes('match') ?? false, 'the page counts what matches');
    await page.getByRole('button', { name: 'Pause' }).click();
    expect(await told.getAttribute('data-state')).toBe('paused');
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.locator('#filter').fill('');
    await page.locator('#grid').focus();
    await page.keyboard.press('p');
    expect(await told.textContent()).toBe('paused');
    const still = await figures();
    await page.waitForTimeout(5000);
    expect(await figures()).toBe(still);
    await page.getByRole('button', { name: 'Pause' }).click();
    await until(async () => (await figures()) !== still, 'the figures go on');
  },

  'draws the last minutes of each process and container': async ({ page }) => {
    const paths = page.locator('#rows .line:not([hidden]) .stroke');
    await until(async () => /L/.test((await paths.first().getAttribute('d')) ?? ''), 'a trend has two points');
    const drawn = page.locator('#rows .line:not([hidden])');
    // Processes come and go between two looks.
    await until(async () => (await paths.count()) === (await drawn.count()), 'each line has one');
  },

  'is dark where the system is, or when told': async ({ page }, browser, url) => {
    const ground = (where: Opened['page']) => where.evaluate('getComputedStyle(document.body).backgroundColor');
    const light = await ground(page);
    await page.getByRole('button', { name: 'Theme: auto' }).click();
    await page.getByRole('button', { name: 'Theme: light' }).click();
    expect(await ground(page)).not.toBe(light);
    const dark = await open(browser, url, { colorScheme: 'dark' });
    expect(await ground(dark.page)).toBe(await ground(page));
    await screenshot(dark.page, 'dark');
    await dark.close();
  },

  'fits a phone': async (_, browser, url) => {
    const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };
    const { page, complaints, close } = await open(browser, url, phone);
    const width = Number(await page.evaluate('document.documentElement.scrollWidth'));
    expect(width).toBeLessThanOrEqual(390);
    for (const name of ['command', 'cpu', 'rss', 'pid', 'state']) {
      expect(await lines(page).first().locator(`.cell.${name}`).isVisible(), name).toBe(true);
    }
    await page.getByRole('combobox', { name: 'Sort by' }).selectOption('pid');
    const pids = (await lines(page).filter({ hasText: 'nginx:' }).locator('.cell.pid').allTextContents()).map(Number);
    expect(pids).toEqual(pids.toSorted((a, b) => a - b));
    await screenshot(page, 'phone');
    await lines(page).filter({ hasText: 'nginx:' }).first().tap();
    expect(await page.getByRole('dialog').isVisible()).toBe(true);
    await screenshot(page, 'phone-details');
    expect(complaints).toEqual([]);
    await close();
  },

  'follows only while it is in sight': async ({ page }) => {
    const hide = (hidden: boolean) =>
      page.evaluate(`Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'))`);
    const figures = () => page.locator('#summary').textContent();
    await hide(true);
    await page.waitForTimeout(500);
    const still = await figures();
    await page.waitForTimeout(4500);
    expect(await figures()).toBe(still);
    await hide(false);
    await until(async () => (await figures()) !== still, 'the figures go on');
  },
};
