// The sessions of the docs that need a cluster are what the commands print, on a real API server with its controllers.
// Nothing runs the pods. `npm test -- test/api-server/recorded -u` writes the sessions into the pages.
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startWebhook } from '../../demo/webhook.ts';
import { lasting } from '../../tools/sessions/lasting.ts';
import { marks, recorded } from '../../tools/sessions/sessions.ts';
import { openShell, type Shell } from '../../tools/sessions/shell.ts';
import { ensureBinaries } from '../cluster/binaries.ts';
import type { ControlPlane } from '../cluster/control-plane.ts';
import type { Daemon } from '../cluster/daemon.ts';
import { type Charted, registrationFlags, release, startCharted, startControllers } from './chart.ts';
import { until } from './explained.ts';
import { addInstallation, installation } from './installed.ts';
import { applied, untilAsked } from './setup.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const object = (file: string) => parse(read(`docs/sessions/${file}.yaml`));
const deployment = (name: string, replicas: number) => {
  const { metadata, spec, ...web } = object('web');
  return { ...web, metadata: { ...metadata, name }, spec: { ...spec, replicas } };
};
/** As many pods as there are. */
const quota = {
  ...{ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'few', namespace: 'shop' } },
  spec: { hard: { pods: '5' } },
};

/** Says of the pods of the injector what a kubelet would, and whether their Deployment has noticed. */
async function replicasAreReady({ kubectl }: ControlPlane): Promise<boolean> {
  const inRelease = ['-n', release];
  const { stdout } = await kubectl(['get', 'pods', ...inRelease, '-o', 'name']);
  const status = JSON.stringify({ status: { conditions: [{ type: 'Ready', status: 'True' }] } });
  for (const pod of stdout.split('\n').filter(Boolean))
    await kubectl(['patch', pod, ...inRelease, '--subresource=status', '-p', status]);
  const ready = ['-o', 'jsonpath={.status.readyReplicas}'];
  return (await kubectl(['get', 'deployment', release, ...inRelease, ...ready])).stdout === '2';
}

let charted: Charted;
let controllers: Daemon;
let shell: Shell;
beforeAll(async () => {
  charted = await startCharted({
    ...{ settings: installation.settings },
    async start(kubeconfig, cluster) {
      controllers = await startControllers(cluster, ['deployment', 'replicaset', 'resourcequota']);
      // They are older than the injector.
      await applied(
        cluster,
        object('namespace'),
        deployment('web', 3),
        deployment('worker', 1),
        object('plain'),
        quota,
      );
      const used = ['get', 'quota', 'few', '-n', 'shop', '-o', 'jsonpath={.status.used.pods}'];
      await until(async () => (await cluster.kubectl(used)).stdout === '5', 'the quota is used up');
      await sleep(1100); // times of the API server have no fractions
      const flags = (origin: string) => [...registrationFlags(origin), ...installation.webhookFlags];
      return startWebhook((origin) => ['--cluster', kubeconfig, ...flags(origin)]);
    },
  });
  const { cluster, webhook } = charted;
  await addInstallation(cluster, webhook);
  await until(() => replicasAreReady(cluster), 'the replicas are ready');
  await untilAsked(cluster, (stored) => stored.includes('sidecar-topz'));
  const { kubectl } = await ensureBinaries(['kubectl']);
  shell = openShell({ PATH: dirname(kubectl), KUBECONFIG: cluster.kubeconfig });
}, 900_000);
afterAll(async () => {
  shell?.close();
  await controllers?.stop();
  await charted?.stop();
});

const pages = globSync(['*.md', 'docs/*.md'], { cwd: root }).filter((page) => read(page).includes(marks.cluster));

it('there are sessions', () => expect(pages.length).toBeGreaterThan(3));

// The rollout of docs/operating.md changes the cluster.
const ordered = pages.sort((a, b) => Number(a.includes('operating')) - Number(b.includes('operating')));

it.each(ordered)('%s', async (page) => {
  const text = await recorded(read(page), marks.cluster, async (command) => lasting(await shell.run(command)));
  await expect(text).toMatchFileSnapshot(join(root, page));
});
