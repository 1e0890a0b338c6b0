import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAlive } from './cache.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';

const podOf = (name: string) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { containers: [{ name: 'app', image: 'example.org/app:1' }] },
  });

describe('a control plane', () => {
  let cluster: ControlPlane;

  beforeAll(async () => {
    cluster = await startControlPlane();
  }, 900_000); // a first run may have to build the programs

  afterAll(() => cluster?.stop());

  it('is a Kubernetes 1.36', () => {
    expect(cluster.version).toMatch(/^v1\.36\.\d+$/);
  });

  it('takes a pod into a namespace made the moment before, with its service account’s token', async () => {
    expect(await cluster.kubectl(['create', 'namespace', 'shop'])).toMatchObject({ code: 0 });
    const created = await cluster.kubectl(['create', '-n', 'shop', '-f', '-', '-o', 'json'], { stdin: podOf('web') });
    expect(created).toMatchObject({ code: 0, stderr: '' });
    const pod = JSON.parse(created.stdout);
    expect(pod.status.phase).toBe('Pending');
    expect(pod.spec.volumes[0].name).toMatch(/^kube-api-access-/);
  });

  it('says what is wrong', async () => {
    const refused = await cluster.kubectl(['create', '-n', 'nowhere', '-f', '-'], { stdin: podOf('web') });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('namespaces "nowhere" not found');
  });

  it('records pods whole in its audit log', async () => {
    await cluster.kubectl(['create', '-n', 'default', '-f', '-'], { stdin: podOf('audited') });
    const events = cluster.auditEvents().filter(({ objectRef }) => objectRef?.name === 'audited');
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ verb: 'create', stage: 'ResponseComplete', responseStatus: { code: 201 } });
    expect(events[0]?.requestObject).toMatchObject({ kind: 'Pod', metadata: { name: 'audited' } });
  });

  it('leaves no process and no file', async () => {
    expect(cluster.pids.map(isAlive)).toEqual([true, true]);
    await cluster.stop();
    expect(cluster.pids.map(isAlive)).toEqual([false, false]);
    expect(existsSync(dirname(cluster.kubeconfig))).toBe(false);
  });

  it('shows the end of the log of the part that fails', async () => {
    await expect(startControlPlane({ extraApiServerArgs: ['--no-such-flag'] })).rejects.toThrow(
      /kube-apiserver ended with code 1\. The end of its log:[\s\S]*unknown flag: --no-such-flag/,
    );
  });
});
