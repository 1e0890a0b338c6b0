// The real API server calls again: templates that read the pod, and a replica that would choose the other form.
import { readFileSync } from 'node:fs';
import type { Server } from 'node:https';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
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
  const agent = {
    containers: [{ name: '${ instance.id }' }],
    env: [{ name: 'JAVA_TOOL_OPTIONS', value: '-javaagent:/a.jar', $ifSet: 'append' }],
  };
  await applied(place.cluster, template('reader', reader), template('agent', agent));
}, 900_000);
afterAll(async () => {
  mesh?.close();
  await classic?.stop();
  await place?.stop();
});

const pod = (name: string, annotations: Record<string, string>, env: readonly object[] = []) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, annotations },
  spec: { containers: [{ name: 'web', image: 'web', ...(env.length > 0 ? { env } : {}) }] },
});

/** Both servers have to have seen the template. */
async function accepted(...asked: Parameters<typeof pod>): Promise<StoredPod> {
  const stdin = JSON.stringify(pod(...asked));
  const tried = () => place.cluster.kubectl(['create', '--dry-run=server', '-f', '-'], { stdin });
  await vi.waitFor(async () => expect(await tried()).toMatchObject({ code: 0 }), { timeout: 60_000, interval: 100 });
  return created(place.cluster, pod(...asked));
}

describe('a pod that is changed between two calls', () => {
  it('keeps a sidecar that has read it as it was', { timeout: 120_000 }, async () => {
    const { spec } = await accepted('read', { 'sidecar.io/reader': 'true' });
    expect(spec.containers.map(({ name }) => name)).toEqual(['mesh', 'web']);
    expect(spec.initContainers).toMatchObject([{ name: 'sidecar-reader', args: ['web', '0'] }]);
    expect(spec.containers.map(({ env }) => env)).toEqual([undefined, [{ name: 'APP', value: 'one' }]]);
  });

  it('has a size once, however it is written', { timeout: 120_000 }, async () => {
    const asked = { 'sidecar.io/git-repo': 'https://git.example.com/a.git', 'sidecar.io/git-size': '1024Mi' };
    const { spec } = await accepted('sized', asked);
    expect(spec.containers.map(({ name }) => name)).toEqual(['mesh', 'web']);
    const volumes = spec.volumes?.filter(({ name }) => name === 'sidecar-git');
    expect(volumes).toEqual([{ name: 'sidecar-git', emptyDir: { sizeLimit: '1Gi' } }]);
  });

  it('has a value that a sidecar appends once, after that of the app', { timeout: 120_000 }, async () => {
    const own = { name: 'JAVA_TOOL_OPTIONS', value: '-Xmx1g' };
    const { spec } = await accepted('joined', { 'sidecar.io/agent': 'true' }, [own]);
    const joined = { name: 'JAVA_TOOL_OPTIONS', value: '$(JAVA_TOOL_OPTIONS) -javaagent:/a.jar' };
    expect(spec.containers.map(({ env }) => env)).toEqual([undefined, [own, joined]]);
    const stdin = JSON.stringify(pod('twice', {}, [own, joined]));
    const asked = (...words: string[]) => place.cluster.kubectl([...words, '--dry-run=server', '-f', '-'], { stdin });
    const plain = await asked('create');
    expect(plain).toMatchObject({ code: 0, stderr: '' });
    const serverSide = await asked('apply', '--server-side');
    expect(serverSide).toMatchObject({ code: 1, stderr: expect.stringContaining('duplicate entries for key') });
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
