import type { KubeConfig } from '@kubernetes/client-node';
import { createStatusQueue } from '../cluster/status-queue.ts';
import { statusWriter } from '../cluster/template-status.ts';
import { watchCluster } from '../cluster/watch-cluster.ts';
import type { Log } from '../core/log.ts';
import type { TemplateObject } from '../core/objects.ts';
import { createClusterState } from '../state/cluster-state.ts';
import type { State } from '../state/state.ts';

export interface FollowedCluster {
  readonly state: () => State;
  /** Why the cluster is not known yet. */
  readonly ready: () => string | undefined;
  readonly stop: () => void;
}

/** The state of this moment, from the built-in templates and what the cluster holds. */
export function followCluster(kubeConfig: KubeConfig, base: State, log: Log): FollowedCluster {
  let state: State | undefined;
  const stateOf = createClusterState(base);
  const write = statusWriter(kubeConfig);
  const statuses = createStatusQueue({
    async write(object, verdict) {
      const written = await write(object, verdict);
      if (written && !verdict.ready)
        log.warn({ ...nameOf(object), problem: verdict.message }, 'a template is not in use');
      return written;
    },
    failed: (object, error) =>
      log.warn({ ...nameOf(object), err: error }, 'the status of a template could not be written, another try soon'),
  });
  const cluster = watchCluster(kubeConfig, {
    changed({ namespaces, templates }) {
      const next = stateOf(namespaces, templates);
      if (!state) log.info({ templates: next.state.catalog.templates.length }, 'the cluster is known');
      state = next.state;
      statuses.offer(next.verdicts);
    },
    trouble: (message) => log.warn({}, `the cluster cannot be followed, another try soon: ${message}`),
  });
  return {
    state: () => state ?? base,
    ready: () => (state ? undefined : 'The cluster has not been listed yet.'),
    stop() {
      cluster.stop();
      statuses.stop();
    },
  };
}

function nameOf({ metadata: { name, namespace } }: TemplateObject) {
  return { template: name, namespace };
}
