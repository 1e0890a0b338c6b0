// A namespace of its own for each test, which enforces Pod Security "restricted".
import type { Target } from '../target.ts';

const labels = {
  'sidecar-injector-e2e': 'true',
  'pod-security.kubernetes.io/enforce': 'restricted',
  'pod-security.kubernetes.io/enforce-version': 'latest',
};

/**
 * Creates the namespace, and waits for the service account without which no pod is taken. Its name also says which
 * webhook is asked (see outside-webhook.ts). One that is on its way out, after tests that failed, goes first.
 */
export async function createNamespace(target: Target, name: string): Promise<void> {
  const leaving = ['get', 'namespace', name, '--ignore-not-found', '-o', 'jsonpath={.metadata.deletionTimestamp}'];
  if ((await target.kubectl(leaving)) !== '')
    await target.kubectl(['wait', '--for=delete', `namespace/${name}`, '--timeout=300s']);
  await target.apply('default', { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
  await target.kubectl(['wait', '-n', name, '--for=create', 'serviceaccount/default', '--timeout=180s']);
}

/** Does `work` in a new namespace. When that fails, the message tells what had become of the pods. */
export async function inNamespace(
  target: Target,
  name: string,
  work: (namespace: string) => Promise<void>,
): Promise<void> {
  await createNamespace(target, name);
  try {
    await work(name);
  } catch (error) {
    const { message } = error as Error;
    throw new Error(`${message}\n\n${await diagnosis(target, name)}`, { cause: error });
  } finally {
    await target.run(['delete', 'namespace', name, '--wait=false']);
  }
}

/** Pods, events and the ends of the logs. */
async function diagnosis(target: Target, namespace: string): Promise<string> {
  const tell = async (...args: string[]) => (await target.run([...args, '-n', namespace])).stdout;
  const pods = (await tell('get', 'pods', '-o', 'name')).split('\n').filter(Boolean);
  const logs = pods.map((pod) => tell('logs', pod, '--all-containers', '--prefix', '--tail=15'));
  const events = 'custom-columns=KIND:.involvedObject.kind,REASON:.reason,MESSAGE:.message';
  const parts = [
    tell('get', 'pods', '-o', 'wide'),
    tell('get', 'events', '--sort-by=.lastTimestamp', '-o', events),
    ...logs,
  ];
  return (await Promise.all(parts)).join('\n');
}
