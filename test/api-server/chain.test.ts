import type { Server } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApi } from '../../src/cluster/api.ts';
import { hostileTexts } from '../laws/hostile.ts';
import { several } from '../problems/several.ts';
import { created, type Registered, type StoredPod, startOtherWebhook, startRegistered } from './setup.ts';

const pod = (name: string, annotations: Record<string, string>, spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, annotations },
  spec: {
    containers: [
      { name: 'web', image: 'nginx' },
      { name: 'second', image: 'nginx' },
    ],
    ...spec,
  },
});
const both = { 'sidecar.io/git-repo': 'https://git.example.com/a.git', 'sidecar.io/topz': 'true' };

/** What the audit log says that each call of our webhook did to the pod of that name. */
function ourCalls({ cluster }: Registered, name: string): { mutated: boolean; patched: boolean }[] {
  const event = cluster.auditEvents().find(({ objectRef, verb }) => objectRef?.name === name && verb === 'create');
  const annotations = event?.annotations ?? {};
  return Object.keys(annotations)
    .filter(
      (key) => key.startsWith('mutation.webhook.admission.k8s.io/') && annotations[key]?.includes('b-sidecar-injector'),
    )
    .sort()
    .map((key) => ({
      mutated: JSON.parse(annotations[key] ?? '{}').mutated,
      patched: key.replace('mutation.', 'patch.') in annotations,
    }));
}

describe('among other webhooks', () => {
  let registered: Registered;
  const others: Server[] = [];
  beforeAll(async () => {
    registered = await startRegistered();
  }, 900_000);
  afterAll(async () => {
    for (const other of others) other.close();
    await registered?.stop();
  });

  it('is called once for a pod that no other webhook changes', async () => {
    await created(registered.cluster, pod('alone', both));
    expect(ourCalls(registered, 'alone')).toEqual([{ mutated: true, patched: true }]);
  });

  it('leaves a pod alone that asks for nothing', async () => {
    const stored = await created(registered.cluster, pod('plain', { unrelated: 'x' }));
    expect(stored.spec.initContainers).toBeUndefined();
    expect(ourCalls(registered, 'plain')).toEqual([{ mutated: false, patched: false }]);
  });

  it('tells kubectl every problem of a pod at once', async () => {
    const { code, stderr } = await registered.cluster.kubectl(['create', '-f', '-'], {
      stdin: JSON.stringify(several.pod),
    });
    expect(code).toBe(1);
    for (const { message, fix } of several.problems) {
      expect(stderr).toContain(message);
      expect(stderr).toContain(fix);
    }
  });

  it('gives kubectl its warnings', async () => {
    const off = { 'sidecar.io/git': 'false', 'sidecar.io/git-repo': 'https://h/r' };
    const { stderr } = await registered.cluster.kubectl(['create', '-f', '-'], {
      stdin: JSON.stringify(pod('warned', off)),
    });
    expect(stderr).toContain(
      'Warning: metadata.annotations[\'sidecar.io/git-repo\'] has no effect: sidecar.io/git is "false"',
    );
  });

  it('never fails for what a user wrote: each hostile value is stored or refused with a message', async () => {
    const kubeConfig = new KubeConfig();
    kubeConfig.loadFromFile(registered.cluster.kubeconfig);
    const api = openApi(kubeConfig);
    for (const [i, text] of hostileTexts.entries()) {
      const body = pod(`hostile-${i}`, { ...both, 'sidecar.io/git-ref': text });
      const { status, body: answer } = await api({ method: 'POST', path: '/api/v1/namespaces/default/pods', body });
      const { message = '' } = answer as { readonly message?: string }; // a pod or a Status
      const refusal =
        /b-sidecar-injector\.example\.com" denied the request: [\s\S]*metadata\.annotations\['sidecar\.io\/git-ref'\]: /;
      if (status !== 201) expect(message.slice(0, 2000), text.slice(0, 80)).toMatch(refusal);
    }
    const failures = registered.cluster
      .auditEvents()
      .filter(({ objectRef, responseStatus }) => objectRef?.resource === 'pods' && (responseStatus?.code ?? 0) >= 500);
    expect(failures).toEqual([]);
  });

  it('adds nothing when it is called again after others changed the pod, its own containers too', async () => {
    const meddler = (name: string) => (stored: StoredPod) => {
      const { containers, initContainers = [] } = stored.spec;
      if (containers[0]?.name === name) return [];
      const mirror = initContainers.map((container, i) => ({
        op: 'replace',
        path: `/spec/initContainers/${i}/image`,
        value: `mirror.example.com/${String(container.image).split('/').at(-1)}`,
      }));
      const env = { op: 'add', path: '/spec/containers/0/env', value: [{ name: 'MESH', value: name }] };
      const first = { op: 'add', path: '/spec/containers/0', value: { name, image: 'mesh' } };
      const key = '/metadata/annotations/kubectl.kubernetes.io~1default-container';
      return [...mirror, env, first, { op: 'add', path: key, value: 'second' }];
    };
    others.push(
      await startOtherWebhook(registered.cluster, 'a-mesh', (stored) =>
        stored.spec.initContainers ? [] : meddler('mesh')(stored),
      ),
    );
    others.push(await startOtherWebhook(registered.cluster, 'c-mirror', meddler('proxy')));

    const stored = await created(registered.cluster, pod('chained', both));
    expect(ourCalls(registered, 'chained')).toEqual([
      { mutated: true, patched: true },
      { mutated: false, patched: false },
    ]);
    expect(stored.spec.initContainers?.map(({ name }) => name)).toEqual(['sidecar-git', 'sidecar-topz']);
    const mounted = stored.spec.containers.filter(({ volumeMounts }) =>
      JSON.stringify(volumeMounts).includes('sidecar-git'),
    );
    expect(mounted.map(({ name }) => name)).toHaveLength(1);
    expect(String(stored.spec.initContainers?.[0]?.image)).toMatch(/^mirror\.example\.com\//);
  });
});
