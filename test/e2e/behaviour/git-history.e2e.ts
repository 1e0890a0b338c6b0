// What happens to repositories in real life: history is rewritten, and one app needs several of them.
import { describe, expect, it } from 'vitest';
import { appPod, serving } from '../pieces/app.ts';
import { createRepository } from '../pieces/git-server.ts';
import { openSite } from '../pieces/http.ts';
import { inNamespace } from '../pieces/place.ts';
import { readyPod } from '../pieces/pods.ts';
import { until } from '../pieces/until.ts';
import { givenTarget } from '../target.ts';

const target = givenTarget();

describe.concurrent('a force-push', () => {
  it.each([
    ['in-place', '/'],
    ['symlink', '/current/'],
  ])('is followed like any other (%s): the rewritten files come, those of before go', (style, path) =>
    inNamespace(target, `e2e-force-${style}`, async (namespace) => {
      const repository = await createRepository(target, namespace);
      await repository.commit({ 'index.html': 'before', 'secret.html': 'should never have been committed' });
      await repository.commit({ 'index.html': 'a little later', 'secret.html': 'should never have been committed' });
      const annotations = {
        'sidecar.io/git-repo': repository.url,
        'sidecar.io/git-path': '/site',
        'sidecar.io/git-style': style,
        'sidecar.io/git-period': '1s',
      };
      await target.apply(namespace, appPod('app', annotations, serving('/site')));
      const site = await openSite(target, await readyPod(target, namespace), 8080);
      try {
        expect((await site.get(path)).body).toBe('a little later');
        await repository.forcePush({ 'index.html': 'rewritten' });
        const look = async () => ((await site.get(path)).body === 'rewritten' ? true : undefined);
        await until('the rewritten page is served', look, { seconds: 180 });
        const gone = async () => ((await site.get(`${path}secret.html`)).status === 404 ? true : undefined);
        await until('the other file is gone', gone, { seconds: 180 });
        await repository.commit({ 'index.html': 'and on it goes' });
        const next = async () => ((await site.get(path)).body === 'and on it goes' ? true : undefined);
        await until('the next commit is served', next, { seconds: 180 });
      } finally {
        site.close();
      }
    }),
  );
});

describe('several repositories', () => {
  it('are each kept fresh in a place of their own, also one below another one’s place', () =>
    inNamespace(target, 'e2e-several', async (namespace) => {
      const [shop, docs, prices] = await Promise.all(
        ['shop', 'docs', 'prices'].map((name) => createRepository(target, `${namespace}-${name}`)),
      );
      if (!shop || !docs || !prices) throw new Error('three repositories were asked for');
      await shop.commit({ 'index.html': 'the shop' });
      await docs.commit({ 'index.html': 'the manual' });
      await prices.commit({ 'list.txt': 'ten' });
      const annotations = {
        'sidecar.io/git-repo': shop.url,
        'sidecar.io/git-path': '/site',
        'sidecar.io/git-repo.docs': docs.url,
        'sidecar.io/git-path.docs': '/site/manual',
        'sidecar.io/git-repo.prices': prices.url,
        'sidecar.io/git-path.prices': '/data',
        'sidecar.io/git-style.prices': 'symlink',
        'sidecar.io/git-period.prices': '1s',
      };
      const script = `ln -s /data/current/list.txt /tmp/list.txt; ${serving('/site')}`;
      await target.apply(namespace, appPod('app', annotations, script));
      const pod = await readyPod(target, namespace);
      expect(pod.spec.initContainers?.map(({ name }) => name)).toEqual([
        'sidecar-git',
        'sidecar-git-docs',
        'sidecar-git-prices',
      ]);
      const site = await openSite(target, pod, 8080);
      try {
        expect((await site.get('/')).body).toBe('the shop');
        expect((await site.get('/manual/')).body).toBe('the manual');
      } finally {
        site.close();
      }
      const read = () => target.kubectl(['exec', '-n', namespace, 'app', '-c', 'app', '--', 'cat', '/tmp/list.txt']);
      expect(await read()).toBe('ten');
      await prices.commit({ 'list.txt': 'eleven' });
      const look = async () => ((await read()) === 'eleven' ? true : undefined);
      await until('the new prices are there', look, { seconds: 180 });
    }));
});
