// Native sidecars and init containers of the app as targets, on a real API server.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { created, type Registered, type StoredPod, startRegistered } from './setup.ts';

let registered: Registered;
beforeAll(async () => {
  registered = await startRegistered();
}, 900_000);
afterAll(() => registered?.stop());

const pod = (name: string, annotations: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, annotations: { 'sidecar.io/git-repo': 'https://git.example.com/a.git', ...annotations } },
  spec: {
    containers: [{ name: 'web', image: 'web' }],
    initContainers: [
      { name: 'first', image: 'first' },
      { name: 'proxy', image: 'proxy', restartPolicy: 'Always' },
      { name: 'setup', image: 'setup' },
    ],
  },
});

const mounting = ({ spec }: StoredPod) =>
  [...spec.containers, ...(spec.initContainers ?? [])]
    .filter(({ volumeMounts }) => JSON.stringify(volumeMounts ?? []).includes('"subPath":"files"'))
    .map(({ name }) => name);

describe('a real pod', () => {
  it.each([
    ['native', 'proxy', ['proxy'], ['first', 'sidecar-git', 'proxy', 'setup']],
    ['all', '*', ['web', 'proxy'], ['first', 'proxy', 'setup', 'sidecar-git']],
    ['ordinary', 'web,setup', ['web', 'setup'], ['first', 'proxy', 'sidecar-git', 'setup']],
  ])('is stored with the files of git where it asks for them: %s', async (name, container, targets, order) => {
    const stored = await created(registered.cluster, pod(name, { 'sidecar.io/git-container': container }));
    expect(mounting(stored)).toEqual(targets);
    expect(stored.spec.initContainers?.map((each) => each.name)).toEqual(order);
  });

  it('is refused when its init container needs a sidecar that is not native', async () => {
    const annotations = { 'sidecar.io/git-container': 'setup', 'sidecar.io/git-native': 'false' };
    const { code, stderr } = await registered.cluster.kubectl(['create', '-f', '-'], {
      stdin: JSON.stringify(pod('late', annotations)),
    });
    expect(code).toBe(1);
    expect(stderr).toContain('setup is an init container, and a sidecar that is not native starts after it.');
    expect(stderr).toContain('Remove sidecar.io/git-native');
  });
});
