// The real API server calls again: templates that read the pod, and a replica that would choose the other form.
import { readFileSync } from 'node:fs';
import type { Server } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWebhook, type Webhook } from '../../demo/webhook.ts';
import { startWithTemplates, template, type WithTemplates } from './cluster-templates.ts';
import { applied, created, register, type StoredPod, startOtherWebhook } from './setup.ts';

let place: WithTemplates;
let classic: Webhook;
let mesh: Server;
beforeAll(async () => {
  place = await startWithTemplates();
  classic = await startWebhook(['--cluster', place.cluster.kubeconfig, '--native', 'false']);
  await register(place.cluster, 'y-sidecar-injector', classic.url, readFileSync(classic.ca, 'utf8'));
  mesh = await startOtherWebhook(place.cluster, 'z-mesh', ({ spec }: StoredPod) => {
    if (spec.containers[0]?.name === 'mesh') return [];
    const container = { op: 'add', path: '/spec/containers/0', value: { name: 'mesh', image: 'mesh' } };
    return [container, { op: 'add', path: '/metadata/labels', value: { mesh: 'on' } }];
  });
  const args = ['${ pod.containers.map(c, c.name).join() }', '${ string(size(pod.metadata.labels)) }'];
  const reader = {
    parameters: [{ name: 'app', type: 'string', default: "${ ['one'][pod.containers.size() - 1] }", description: 'x' }],
    containers: [{ name: '${ instance.id }', args, $once: { args: ['--once'] } }],
    env: [{ name: 'APP', value: '${ params.app }' }],
  };
  await applied(place.cluster, template('reader', reader));
}, 900_000);
afterAll(async () => {
  mesh?.close();
  await classic?.stop();
  await place?.stop();
});

const pod = (name: string, annotations: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, annotations },
  spec: { containers: [{ name: 'web', image: 'web' }] },
});

/** Both servers have to have seen the template. */
async function accepted(name: string, annotations: Record<string, string>): Promise<StoredPod> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const stdin = JSON.stringify(pod(name, annotations));
    const { code } = await place.cluster.kubectl(['create', '--dry-run=server', '-f', '-'], { stdin });
    if (code === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return created(place.cluster, pod(name, annotations));
}

describe('a pod that is changed between two calls', () => {
  it('keeps a sidecar that has read it as it was', { timeout: 60_000 }, async () => {
    const { spec } = await accepted('read', { 'sidecar.io/reader': 'true' });
    expect(spec.containers.map(({ name }) => name)).toEqual(['mesh', 'web']);
    expect(spec.initContainers).toMatchObject([{ name: 'sidecar-reader', args: ['web', '0'] }]);
    expect(spec.containers.map(({ env }) => env)).toEqual([undefined, [{ name: 'APP', value: 'one' }]]);
  });

  it('keeps the form of its sidecars, when a replica is asked that would choose the other', async () => {
    const { metadata, spec } = await accepted('formed', { 'sidecar.io/git-repo': 'https://h/r.git' });
    expect(spec.initContainers?.map(({ name, restartPolicy }) => [name, restartPolicy])).toEqual([
      ['sidecar-git', 'Always'],
    ]);
    expect(spec.containers.map(({ name }) => name)).toEqual(['mesh', 'web']);
    const status = JSON.parse(metadata.annotations?.['sidecar.io/status'] ?? '{}');
    expect(status.sidecars).toMatchObject([{ name: 'git', native: true, containers: ['sidecar-git'] }]);
  });
});
