// What kubectl says when a template is deleted that pods, or namespaces, use.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Daemon } from '../cluster/daemon.ts';
import { type Charted, startCharted, startControllers } from './chart.ts';
import { template } from './cluster-templates.ts';
import { applied, created, untilAsked } from './setup.ts';

let charted: Charted;
let controllers: Daemon;
beforeAll(async () => {
  charted = await startCharted({ settings: ['templateUsers.enabled=true'], webhookFlags: ['--template-users=true'] });
  controllers = await startControllers(charted.cluster);
  await untilAsked(charted.cluster, (stored) => stored.includes('sidecar-topz'));
}, 900_000);
afterAll(async () => {
  await controllers?.stop();
  await charted?.stop();
});

const pod = (annotations: object) => ({
  metadata: { labels: { app: 'web' }, annotations },
  spec: { containers: [{ name: 'app', image: 'app' }] },
});
const deployment = (name: string, replicas: number, annotations: object) => ({
  ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name } },
  spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: pod(annotations) },
});
const asks = (sidecar: string) => ({ [`sidecar.io/${sidecar}`]: 'true' });

const remove = (...words: string[]) => charted.cluster.kubectl(['delete', ...words]);
const withSidecar = async (sidecar: string) =>
  (await charted.cluster.kubectl(['get', 'pods', '-A', '-o', 'json'])).stdout.split(`"sidecar-${sidecar}"`).length - 1;

describe('a template that is deleted', () => {
  it('names the owners of the pods that have its sidecar, also in a dry run', async () => {
    await applied(charted.cluster, template('hello'), template('unused'));
    await expect
      .poll(
        async () => (await charted.cluster.kubectl(['get', 'clustersidecartemplate', 'hello', '-o', 'json'])).stdout,
        { timeout: 60_000 },
      )
      .toContain('"True"');
    await applied(charted.cluster, deployment('web', 3, asks('hello')));
    await created(charted.cluster, {
      ...pod(asks('hello')),
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'one', annotations: asks('hello') },
    });
    await expect.poll(() => withSidecar('hello'), { timeout: 60_000 }).toBeGreaterThanOrEqual(4);
    const said = 'Warning: 4 pods have the sidecar hello: Deployment default/web, Pod default/one.';
    const dry = await remove('clustersidecartemplate', 'hello', '--dry-run=server');
    expect(dry).toMatchObject({ code: 0, stderr: expect.stringContaining(said) });
    const { code, stderr } = await remove('clustersidecartemplate', 'hello');
    expect(stderr).toContain(said);
    expect(stderr).toContain('Warning: They keep it. New pods that ask for hello are refused, unless another');
    expect(code).toBe(0);
    expect(await remove('clustersidecartemplate', 'unused')).toMatchObject({ code: 0, stderr: '' });
  });

  it('that cannot be looked for is deleted, and the reason is a warning', async () => {
    await applied(charted.cluster, template('unseen'));
    const rules = {
      op: 'replace',
      path: '/rules',
      value: [{ apiGroups: ['sidecar.io'], resources: ['*'], verbs: ['list', 'watch'] }],
    };
    await charted.cluster.kubectl([
      'patch',
      'clusterrole',
      'sidecar-injector',
      '--type=json',
      '-p',
      JSON.stringify([rules]),
    ]);
    await expect
      .poll(async () => (await remove('clustersidecartemplate', 'unseen', '--dry-run=server')).stderr, {
        timeout: 60_000,
        interval: 1000,
      })
      .toMatch(/^Warning: The pods that have the sidecar unseen could not be listed: 403: pods is forbidden/);
    expect(await remove('clustersidecartemplate', 'unseen')).toMatchObject({ code: 0 });
  });
});
