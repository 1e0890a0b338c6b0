// What the server knows of a real cluster: when it first knows it, how it gets over outages, and what it writes.
import { KubeConfig } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openApi } from '../../src/cluster/api.ts';
import { connect } from '../../src/cluster/connect.ts';
import { statusWriter } from '../../src/cluster/template-status.ts';
import { type ClusterView, watchCluster } from '../../src/cluster/watch-cluster.ts';
import type { TemplateObject } from '../../src/core/objects.ts';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import { defineTemplates, template } from './cluster-templates.ts';
import { createGate } from './gate.ts';
import { applied } from './setup.ts';

let cluster: ControlPlane;
beforeAll(async () => {
  cluster = await startControlPlane();
}, 900_000);
afterAll(() => cluster?.stop());

/** Milliseconds that a busy machine may add to a pause. */
const slow = 3000;

/** Follows the cluster, and keeps what it hears. */
function listen(kubeConfig: KubeConfig) {
  const views: ClusterView[] = [];
  const failures: { at: number; message: string }[] = [];
  const unknown: string[] = [];
  const { stop } = watchCluster(kubeConfig, openApi(kubeConfig), {
    changed: (view) => void views.push(view),
    failed: (message) => void failures.push({ at: performance.now(), message }),
    unknown: (kind) => void unknown.push(kind),
    observed: () => undefined,
  });
  /** Milliseconds between the failures of the list of namespaces, from the one with this index on. */
  const gaps = (from = 0) => {
    const times = failures.filter(({ message }) => message.startsWith('/api/v1/namespaces: ')).map(({ at }) => at);
    return times.slice(from + 1).map((time, i) => time - (times[from + i] ?? 0));
  };
  return { views, failures, unknown, gaps, stop };
}

function configOf({ kubeconfig }: ControlPlane): KubeConfig {
  const kubeConfig = connect(kubeconfig);
  if ('problem' in kubeConfig) throw new Error(kubeConfig.problem);
  return kubeConfig;
}

const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 120_000, interval: 50 });
const namesIn = (view: ClusterView | undefined) => view?.templates.map(({ metadata }) => metadata.name).sort();

const namespacesIn = (view: ClusterView | undefined) => view?.namespaces.map(({ name }) => name);
const namespace = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

describe('a cluster that is followed', () => {
  it('is known without templates while their kinds are not defined, and with them soon after they are', async () => {
    const { views, failures, unknown, stop } = listen(configOf(cluster));
    await until(() => expect(views.length).toBeGreaterThan(0));
    expect(failures).toEqual([]);
    expect(views[0]?.templates).toEqual([]);
    expect(views[0]?.namespaces.map(({ name }) => name)).toContain('default');
    await defineTemplates(cluster);
    await applied(cluster, template('early'));
    await until(() => expect(namesIn(views.at(-1))).toEqual(['early']));
    expect(unknown.sort(), 'each is said once').toEqual([
      ...['ClusterSidecarTemplate', 'SidecarPolicy', 'SidecarTemplate'],
    ]);
    expect(await cluster.kubectl(['delete', 'clustersidecartemplate', 'early'])).toMatchObject({ code: 0 });
    stop();
  });

  it('is known with every change: namespaces with annotations and labels, templates of both kinds', async () => {
    const { views, failures, stop } = listen(configOf(cluster));
    const shop = {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'shop', annotations: { a: 'b' }, labels: { team: 'c' } },
    };
    await applied(cluster, shop, template('shared'));
    await applied(cluster, template('own', {}, 'shop'));
    await until(() => expect(namesIn(views.at(-1))).toEqual(['own', 'shared']));
    await until(() =>
      expect(views.at(-1)?.namespaces.find(({ name }) => name === 'shop')).toMatchObject({
        annotations: { a: 'b' },
        labels: { team: 'c', 'kubernetes.io/metadata.name': 'shop' },
      }),
    );
    await applied(cluster, template('shared', { summary: 'Says something else.' }));
    await until(() =>
      expect(views.at(-1)?.templates.find(({ metadata }) => metadata.name === 'shared')).toMatchObject({
        metadata: { generation: 2 },
        spec: { summary: 'Says something else.' },
      }),
    );
    expect(await cluster.kubectl(['delete', 'sidecartemplate', 'own', '-n', 'shop'])).toMatchObject({ code: 0 });
    await until(() => expect(namesIn(views.at(-1))).toEqual(['shared']));
    expect(failures).toEqual([]);
    stop();
    const heard = views.length;
    await applied(cluster, template('late'));
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(views).toHaveLength(heard);
  });

  it('that cannot be reached is tried again after twice as long each time, and soon again after the next outage', {
    timeout: 300_000,
  }, async () => {
    const { through, open, close } = await createGate(cluster.url);
    const kubeConfig = new KubeConfig();
    kubeConfig.loadFromString(through(cluster.adminKubeConfigText));
    const { views, gaps, stop } = listen(kubeConfig);
    await until(() => expect(gaps().length).toBeGreaterThanOrEqual(4));
    for (const [i, gap] of gaps().slice(0, 4).entries()) {
      expect(gap).toBeGreaterThan(500 * 2 ** i - 20);
      expect(gap).toBeLessThan(500 * 2 ** i + slow);
    }
    expect(views).toEqual([]);

    await open();
    await until(() => expect(views.length).toBeGreaterThan(0));
    // Twice: the second time the watch resumes without a list, and what it hears shows that the outage is over.
    for (let time = 1; time <= 2; time++) {
      await applied(cluster, namespace(`before-${time}`));
      await until(() => expect(namespacesIn(views.at(-1))).toContain(`before-${time}`));
      const known = gaps().length;
      close();
      await until(() => expect(gaps().length).toBeGreaterThanOrEqual(known + 3));
      const [, first = 0, second = 0] = gaps(known);
      // A pause that went on doubling would be of 4 s at least.
      expect(first).toBeLessThan(500 + slow);
      expect(second).toBeGreaterThan(1000 - 20);
      await applied(cluster, namespace(`during-${time}`));
      expect(namespacesIn(views.at(-1)), 'what was last known stays').toContain(`before-${time}`);
      await open();
      await until(() => expect(namespacesIn(views.at(-1))).toContain(`during-${time}`));
    }
    stop();
    close();
  });
});

