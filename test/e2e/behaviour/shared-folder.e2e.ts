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

interface Served {
  readonly repository: Repository;
  /** Waits until nginx answers with this status and, for 200, this body. */
  shows(path: string, wanted: string): Promise<unknown>;
  /** Runs a script in a container of the pod. */
  run(container: string, script: string): Promise<string>;
}

/** A pod that fetches a repository with these files and serves a folder, in a namespace of its own. */
function inServed(
  name: string,
  files: Readonly<Record<string, string>>,
  annotations: Readonly<Record<string, string>>,
  check: (served: Served) => Promise<void>,
): Promise<void> {
  return inNamespace(target, `e2e-served-${name}`, async (namespace) => {
    const repository = await createRepository(target, namespace);
    await repository.commit(files);
    const git = { 'sidecar.io/git-repo': repository.url, 'sidecar.io/git-period': '1s' };
    await target.apply(namespace, appPod('app', { ...git, ...annotations }, asleep));
    const site = await openSite(target, await readyPod(target, namespace), 21081);
    const page = async (path: string) => {
      const { status, body } = await site.get(path);
      return `${status} ${status === 200 ? body : ''}`.trim();
    };
    try {
      await check({
        repository,
        shows: (path, wanted) =>
          until(`${path} shows ${wanted}`, async () => ((await page(path)) === wanted ? true : undefined), {
            seconds: 180,
          }),
        run: (container, script) =>
          target.kubectl(['exec', '-n', namespace, 'app', '-c', container, '--', 'sh', '-c', script]),
      });
    } finally {
      site.close();
    }
  });
}

describe.concurrent('serve and git', () => {
  for (const [form, more] of Object.entries(forms)) {
    it(`${form}: the folder of git itself is served, and follows the repository`, () => {
      const paths = { 'sidecar.io/git-path': '/data', 'sidecar.io/serve-path': '/data' };
      const files = { 'index.html': 'one', 'docs/a.html': 'a' };
      return inServed(form, files, { ...more, ...paths }, async ({ repository, shows, run }) => {
        await shows('/', '200 one');
        await shows('/docs/a.html', '200 a');
        await repository.commit({ 'index.html': 'two' });
        await shows('/', '200 two');
        await shows('/docs/a.html', '404');
        // What the app adds is served too, and the server can write nothing.
        await run('app', 'echo -n own >/data/own.html');
        await shows('/own.html', '200 own');
        expect(await run('sidecar-serve', 'touch /srv/file 2>/dev/null && echo written || true')).toBe('');
      });
    });
  }

  it('the folder of git is below the one that is served, beside files of the app', () => {
    const paths = { 'sidecar.io/git-path': '/data/site', 'sidecar.io/serve-path': '/data' };
    return inServed('below', { 'index.html': 'one' }, paths, async ({ repository, shows, run }) => {
      await shows('/site/', '200 one');
      await run('app', 'echo -n app >/data/app.html');
      await shows('/app.html', '200 app');
      await repository.commit({ 'index.html': 'two' });
      await shows('/site/', '200 two');
      expect(await run('sidecar-serve', 'touch /srv/site/file 2>/dev/null && echo written || true')).toBe('');
    });
  });

  it('a folder of the repository is served alone', () => {
    const paths = { 'sidecar.io/git-path': '/data', 'sidecar.io/serve-path': '/data/public' };
    const files = { 'README.md': 'no', 'public/index.html': 'one' };
    return inServed('part', files, paths, async ({ repository, shows, run }) => {
      await shows('/', '200 one');
      await shows('/README.md', '404');
      expect(await run('app', 'cat /data/README.md /data/public/index.html')).toBe('noone');
      await repository.commit({ 'README.md': 'no', 'public/index.html': 'two' });
      await shows('/', '200 two');
    });
  });

  it('style symlink: the link is served where the server may follow it', () => {
    const paths = { 'sidecar.io/git-path': '/data', 'sidecar.io/serve-path': '/data' };
    const links = { 'sidecar.io/git-style': 'symlink', 'sidecar.io/serve-symlinks': 'same-owner' };
    return inServed('link', { 'index.html': 'one' }, { ...paths, ...links }, async ({ repository, shows }) => {
      await shows('/current/', '200 one');
      await repository.commit({ 'index.html': 'two' });
      await shows('/current/', '200 two');
    });
  });
});
