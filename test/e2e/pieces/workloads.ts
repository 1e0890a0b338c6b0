// Workloads that the suites annotate, and what becomes of their pods.
import type { Target } from '../target.ts';
import { appSpec } from './app.ts';
import { isReady, type Pod } from './shapes.ts';
import { until } from './until.ts';

export const sleeping = 'exec sleep 3600';
/** As `kubectl annotate` takes it. */
export const topz = 'sidecar.io/topz=true';

/** A workload called `web`, as an author writes it. */
export function workload(kind: string, spec: object = {}) {
  const labels = { app: 'web' };
  const template = { metadata: { labels }, spec: appSpec(sleeping) };
  return {
    ...{ apiVersion: 'apps/v1', kind, metadata: { name: 'web' } },
    spec: { ...spec, selector: { matchLabels: labels }, template },
  };
}

/** kubectl in a namespace: what it prints, what comes of it, and a field of an object. */
export function kubectlIn(target: Target, namespace: string) {
  const done = (...args: string[]) => target.kubectl(['-n', namespace, ...args]);
  const said = (...args: string[]) => target.run(['-n', namespace, ...args]);
  const field = (object: string, path: string) => done('get', object, '-o', `jsonpath={${path}}`);
  return { done, said, field };
}

export const hasTopz = ({ spec }: Pod) => spec.initContainers?.some(({ name }) => name === 'sidecar-topz') === true;

/** All pods of the namespace are Ready, those on their way out are gone, and they have the sidecar or have it not. */
export const untilPods = (target: Target, namespace: string, injected: boolean) =>
  until(
    `the pods in ${namespace} are Ready ${injected ? 'with' : 'without'} topz`,
    async () => {
      const { items } = await target.get<{ items: Pod[] }>('pods', '-n', namespace);
      const isDone = items.length > 0 && items.every((pod) => isReady(pod) && hasTopz(pod) === injected);
      return isDone ? items : undefined;
    },
    { seconds: 240 },
  );