describe('the status of a template', () => {
  const stored = async (
    name: string,
    namespace?: string,
  ): Promise<TemplateObject & { metadata: { resourceVersion: string } }> => {
    const kind = namespace === undefined ? [] : ['-n', namespace];
    const resource = namespace === undefined ? 'clustersidecartemplate' : 'sidecartemplate';
    const { stdout } = await cluster.kubectl(['get', resource, name, ...kind, '-o', 'json']);
    return JSON.parse(stdout);
  };

  it.each([undefined, 'shop'])('is written once for each generation and message: namespace %s', async (namespace) => {
    const write = statusWriter(openApi(configOf(cluster)));
    await applied(cluster, template('judged', {}, namespace));
    const read = () => stored('judged', namespace);
    const fine = { ready: true, message: 'The template is in use.' };
    expect(await write(await read(), fine)).toBe(true);
    const first = await read();
    const time = first.status?.conditions?.[0]?.lastTransitionTime;
    const condition = { type: 'Ready', status: 'True', reason: 'InUse', message: fine.message, observedGeneration: 1 };
    expect(first.status).toEqual({ observedGeneration: 1, conditions: [{ ...condition, lastTransitionTime: time }] });
    expect(Date.now() - Date.parse(time ?? '')).toBeLessThan(600_000);

    expect(await write(first, fine)).toBe(true);
    expect((await read()).metadata.resourceVersion, 'the same status again stores nothing').toBe(
      first.metadata.resourceVersion,
    );

    await applied(cluster, template('judged', { summary: 'New.' }, namespace));
    expect(await write(await read(), fine)).toBe(true);
    expect((await read()).status).toEqual({
      observedGeneration: 2,
      conditions: [{ ...condition, observedGeneration: 2, lastTransitionTime: time }],
    });

    await new Promise((resolve) => setTimeout(resolve, 1100)); // times have seconds
    const refused = { ready: false, message: 'spec.image: is missing' };
    expect(await write(await read(), refused)).toBe(true);
    const last = await read();
    expect(last.status?.conditions).toEqual([
      {
        ...{ ...condition, status: 'False', reason: 'Refused', message: refused.message, observedGeneration: 2 },
        lastTransitionTime: expect.not.stringMatching(time ?? ''),
      },
    ]);
    expect(await write(last, { ...refused, message: 'spec.image: is empty' })).toBe(true);
    expect(await write(last, fine), 'of an object that has changed since').toBe(false);
    expect((await read()).status?.conditions?.[0]?.message).toBe('spec.image: is empty');
  });

  it('of a template that is gone is not written', async () => {
    const gone = { ...template('gone'), metadata: { name: 'gone', generation: 1 } };
    expect(await statusWriter(openApi(configOf(cluster)))(gone, { ready: true, message: 'x' })).toBe(false);
  });
});

describe('the way to the cluster', () => {
  it.each([
    [
      '/no/such/kubeconfig',
      /^The cluster "\/no\/such\/kubeconfig" cannot be used: .*Write in-cluster, or the path of a kubeconfig\.$/,
    ],
    ['in-cluster', /^The cluster "in-cluster" cannot be used: this program does not run in a pod\. Write/],
  ])('%s is refused with what to write instead', (way, message) => {
    expect(connect(way)).toEqual({ problem: expect.stringMatching(message) });
  });
});
