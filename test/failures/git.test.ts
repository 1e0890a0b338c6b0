import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { GitScene } from '../catalog/git-scene.ts';
import { git } from '../catalog/git-volume.ts';
import { createGitServer } from '../cluster/programs/git-server.ts';
import { until } from '../e2e/pieces/until.ts';
import { freePorts } from '../ports.ts';
import { cells } from './cells.ts';
import { loopbackAddress, serveNames } from './names.ts';
import { fillDisk } from './pod/fill.ts';
import type { Pod, PodOptions } from './pod/pod.ts';
import type { Settings } from './pod/rendered.ts';
import { startRelay } from './relay.ts';
import type { Scene } from './scene.ts';

const hour = { period: '1h' };

cells('git', ['git', 'bash', 'curl', 'faketime'], {
  'server-away-at-start': async (scene) => {
    const { pod, repository } = await make(scene, hour);
    let started = false;
    const starting = pod.start().then(() => {
      started = true;
    });
    await sleep(3000);
    expect(started).toBe(false);
    await repository.serve();
    const began = performance.now();
    await starting;
    const seconds = (performance.now() - began) / 1000;
    expect(page(pod)).toBe('one');
    expect(seconds).toBeLessThan(90);
    return `the app started ${seconds.toFixed(1)} s after the server was there, with its files`;
  },

  'server-away-later': async (scene) => {
    const { pod, repository } = await running(scene, hour);
    await repository.goAway();
    repository.commit({ page: 'two' });
    pod.sidecar.signal('SIGHUP'); // as if the period were over
    await pod.untilLogged('"seconds":15', 90);
    expect([page(pod), await pod.isHealthy()]).toEqual(['one', true]);
    await repository.serve();
    const began = performance.now();
    await shows(pod, 'two');
    const seconds = (performance.now() - began) / 1000;
    expect(pod.restarts).toBe(0);
    return `the files stayed, the log told the age, the commit arrived ${seconds.toFixed(1)} s after the server was back`;
  },

  'slow-network': async (scene) => {
    const { pod, repository } = await make(scene, hour, {}, 100_000);
    repository.commit({ big: noise(400_000) });
    await repository.serve();
    const began = performance.now();
    await pod.start();
    expect(statSync(file(pod, 'big')).size).toBe(400_000);
    const seconds = (performance.now() - began) / 1000;
    expect(seconds).toBeGreaterThan(3);
    return `400 kB at 100 kB/s: the app started after ${seconds.toFixed(1)} s with the whole file`;
  },

  killed: async (scene) => {
    const { pod, repository } = await running(scene, { period: '1s' });
    const kills = 3;
    for (let round = 1; round <= kills; round++) {
      repository.commit({ page: `${round}`.repeat(200_000) });
      await sleep(Math.random() * 2000);
      await pod.kill();
      expect(page(pod)).toMatch(/^(one|1{200000}|2{200000}|3{200000})$/);
      await shows(pod, `${round}`.repeat(200_000));
    }
    return `${kills} kills: every file seen was whole, and each of ${kills} commits arrived`;
  },

  restarted: async (scene) => {
    const { pod, repository } = await running(scene, { period: '1s' });
    const before = statSync(file(pod, 'page'));
    await repository.goAway();
    await pod.restart();
    await pod.untilStarted('error syncing repo, will retry', 1);
    const after = statSync(file(pod, 'page'));
    expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs]);
    await repository.serve();
    repository.commit({ page: 'two' });
    await shows(pod, 'two');
    return 'the file was the same one while the server was away, and the next commit arrived';
  },

  'disk-full': async (scene) => {
    const { pod, repository } = await running(scene, { period: '1s' }, { sizes: { 'sidecar-git': '8m' } });
    await pod.untilStarted('starting up', 1);
    await sleep(1500);
    const full = fillDisk(pod.path('sidecar-git'));
    repository.commit({ page: 'two', big: noise(500_000) });
    await pod.untilLogged('error syncing repo, will retry');
    expect([page(pod), existsSync(file(pod, 'big')), await pod.isHealthy()]).toEqual(['one', false, true]);
    await pod.kill();
    await sleep(3000);
    expect(page(pod)).toBe('one');
    rmSync(full);
    await shows(pod, 'two');
    expect(statSync(file(pod, 'big')).size).toBe(500_000);
    return 'the former files stayed, also over a kill; the commit arrived when there was room';
  },

  'secret-renewed': async (scene) => {
    const { pod, repository } = await running(scene, { period: '1s', ...withSecret }, password('one'), 'me:one');
    repository.setCredentials('me:two');
    pod.renew('login', { username: 'me', password: 'two' });
    repository.commit({ page: 'two' });
    await shows(pod, 'two');
    expect(pod.restarts).toBe(0);
    repository.setCredentials('you:three');
    pod.renew('login', { username: 'you', password: 'three' });
    repository.commit({ page: 'three' });
    await sleep(3000);
    expect(page(pod)).toBe('two');
    await pod.restart();
    await shows(pod, 'three');
    return 'the new password was used at once, the new user name after a restart';
  },

  'secret-broken': async (scene) => {
    const { pod, repository } = await running(scene, { ...hour, ...withSecret }, password('one'), 'me:one');
    repository.setCredentials('me:two');
    pod.renew('login', { username: 'me', password: 'wrong' });
    repository.commit({ page: 'two' });
    pod.sidecar.signal('SIGHUP'); // as if the period were over
    await pod.untilLogged(/error syncing repo, will retry.*(Authentication failed|could not read|terminal prompts)/);
    expect([page(pod), await pod.isHealthy()]).toEqual(['one', true]);
    pod.renew('login', { username: 'me', password: 'two' });
    const began = performance.now();
    await shows(pod, 'two');
    const seconds = (performance.now() - began) / 1000;
    expect(pod.restarts).toBe(0);
    return `the files stayed, the log said why, the right password was used after ${seconds.toFixed(1)} s`;
  },

  'dns-changed': async (scene) => {
    const names = await serveNames(scene);
    const [port = ''] = await freePorts(1);
    const repo = `http://git.example.com:${port}/site.git`;
    const { pod, repository } = await make(scene, { period: '1s', repo }, { dns: names.address });
    const [first, second] = [loopbackAddress(), loopbackAddress()];
    await repository.serve(Number(port), first);
    names.set('git.example.com', first);
    await pod.start();
    await shows(pod, 'one');
    await repository.goAway();
    await repository.serve(Number(port), second);
    names.set('git.example.com', second);
    repository.commit({ page: 'two' });
    await shows(pod, 'two');
    return 'the commit that the new address had arrived';
  },

  'clock-jump': async (scene) => {
    const { pod, repository } = await running(scene, { period: '1s' }, { clock: true });
    for (const seconds of [86_400, -86_400]) {
      pod.clock?.jump(seconds);
      repository.commit({ page: `after ${seconds}` });
      await shows(pod, `after ${seconds}`);
    }
    await repository.goAway();
    await pod.untilLogged('"seconds":', 60);
    pod.clock?.jump(86_400);
    await sleep(16_000);
    const ages = [...pod.log.matchAll(/"seconds":(-?\d+)/g)].map(([, age]) => Number(age));
    expect(Math.min(...ages)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...ages)).toBeLessThan(120);
    return `commits arrived after a day forth and back; beside a jump, the log told ${ages.join(' and ')} s`;
  },
});

