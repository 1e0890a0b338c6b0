// A Job whose pod has a git sidecar reads the content and ends: a native sidecar does not keep it running.
import { expect, it } from 'vitest';
import { appSpec } from '../pieces/app.ts';
import { createRepository } from '../pieces/git-server.ts';
import { inNamespace } from '../pieces/place.ts';
import { givenTarget } from '../target.ts';

const target = givenTarget();

const job = (annotations: Readonly<Record<string, string>>, script: string) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'report' },
  spec: {
    backoffLimit: 0,
    template: { metadata: { annotations }, spec: { ...appSpec(script), restartPolicy: 'Never' } },
  },
});

it('a Job with content from git completes, and its sidecar ends with it', () =>
  inNamespace(target, 'e2e-job', async (namespace) => {
    const repository = await createRepository(target, namespace);
    await repository.commit({ 'numbers.txt': '1\n2\n3\n' });
    const annotations = { 'sidecar.io/git-repo': repository.url, 'sidecar.io/git-period': '1s' };
    await target.apply(namespace, job(annotations, 'sleep 3; wc -l < /git/numbers.txt'));
    await target.kubectl(['wait', '-n', namespace, '--for=condition=Complete', 'job/report', '--timeout=300s']);
    expect(await target.kubectl(['logs', '-n', namespace, 'job/report', '-c', 'app'])).toBe('3\n');
    const phases = ['get', 'pods', '-n', namespace, '-o', 'jsonpath={.items[*].status.phase}'];
    expect(await target.kubectl(phases)).toBe('Succeeded');
  }));
