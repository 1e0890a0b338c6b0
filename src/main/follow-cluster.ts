import type { KubeConfig } from '@kubernetes/client-node';
import { statusWriter } from '../cluster/template-status.ts';
import { watchCluster } from '../cluster/watch-cluster.ts';
import type { Log } from '../core/log.ts';
import type { TemplateObject, Verdict } from '../core/objects.ts';
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
  let writing = Promise.resolve();
  const stateOf = createClusterState(base);
  const write = statusWriter(kubeConfig);

  async function tell(object: TemplateObject, verdict: Verdict): Promise<void> {
    const { name, namespace } = object.metadata;
    try {
      const written = await write(object, verdict);
      if (written && !verdict.ready)
        log.warn({ template: name, namespace, problem: verdict.message }, 'a template is not in use');
    } catch (error) {
      log.warn({ template: name, namespace, err: error }, 'the status of a template could not be written');
    }
  }

  const { stop } = watchCluster(kubeConfig, {
    changed({ namespaces, templates }) {
      const next = stateOf(namespaces, templates);
      if (!state) log.info({ templates: next.state.catalog.templates.length }, 'the cluster is known');
      state = next.state;
      for (const [object, verdict] of next.verdicts) writing = writing.then(() => tell(object, verdict));
    },
    trouble: (message) => log.warn({}, `the cluster cannot be followed, another try soon: ${message}`),
  });
  return {
    state: () => state ?? base,
    ready: () => (state ? undefined : 'The cluster has not been listed yet.'),
    stop,
  };
}
