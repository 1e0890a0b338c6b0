// The replicas of the installed chart, and what befalls them.
import { X509Certificate } from 'node:crypto';
import type { Target } from '../target.ts';
import { release } from './chart.ts';
import { isReady, type Pod } from './shapes.ts';
import { until } from './until.ts';

/** The replicas that are not on their way out. */
export async function injectors(target: Target): Promise<Pod[]> {
  const { items } = await target.get<{ items: Pod[] }>(
    ...['pods', '-n', release, '-l', 'app.kubernetes.io/name=sidecar-injector'],
  );
  return items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

/** Waits until there are two replicas, and both are ready. */
export async function untilBothReady(target: Target): Promise<void> {
  const look = async () => {
    const replicas = await injectors(target);
    return (replicas.length === 2 && replicas.every(isReady)) || undefined;
  };
  await until('both injectors are ready', look, { seconds: 300 });
}

/** Replaces all of them, and returns when the last new one is ready. */
export async function restartInjectors({ kubectl }: Target): Promise<void> {
  await kubectl(['rollout', 'restart', '-n', release, `deployment/${release}`]);
  await kubectl(['rollout', 'status', '-n', release, `deployment/${release}`, '--timeout=600s']);
}

/**
 * Evicts all replicas at once, as the drain of their node does, and asks again where the PodDisruptionBudget says no.
 * Gives how often it did.
 */
export async function evictInjectors(target: Target): Promise<number> {
  let held = 0;
  const evict = async ({ metadata: { name } }: Pod) => {
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: release } };
    const args = ['create', '--raw', `/api/v1/namespaces/${release}/pods/${name}/eviction`, '-f', '-'];
    const { code, stderr } = await target.run(args, { stdin: JSON.stringify(eviction) });
    if (code === 0) return true;
    if (!stderr.includes('disruption budget')) throw new Error(stderr);
    held++;
    return undefined;
  };
  const replicas = await injectors(target);
  await Promise.all(replicas.map((replica) => until('it is evicted', () => evict(replica), { seconds: 180 })));
  await untilBothReady(target);
  return held;
}

/** Drains the only node for half a minute, in which a new replica finds no node. Gives what kubectl reported. */
export async function drainNode(target: Target): Promise<string> {
  const node = (await target.kubectl(['get', 'nodes', '-o', 'name'])).trim();
  const ours = '--pod-selector=app.kubernetes.io/name=sidecar-injector';
  const { stderr } = await target.run(['drain', node, ours, '--timeout=30s']);
  await target.kubectl(['uncordon', node]);
  await untilBothReady(target);
  return stderr;
}

const configurations = ['mutatingwebhookconfiguration', 'validatingwebhookconfiguration'].map(
  (kind) => `${kind}/${release}`,
);
const secret = `secret/${release}-certificate`;

/** Deletes these objects, and waits until the injector has written all of them again. */
async function deleteAndWait(target: Target, names: readonly string[]): Promise<void> {
  const uid = async (name: string) => {
    return (await target.run(['get', name, '-n', release, '-o', 'jsonpath={.metadata.uid}'])).stdout;
  };
  const uids = () => Promise.all(names.map(uid));
  const before = await uids();
  await target.kubectl(['delete', '-n', release, ...names]);
  const written = async () => (await uids()).every((uid, i) => uid !== '' && uid !== before[i]) || undefined;
  await until(`${names.join()} are there again`, written, { seconds: 60, every: 50 });
}

export const deleteRegistration = (target: Target) => deleteAndWait(target, configurations);
export const deleteSecret = (target: Target) => deleteAndWait(target, [secret]);
export const deleteAll = (target: Target) => deleteAndWait(target, [secret, ...configurations]);

/** A field of the Secret, as text. */
async function field({ kubectl }: Target, key: 'tls.crt' | 'ca.key'): Promise<string> {
  const path = `jsonpath={.data.${key.replace('.', '\\.')}}`;
  return Buffer.from(await kubectl(['get', secret, '-n', release, '-o', path]), 'base64').toString();
}

/** Waits until the Secret has another certificate, and gives its serial number. */
export async function untilRenewed(target: Target): Promise<string> {
  const before = await field(target, 'tls.crt');
  const look = async () => {
    const now = await field(target, 'tls.crt');
    return now === before ? undefined : new X509Certificate(now).serialNumber;
  };
  return until('the certificate is renewed', look, { seconds: 120 });
}

/** Waits until the Secret has another CA and then another certificate, and gives the serial number of that. */
export async function untilRotated(target: Target): Promise<string> {
  const before = await field(target, 'ca.key');
  const look = async () => (await field(target, 'ca.key')) !== before || undefined;
  await until('there is another CA', look, { seconds: 180, every: 100 });
  return untilRenewed(target);
}
