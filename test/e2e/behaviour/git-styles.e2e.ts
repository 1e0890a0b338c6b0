// In place, the document root holds the commit's files and nothing else; with a link, a reader never sees two commits
// at once.
import { describe, expect, it } from 'vitest';
import { appPod } from '../pieces/app.ts';
import { createRepository } from '../pieces/git-server.ts';
import { inNamespace } from '../pieces/place.ts';
import { readyPod } from '../pieces/pods.ts';
import { until } from '../pieces/until.ts';
import { givenTarget } from '../target.ts';

const target = givenTarget();
const asleep = 'trap exit TERM; while :; do sleep 1; done';

/** Runs a script in the app's container of the namespace's pod `app`. */
const inApp = (namespace: string, script: string) =>
  target.kubectl(['exec', '-n', namespace, 'app', '-c', 'app', '--', 'sh', '-c', script]);

describe.concurrent('style in-place', () => {
  it('puts the files of the commit at the path, no .git, and takes away what a commit drops', () =>
    inNamespace(target, 'e2e-in-place', async (namespace) => {
      const repository = await createRepository(target, namespace);
      await repository.commit({ 'index.html': '1', 'news/today.html': 'rain', 'news/old.html': 'sun' });
      const annotations = {
        'sidecar.io/git-repo': repository.url,
        'sidecar.io/git-path': '/site',
        'sidecar.io/git-period': '1s',
      };
      await target.apply(namespace, appPod('app', annotations, asleep));
      await readyPod(target, namespace);
      const list = async () => (await inApp(namespace, 'cd /site && find . ! -name . | sort')).trim().split('\n');
      expect(await list()).toEqual(['./index.html', './news', './news/old.html', './news/today.html']);
      // What the app itself puts there is left alone.
      await inApp(namespace, 'echo mine > /site/own.txt');
      await repository.commit({ 'index.html': '2', 'news/today.html': 'rain' });
      const look = async () => ((await inApp(namespace, 'cat /site/index.html')) === '2' ? true : undefined);
      await until('the second commit is there', look, { seconds: 180 });
      const moved = async () => ((await list()).includes('./news/old.html') ? undefined : true);
      await until('the dropped file is gone', moved, { seconds: 180 });
      expect(await list()).toEqual(['./index.html', './news', './news/today.html', './own.txt']);
    }));
});

describe.concurrent('style symlink', () => {
  it('swaps all files at once: a reader that looks again and again sees no mix of commits', () =>
    inNamespace(target, 'e2e-symlink', async (namespace) => {
      const repository = await createRepository(target, namespace);
      const edition = (n: number) => Object.fromEntries(['a', 'b', 'c', 'd/e'].map((path) => [path, `${n}\n`]));
      await repository.commit(edition(0));
      const annotations = {
        'sidecar.io/git-repo': repository.url,
        'sidecar.io/git-path': '/site',
        'sidecar.io/git-style': 'symlink',
        'sidecar.io/git-period': '1s',
      };
      await target.apply(namespace, appPod('app', annotations, asleep));
      await readyPod(target, namespace);
      // Enters the link's target as a server does for one request, and reads all files of it, until the last edition.
      const read = 'cd -P /site/current && cat a b c d/e | tr "\\n" " " && echo && [ $(cat a) -lt 6 ]';
      const reading = inApp(namespace, `while ${read}; do :; done | sort | uniq -c`);
      reading.catch(() => {}); // told below
      for (let n = 1; n <= 6; n++) {
        await repository.commit(edition(n));
        const look = async () => Number(await inApp(namespace, 'cat /site/current/a')) === n || undefined;
        await until(`edition ${n} is there`, look, { seconds: 180 });
      }
      const seen = (await reading).trim().split('\n');
      const mixed = seen.filter((line) => !/^\s*\d+ (\d+) \1 \1 \1 $/.test(`${line.trimEnd()} `));
      expect(mixed).toEqual([]);
      expect(seen.length, 'editions seen').toBeGreaterThan(3);
    }));
});
