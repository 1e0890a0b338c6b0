// What would become of a pod, without storing it.
import type { KubectlResult } from '../../cluster/kubectl.ts';
import type { Target } from '../target.ts';
import { appPod } from './app.ts';
import type { Pod } from './shapes.ts';

/** What the API server says to the creation of the object, in any outcome; the object that would be stored is JSON. */
export function tryCreate(target: Target, namespace: string, object: object): Promise<KubectlResult> {
  const args = ['create', '-n', namespace, '--dry-run=server', '-o', 'json', '-f', '-'];
  return target.run(args, { stdin: JSON.stringify(object) });
}

/**
 * Names of the containers that a plain app with these annotations would have. Throws what the API server refuses it
 * with.
 */
export async function containersTried(
  target: Target,
  namespace: string,
  annotations: Readonly<Record<string, string>>,
): Promise<string[]> {
  const { code, stdout, stderr } = await tryCreate(target, namespace, appPod('tried', annotations, 'exit'));
  if (code !== 0) throw new Error(stderr);
  return containerNames(JSON.parse(stdout) as Pod);
}

/** Names of the containers of the pod, in the order in which they start. */
export function containerNames({ spec }: Pod): string[] {
  return [...(spec.initContainers ?? []), ...spec.containers].map(({ name }) => name);
}
