// A policy for namespaces of its own, so that the suites beside are not concerned.
import type { KubectlResult } from '../../cluster/kubectl.ts';
import type { Target } from '../target.ts';
import { appPod } from './app.ts';
import { tryCreate } from './dry-run.ts';
import { until } from './until.ts';

/** Namespaces with this label, and the name of the policy as its value. */
const label = 'sidecar-injector-e2e-policy';

/** Each pod has topz at this port, and none has git. */
export const lockedPort = 21999;
const spec = {
  action: 'Enforce',
  require: [{ sidecar: 'topz', settings: { port: `${lockedPort}` }, lock: ['port'] }],
  forbid: ['git'],
  exempt: [
    { podSelector: { matchLabels: { app: 'legacy' } }, until: '2099-12-31', reason: 'It moves.' },
    { podSelector: { matchLabels: { app: 'late' } }, until: '2026-01-31', reason: 'It has moved.' },
  ],
};

/** Applies the policy, and makes the namespace one of its own. Returns when the API server holds it. */
export async function enforcePolicy(target: Target, name: string, namespace: string): Promise<void> {
  await target.kubectl(['label', 'namespace', namespace, `${label}=${name}`]);
  const matching = { namespaceSelector: { matchLabels: { [label]: name } } };
  const policy = { apiVersion: 'sidecar.io/v1alpha1', kind: 'SidecarPolicy', metadata: { name } };
  await target.apply('default', { ...policy, spec: { ...matching, ...spec } });
  await target.kubectl(['wait', '--for=condition=Enforced', `sidecarpolicy/${name}`, '--timeout=180s']);
  // The API server uses a binding a moment after it is stored.
  await untilRefused(
    () => tryCreate(target, namespace, withContainer('sidecar-git')),
    `The policy ${name} forbids the sidecar of the container sidecar-git.`,
  );
}

/** Deletes the policy, and returns when nothing of it is left in the API server. */
export async function removePolicy(target: Target, name: string): Promise<void> {
  await target.kubectl(['delete', 'sidecarpolicy', name, '--ignore-not-found']);
  const kinds = 'podtemplates,validatingadmissionpolicybindings';
  const look = async () => {
    const left = await target.kubectl(['get', kinds, '-A', '-l', `sidecar.io/policy=${name}`, '-o', 'name']);
    return left === '' || undefined;
  };
  await until(`nothing is left of the policy ${name}`, look, { seconds: 180 });
}

/** Waits until the command is refused with this sentence: each of the two injectors has to know the policy. */
export function untilRefused(command: () => Promise<KubectlResult>, sentence: string): Promise<true> {
  const look = async (): Promise<true> => {
    const { code, stderr } = await command();
    if (code === 0 || !stderr.includes(sentence)) throw new Error(`it ended with ${code} and said: ${stderr}`);
    return true;
  };
  return until(`it is refused: ${sentence}`, look, { seconds: 300 });
}

/** A plain app beside which its author has put a container of this name. */
export function withContainer(name: string) {
  const { spec, ...pod } = appPod('own', {}, 'exit');
  const [app] = spec.containers;
  return { ...pod, spec: { ...spec, containers: [app, { ...app, name }] } };
}
