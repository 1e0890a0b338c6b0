import type { KubeConfig } from '@kubernetes/client-node';
import type { Trust } from '../certificates/trust.ts';
import { keepRegistered } from '../cluster/registration.ts';
import type { Log } from '../core/log.ts';
import type { State } from '../state/state.ts';
import {
  type Registration,
  type WebhookConfiguration,
  webhookConfigurations,
} from '../state/webhook-configurations.ts';
import type { FollowedCluster } from './follow-cluster.ts';

export interface RegisterOptions {
  readonly kubeConfig: KubeConfig;
  readonly cluster: FollowedCluster;
  readonly registration: Registration;
  /** The ClusterRole that owns the configurations; empty for none. */
  readonly owner: string;
  readonly trust: Trust;
  readonly log: Log;
}

export interface Registered {
  /** Why the API server does not call this server yet. */
  readonly problem: () => string | undefined;
  /** The names of the entries that the API server has. */
  readonly entries: () => readonly string[];
  readonly stop: () => void;
}

/**
 * Keeps the server registered with the API server, as the templates and the CAs of each moment ask for, until `stop`.
 */
export function register({ kubeConfig, cluster, registration, owner, trust, log }: RegisterOptions): Registered {
  const { name, namespace } = registration;
  let made: { from: State; bundle: string; configurations: readonly WebhookConfiguration[] } | undefined;
  function wanted() {
    const [from, bundle] = [cluster.state(), trust.authorities()];
    if (cluster.ready() !== undefined || bundle === '') return undefined;
    if (made?.from !== from || made.bundle !== bundle)
      made = { from, bundle, configurations: webhookConfigurations(from, registration, bundle) };
    return made.configurations;
  }
  const { api, isWriter } = cluster;
  const { look, registered, entries, stop } = keepRegistered({
    ...{ api, kubeConfig, name, wanted, isWriter },
    owner: owner === '' ? undefined : { clusterRole: owner, namespace },
    trusted: trust.registered,
    wrote: (path, reason) => log.info({ path }, `the webhook configuration was written, because ${reason}`),
    failed: (message) => log.warn({}, `the webhook configuration cannot be maintained, will retry: ${message}`),
  });
  cluster.onChange(look);
  const end = trust.onAuthorities(look);
  return {
    problem: () => (registered() ? undefined : 'The webhook configurations have not been written yet.'),
    entries,
    stop() {
      end();
      stop();
    },
  };
}