const withSecret = { secret: 'login' };
const password = (text: string): PodOptions => ({ contents: { login: { username: 'me', password: text } } });

/** A pod that follows a repository with one page. Neither the pod nor its server runs yet. */
async function make(
  scene: Scene,
  settings: Settings,
  options: PodOptions = {},
  bytesPerSecond?: number,
  credentials?: string,
) {
  const [port = ''] = await freePorts(1);
  const repository = makeRepository(scene, Number(port), credentials);
  const relay = bytesPerSecond === undefined ? undefined : await startRelay(scene, Number(port), bytesPerSecond);
  const repo = `http://127.0.0.1:${relay?.port ?? port}/site.git`;
  const pod = await scene.pod({ repo, ...settings }, options);
  repository.commit({ page: 'one' });
  return { pod, repository };
}

async function running(scene: Scene, settings: Settings, options?: PodOptions, credentials?: string) {
  const made = await make(scene, settings, options, undefined, credentials);
  await made.repository.serve();
  await made.pod.start();
  await shows(made.pod, 'one');
  return made;
}

/** A repository below a server that can go away. */
function makeRepository(scene: Scene, port: number, credentials?: string) {
  const upstream = new GitScene();
  scene.removeLater(() => upstream.remove());
  const bare = upstream.createRepository('site.git');
  git(bare, 'config', 'core.bare', 'true');
  let wanted = credentials;
  let goAway = async () => {};
  return {
    commit(entries: Record<string, string>) {
      upstream.commit(entries);
      git(upstream.upstream, 'push', '-q', bare, 'main');
    },
    setCredentials(next: string) {
      wanted = next;
    },
    async serve(at = port, address?: string) {
      const own = wanted === undefined ? {} : { credentials: () => wanted ?? '' };
      const server = createGitServer({ root: upstream.directory, ...own });
      await scene.listen(server, at, address);
      goAway = async () => {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      };
    },
    goAway: () => goAway(),
  };
}

const file = (pod: Pod, name: string) => join(pod.path('sidecar-git'), 'files', name);

const page = (pod: Pod) => readFileSync(file(pod, 'page'), 'utf8');

const shows = (pod: Pod, text: string) =>
  until('the page is there', async () => page(pod) === text || undefined, { seconds: 90, every: 50 }).catch(
    (error: Error) => {
      throw new Error(`${error.message}\n${pod.log.slice(-3000)}`);
    },
  );

/** Text that cannot be compressed. */
function noise(length: number): string {
  let text = '';
  while (text.length < length) text += Math.random().toString(36).slice(2);
  return text.slice(0, length);
}
