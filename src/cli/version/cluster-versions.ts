import type { Cluster } from '../cluster/open-cluster.ts';
import { readInjector } from '../cluster/read-state.ts';

/** The versions in a cluster. */
export interface ClusterVersions {
  /**
   * `none` where no injector is registered; undefined where it cannot be found out, or where it runs outside the
   * cluster.
   */
  readonly injector: string | undefined;
  readonly apiServer: string | undefined;
}

/** The version that the Deployment of the registered injector has, and that of the API server. */
export function versionsIn(cluster: Cluster): ClusterVersions {
  const version = cluster.at('/version')?.gitVersion;
  if (typeof version !== 'string') return { injector: undefined, apiServer: undefined };
  const { registration, injector } = readInjector(cluster, 0);
  return { injector: registration === 'none' ? 'none' : injector?.version, apiServer: version };
}
