// How a list of the API server is followed: page by page, and anew when the API server no longer has the changes.
import { setTimeout } from 'node:timers/promises';
import type { KubeConfig } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Api, type ApiAnswer, openApi } from '../../src/cluster/api.ts';
import { connect } from '../../src/cluster/connect.ts';
import { follow } from '../../src/cluster/follow.ts';
import type { Resource } from '../../src/cluster/resource.ts';
import { createSend } from '../../src/cluster/send.ts';
import { watchEvents } from '../../src/cluster/watch.ts';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import { applied } from './setup.ts';

let cluster: ControlPlane;
beforeAll(async () => {
  // Without its memory of changes, the API server loses them when etcd does: late enough for a list to be read in
  // pages. It ends a watch after one to two seconds, and sends no bookmarks.
  const extraApiServerArgs = ['--watch-cache=false', '--etcd-compaction-interval=5s', '--min-request-timeout=1'];
  cluster = await startControlPlane({ extraApiServerArgs });
}, 900_000);
afterAll(() => cluster?.stop());

const path = '/api/v1/namespaces';
const namespace = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

function configOf({ kubeconfig }: ControlPlane): KubeConfig {
  const kubeConfig = connect(kubeconfig);
  if ('problem' in kubeConfig) throw new Error(kubeConfig.problem);
  return kubeConfig;
}

/** Follows namespaces; `change` sees each answer of a list. */
function followed(change: (answer: ApiAnswer, query: string) => ApiAnswer) {
  const kubeConfig = configOf(cluster);
  const direct = openApi(kubeConfig);
  const api: Api = async (request) => change(await direct(request), request.path.replace(path, ''));
  const failures: string[] = [];
  const watches: number[] = [];
  let known: readonly (string | undefined)[] = [];
  const { stop } = follow<Resource>(
    { kubeConfig, api, path },
    {
      changed: (objects) => {
        known = objects.map(({ metadata }) => metadata?.name);
      },
      failed: (message) => void failures.push(message),
      unknown: () => void failures.push('unknown'),
      observed: (what) => void (what === 'watch' && watches.push(performance.now())),
    },
  );
  return { known: () => known, failures, watches, stop };
}

const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 60_000, interval: 50 });

describe('a list of the API server', () => {
  it('is read in pages, and is known when the last one is there', { timeout: 120_000 }, async () => {
    const names = Array.from({ length: 600 }, (_, i) => `page-${i}`);
    await applied(cluster, ...names.map(namespace));
    const queries: string[] = [];
    const { known, failures, stop } = followed((answer, query) => {
      queries.push(query);
      return answer;
    });
    await until(() => expect(known().length).toBeGreaterThan(0));
    expect(known()).toEqual(expect.arrayContaining(names));
    expect(queries[0]).toBe('?limit=250');
    expect(queries.slice(1)).toEqual([1, 2].map(() => expect.stringMatching(/^\?limit=250&continue=./)));
    expect(failures).toEqual([]);
    stop();
  });

  it('is read anew when the API server no longer has the changes since then', { timeout: 300_000 }, async () => {
    const first = { path: `${path}?watch=true&resourceVersion=1&timeoutSeconds=1` };
    const lost = { type: 'ERROR', object: { code: 410 } };
    await until(async () => expect(await openApi(configOf(cluster))(first)).toMatchObject({ body: lost }));
    let lists = 0;
    const { known, failures, stop } = followed((answer) => {
      lists += 1;
      if (lists > 1) return answer;
      const { metadata, ...rest } = answer.body as { readonly metadata: object }; // a list
      return { ...answer, body: { ...rest, metadata: { ...metadata, resourceVersion: '1', continue: '' } } };
    });
    await until(() => expect(lists).toBeGreaterThan(1));
    await applied(cluster, namespace('later'));
    await until(() => expect(known()).toContain('later'));
    expect(failures).toEqual([]);
    stop();
  });

  it('that may not be read is tried again, and the message says why', async () => {
    const { known, failures, stop } = followed(() => ({ status: 403, body: { message: 'namespaces is forbidden' } }));
    await until(() => expect(failures.length).toBeGreaterThan(1));
    expect(new Set(failures)).toEqual(new Set([`${path}: 403: namespaces is forbidden`]));
    expect(known()).toEqual([]);
    stop();
  });

  it('is watched again at once when a watch ends without an event', { timeout: 120_000 }, async () => {
    const { failures, watches, stop } = followed((answer) => answer);
    await until(() => expect(watches.length).toBeGreaterThan(5));
    // Five watches of two seconds, and half a second after each.
    expect((watches[5] ?? 0) - (watches[0] ?? 0)).toBeLessThan(15_000);
    expect(failures).toEqual([]);
    stop();
  });
});

describe('a watch', () => {
  /** What it brings of a quiet namespace in which `name` is made after two seconds, and the milliseconds it took. */
  async function watched(name: string, within: { readonly answer: number; readonly event: number }) {
    const send = createSend(configOf(cluster));
    const list = await openApi(configOf(cluster))({ path });
    const { resourceVersion: version } = (list.body as { metadata: { resourceVersion: string } }).metadata; // a list
    const selected = { fieldSelector: `metadata.name=${name}`, timeoutSeconds: '5' };
    const start = performance.now();
    const made = setTimeout(2000).then(() => applied(cluster, namespace(name)));
    const names: (string | undefined)[] = [];
    const stopped = new AbortController().signal;
    for await (const event of watchEvents<Resource>(send, { path, selected, version, stopped, within }))
      names.push(event.type === 'ERROR' ? event.object.message : event.object.metadata?.name);
    const took = performance.now() - start;
    await made;
    return { names, took };
  }

  it('stays when nothing happens for longer than the API server has to answer', { timeout: 60_000 }, async () => {
    const { names } = await watched('quiet', { answer: 1000, event: 10_000 });
    expect(names).toEqual(['quiet']);
  });

  it('counts as lost when nothing has come for too long', { timeout: 60_000 }, async () => {
    const { names, took } = await watched('silent', { answer: 10_000, event: 1000 });
    expect(names).toEqual([]);
    expect(took).toBeLessThan(2000);
  });
});
