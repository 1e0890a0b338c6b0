import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExamplePod, examplePods } from '../../demo/pods.ts';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { inject } from '../../src/engine/inject.ts';
import { builtInState } from '../engine/state.ts';
import { apply } from '../laws/weave.ts';
import { differences } from './foresight.ts';
import { injectOffline } from './offline.ts';
import { applied, created, type Registered, type StoredPod, startRegistered } from './setup.ts';

const cases = examplePods().map((example, i) => ({
  ...example,
  name: `${example.file} (${i + 1})`,
  podName: `example-${i + 1}`,
}));

/** The pod of an example under a name of its own, as a user would create it. */
function named({ pod }: ExamplePod, name: string): JsonObject {
  const { generateName: _, ...metadata } = pod.metadata as JsonObject;
  return { ...pod, metadata: { ...metadata, name } as Json };
}

const podSecurity = (level: string) => ({
  'pod-security.kubernetes.io/enforce': level,
  'pod-security.kubernetes.io/enforce-version': 'latest',
});

describe('the examples on a real API server', () => {
  let registered: Registered;
  beforeAll(async () => {
    registered = await startRegistered();
    for (const name of ['shop', 'strict', 'files']) {
      const labels = name === 'strict' ? podSecurity('restricted') : {};
      await applied(registered.cluster, { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
    }
  }, 900_000);
  afterAll(() => registered?.stop());

  it.each(cases)('$name is stored as the engine foresaw it', async (example) => {
    const pod = named(example, example.podName);
    const stored = await created(registered.cluster, pod, '-n', 'shop');
    const outcome = inject({ pod, namespace: 'shop' }, builtInState);
    if (outcome.kind !== 'Injected') throw new Error(`not injected: ${JSON.stringify(outcome)}`);
    expect(differences(apply(outcome.patch, pod), stored as unknown as Json)).toEqual([]);
    const sidecars = stored.spec.initContainers?.map(({ name }) => name);
    expect(sidecars).toEqual(outcome.sidecars.flatMap(({ containers }) => containers));
  });

  it.each(cases)('$name is accepted where Pod Security restricted is enforced', async (example) => {
    await created(registered.cluster, named(example, example.podName), '-n', 'strict');
  });

  it.each(cases)('$name can be applied server-side without being stored', async (example) => {
    const stdin = JSON.stringify(named(example, `${example.podName}-dry`));
    const flags = ['apply', '--server-side', '--dry-run=server', '-n', 'shop', '-o', 'json', '-f', '-'];
    const result = await registered.cluster.kubectl(flags, { stdin });
    expect(result).toMatchObject({ code: 0 });
    expect((JSON.parse(result.stdout) as StoredPod).metadata.annotations).toHaveProperty(['sidecar.io/status']);
    const { code } = await registered.cluster.kubectl(['get', 'pod', '-n', 'shop', `${example.podName}-dry`]);
    expect(code, 'a dry run stores nothing').toBe(1);
  });

  it.each(cases)('$name applied a second time changes nothing', async (example) => {
    const pod = named(example, `${example.podName}-again`);
    await applied(registered.cluster, { ...pod, metadata: { ...(pod.metadata as JsonObject), namespace: 'shop' } });
    const before = await stored(`${example.podName}-again`);
    await applied(registered.cluster, { ...pod, metadata: { ...(pod.metadata as JsonObject), namespace: 'shop' } });
    expect((await stored(`${example.podName}-again`)).metadata).toMatchObject({
      uid: before.metadata.uid,
      resourceVersion: before.metadata.resourceVersion,
    });
  });

  it.each(cases)('$name comes out of both doors alike: kubectl diff is empty', async (example) => {
    const pod = named(example, example.podName);
    const { code, stdout, stderr } = await injectOffline(JSON.stringify(pod));
    expect(stderr).not.toContain('refused');
    expect(code).toBe(0);
    const diff = await registered.cluster.kubectl(['diff', '-n', 'shop', '-f', '-'], { stdin: stdout });
    expect(diff).toMatchObject({ code: 0, stdout: '' });
  });

  it.each([...new Set(cases.map(({ file }) => file))])(
    'what the command line makes of %s is stored whole',
    async (file) => {
      const text = readFileSync(join(import.meta.dirname, '../../examples', file), 'utf8');
      const { stdout } = await injectOffline(text);
      const result = await registered.cluster.kubectl(['apply', '-n', 'files', '-f', '-'], { stdin: stdout });
      expect(result).toMatchObject({ code: 0, stderr: '' });
      const again = await registered.cluster.kubectl(['diff', '-n', 'files', '-f', '-'], { stdin: stdout });
      expect(again).toMatchObject({ code: 0, stdout: '' });
    },
  );

  async function stored(name: string): Promise<StoredPod> {
    const { stdout } = await registered.cluster.kubectl(['get', 'pod', name, '-n', 'shop', '-o', 'json']);
    return JSON.parse(stdout);
  }
});
