import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** Where Debian's package `chromium` puts it; another browser of that kind is named by CHROMIUM. */
const executable = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Screenshots are for people; they are written here. */
export const screenshots = process.env.TOPZ_SCREENSHOTS ?? join(tmpdir(), 'topz-screenshots');

/** Whether there is a browser. Without one the tests are left out on a desk, and fail in CI. */
export const chromiumIsHere = existsSync(executable);
export const leaveOut = !chromiumIsHere && process.env.CI !== 'true';

/** Starts headless Chromium, which talks to nobody but the page. */
export async function launch(): Promise<Browser> {
  if (!chromiumIsHere)
    throw new Error(`There is no Chromium at ${executable}: install Debian's package chromium, or set CHROMIUM.`);
  mkdirSync(screenshots, { recursive: true });
  return chromium.launch({
    executablePath: executable,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
