// Is the app what it was before the injector saw it?
import { expect } from 'vitest';
import type { Target } from '../target.ts';
import type { PodTemplate } from './example.ts';
import type { Container, Pod } from './shapes.ts';

/** The containers as the API server stores them when nobody injects anything: its own defaults included. */
async function plainContainers(
  target: Target,
  namespace: string,
  { spec }: PodTemplate,
): Promise<readonly Container[]> {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'plain' }, spec };
  const args = ['create', '-n', namespace, '--dry-run=server', '-o', 'json', '-f', '-'];
  return (JSON.parse(await target.kubectl(args, JSON.stringify(pod))) as Pod).spec.containers;
}

/**
 * Asserts that the app's containers come first, in their order, with all that was written; only mounts may have been
 * added.
 */
export async function expectUntouched(target: Target, pod: Pod, template: PodTemplate, added: string[]): Promise<void> {
  const plain = await plainContainers(target, pod.metadata.namespace, template);
  const stored = pod.spec.containers.slice(0, plain.length);
  expect(stored.map(withoutMounts)).toEqual(plain.map(withoutMounts));
  for (const [index, container] of plain.entries()) {
    const before = mountsOf(container);
    const after = mountsOf(stored[index]);
    expect(after.filter((mount) => before.includes(mount))).toEqual(before);
    expect(after.filter((mount) => !before.includes(mount))).toEqual(added);
  }
}

const withoutMounts = ({ volumeMounts: _, ...container }: Container) => container;

/** Without the token of the service account, whose volume is named by chance. */
function mountsOf(container: Container | undefined): string[] {
  const paths = (container?.volumeMounts ?? []).map(({ mountPath }) => mountPath);
  return paths.filter((path) => path !== '/var/run/secrets/kubernetes.io/serviceaccount');
}
