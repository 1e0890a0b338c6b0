import type { KubeConfig } from '@kubernetes/client-node';
import { type Api, openApi } from '../cluster/api.ts';
import { competeForLease } from '../cluster/lease.ts';
import { createStatusQueue } from '../cluster/status-queue.ts';
import { statusWriter } from '../cluster/template-status.ts';
import { watchCluster } from '../cluster/watch-cluster.ts';
import type { Log } from '../core/log.ts';
import type { Lookup } from '../core/lookup.ts';
import type { TemplateObject, Verdict } from '../core/objects.ts';
import { createClusterState } from '../state/cluster-state.ts';
import type { State } from '../state/state.ts';

export interface FollowedCluster {
  readonly api: Api;
  readonly state: () => State;
  /** Whether this replica writes what several replicas would write. */
  readonly isWriter: () => boolean;
  /** Calls the listener when the state is another one, and when this replica has become the writer. */
  readonly onChange: (listener: () => void) => void;
  /** Why the cluster is not known yet. */
  readonly ready: () => string | undefined;
  readonly lookUp: Lookup;
  readonly stop: () => Promise<void>;
}

/**
 * The state of this moment, from the built-in templates and what the cluster holds. Of several replicas, only the holder of
 * the lease (`namespace/name`) writes the status of templates and the webhook configurations; without a lease, there is only one.
 */
export function followCluster(kubeConfig: KubeConfig, base: State, leaseName: string, log: Log): FollowedCluster {
  let state: State | undefined;
  const stateOf = createClusterState(base);
  const api = openApi(kubeConfig);
  const write = statusWriter(api);
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
  let verdicts: ReadonlyMap<TemplateObject, Verdict> = new Map();
  const [namespace = '', name = ''] = leaseName.split('/');
  const lease =
    leaseName === ''
      ? undefined
      : competeForLease({
          ...{ api, namespace, name },
          changed(held) {
            log.info(
              { lease: leaseName },
              `this replica ${held ? 'writes' : 'no longer writes'} the status of templates and the webhook configurations`,
            );
            offer();
            listener();
          },
          failed: (error) =>
            log.warn({ lease: leaseName, err: error }, 'the lease could not be asked for, another try soon'),
        });
  const isWriter = () => lease?.held() !== false;
  const offer = () => statuses.offer(isWriter() ? verdicts : new Map());
  let listener = () => {};
  const cluster = watchCluster(kubeConfig, api, {
    changed({ namespaces, templates }) {
      const next = stateOf(namespaces, templates);
      if (!state) log.info({ templates: next.state.catalog.templates.length }, 'the cluster is known');
      const changed = state !== next.state;
      state = next.state;
      verdicts = next.verdicts;
      offer();
      if (changed) listener();
    },
    failed: (message) => log.warn({}, `the cluster cannot be followed, another try soon: ${message}`),
    unknown: (kind) =>
      log.warn(
        { kind },
        `there are no objects of the kind ${kind}: install its CustomResourceDefinition, for instance by the chart with crds.install`,
      ),
  });
  return {
    state: () => state ?? base,
    ready: () => (state ? undefined : 'The cluster has not been listed yet.'),
    lookUp: cluster.lookUp,
    ...{ api, isWriter },
    onChange(added) {
      listener = added;
    },
    async stop() {
      cluster.stop();
      statuses.stop();
      await lease?.stop();
    },
  };
}

function nameOf({ metadata: { name, namespace } }: TemplateObject) {
  return { template: name, namespace };
}
