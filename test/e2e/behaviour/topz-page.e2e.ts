// S4 as its users see it: a browser at /topz of a real pod, whose nginx has something to do.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, leaveOut } from '../../programs/topz/browser.ts';
import { open } from '../../programs/topz/opened-page.ts';
import { pageChecks } from '../../programs/topz/page-checks.ts';
import { readExample } from '../pieces/example.ts';
import { openSite, type Site } from '../pieces/http.ts';
import { createNamespace } from '../pieces/place.ts';
import { readyPod } from '../pieces/pods.ts';
import { until } from '../pieces/until.ts';
import { givenTarget } from '../target.ts';

const target = givenTarget();
const namespace = 'e2e-topz-page';
let browser: Browser;
let topz: Site;
let nginx: Site;
let visitors: Promise<void>;
let over = false;

/** Asks nginx again and again, so that its processes use some CPU. */
async function visit(site: Site): Promise<void> {
  while (!over) await site.get('/').catch(() => {});
}

describe.skipIf(leaveOut)('the page of topz, in a browser', () => {
  beforeAll(async () => {
    browser = await launch();
    await createNamespace(target, namespace);
    await target.apply(namespace, ...readExample('topz.yaml', '', {}).objects);
    const pod = await readyPod(target, namespace);
    [topz, nginx] = await Promise.all([openSite(target, pod, 21080), openSite(target, pod, 8080)]);
    visitors = visit(nginx);
    const look = async () => (await topz.get('/topz')).body.includes('nginx: worker process') || undefined;
    await until('nginx has its workers', look, { seconds: 180 });
  });
  afterAll(async () => {
    over = true;
    await visitors;
    topz?.close();
    nginx?.close();
    await browser?.close();
    await target.run(['delete', 'namespace', namespace, '--wait=false']);
  });

  it.each(Object.entries(pageChecks))('%s', async (_, check) => {
    const opened = await open(browser, topz.url);
    await check(opened, browser, topz.url);
    expect(opened.complaints).toEqual([]);
    await opened.close();
  });
});
