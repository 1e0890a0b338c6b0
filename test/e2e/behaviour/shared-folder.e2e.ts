// A sidecar that reads a folder of the app finds there what other sidecars put into it.
import { describe, expect, it } from 'vitest';
import { appPod } from '../pieces/app.ts';
import { createRepository, type Repository } from '../pieces/git-server.ts';
import { openSite } from '../pieces/http.ts';
import { inNamespace } from '../pieces/place.ts';
import { readyPod } from '../pieces/pods.ts';
import { until } from '../pieces/until.ts';
import { givenTarget } from '../target.ts';

const target = givenTarget();
const asleep = 'trap exit TERM; while :; do sleep 1; done';
const forms = { native: {}, classic: { 'sidecar.io/git-native': 'false', 'sidecar.io/serve-native': 'false' } };

/** A pod that fetches the repository and serves a folder, and the status and body that nginx answers with. */
async function served(namespace: string, { url }: Repository, annotations: Readonly<Record<string, string>>) {
  const git = { 'sidecar.io/git-repo': url, 'sidecar.io/git-period': '1s' };
  await target.apply(namespace, appPod('app', { ...git, ...annotations }, asleep));
  const pod = await readyPod(target, namespace);
  const site = await openSite(target, pod, 21081);
  const page = async (path: string) => {
    const { status, body } = await site.get(path);
    return `${status} ${status === 200 ? body : ''}`.trim();
  };
  const shows = (path: string, wanted: string) =>
    until(`${path} shows ${wanted}`, async () => ((await page(path)) === wanted ? true : undefined), { seconds: 180 });
  const run = (container: string, script: string) =>
    target.kubectl(['exec', '-n', namespace, 'app', '-c', container, '--', 'sh', '-c', script]);
  return { site, shows, run };
}

describe.concurrent('serve and git', () => {
  for (const [form, more] of Object.entries(forms)) {
    it(`${form}: the folder of git itself is served, and follows the repository`, () =>
      inNamespace(target, `e2e-served-${form}`, async (namespace) => {
        const repository = await createRepository(target, namespace);
        await repository.commit({ 'index.html': 'one', 'docs/a.html': 'a' });
        const paths = { 'sidecar.io/git-path': '/data', 'sidecar.io/serve-path': '/data' };
        const { site, shows, run } = await served(namespace, repository, { ...more, ...paths });
        try {
          await shows('/', '200 one');
          await shows('/docs/a.html', '200 a');
          await repository.commit({ 'index.html': 'two' });
          await shows('/', '200 two');
          await shows('/docs/a.html', '404');
          // What the app adds is served too, and the server can write nothing.
          await run('app', 'echo -n own >/data/own.html');
          await shows('/own.html', '200 own');
          expect(await run('sidecar-serve', 'touch /srv/file 2>/dev/null && echo written || true')).toBe('');
        } finally {
          site.close();
        }
      }));
  }

  it('the folder of git is below the one that is served, beside files of the app', () =>
    inNamespace(target, 'e2e-served-below', async (namespace) => {
      const repository = await createRepository(target, namespace);
      await repository.commit({ 'index.html': 'one' });
      const paths = { 'sidecar.io/git-path': '/data/site', 'sidecar.io/serve-path': '/data' };
      const { site, shows, run } = await served(namespace, repository, paths);
      try {
        await shows('/site/', '200 one');
        await run('app', 'echo -n app >/data/app.html');
        await shows('/app.html', '200 app');
        await repository.commit({ 'index.html': 'two' });
        await shows('/site/', '200 two');
        expect(await run('sidecar-serve', 'touch /srv/site/file 2>/dev/null && echo written || true')).toBe('');
      } finally {
        site.close();
      }
    }));

  it('a folder of the repository is served alone', () =>
    inNamespace(target, 'e2e-served-part', async (namespace) => {
      const repository = await createRepository(target, namespace);
      await repository.commit({ 'README.md': 'no', 'public/index.html': 'one' });
      const paths = { 'sidecar.io/git-path': '/data', 'sidecar.io/serve-path': '/data/public' };
      const { site, shows, run } = await served(namespace, repository, paths);
      try {
        await shows('/', '200 one');
        await shows('/README.md', '404');
        expect(await run('app', 'cat /data/README.md /data/public/index.html')).toBe('noone');
        await repository.commit({ 'README.md': 'no', 'public/index.html': 'two' });
        await shows('/', '200 two');
      } finally {
        site.close();
      }
    }));

  it('style symlink: the link is served where the server may follow it', () =>
    inNamespace(target, 'e2e-served-link', async (namespace) => {
      const repository = await createRepository(target, namespace);
      await repository.commit({ 'index.html': 'one' });
      const paths = { 'sidecar.io/git-path': '/data', 'sidecar.io/serve-path': '/data' };
      const links = { 'sidecar.io/git-style': 'symlink', 'sidecar.io/serve-symlinks': 'same-owner' };
      const { site, shows } = await served(namespace, repository, { ...paths, ...links });
      try {
        await shows('/current/', '200 one');
        await repository.commit({ 'index.html': 'two' });
        await shows('/current/', '200 two');
      } finally {
        site.close();
      }
    }));
});
