import type { KubeConfig } from '@kubernetes/client-node';
import type { Trust } from '../certificates/trust.ts';
import { keepRegistered } from '../cluster/registration.ts';
import type { Log } from '../core/log.ts';
import type { State } from '../state/state.ts';
import {
  fullName,
  type Registration,
  type WebhookConfiguration,
  webhookConfigurations,
} from '../state/webhook-configurations.ts';
import { entryOfPolicies, entryOfPolicy } from '../state/webhook-entries.ts';
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
  /** Whether it is known what the API server has. */
  readonly hasLooked: () => boolean;
  /** Whether the API server calls this server for pods that say nothing, as far as the policy requires it. */
  readonly calledFor: (policy: string) => boolean;
  /** Why the API server does not take the entry of the policy; undefined where it does. */
  readonly refused: (policy: string) => string | undefined;
  /** Calls `listener` when one of these may have changed. */
  readonly onChange: (listener: () => void) => void;
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
  const listeners: (() => void)[] = [];
  const { look, registered, entries, hasLooked, isInPlace, refused, stop } = keepRegistered({
    ...{ api, kubeConfig, name, wanted, isWriter },
    owner: owner === '' ? undefined : { clusterRole: owner, namespace },
    trusted: trust.registered,
    wrote: (path, reason) => log.info({ path }, `the webhook configuration was written, because ${reason}`),
    canBeLeftOut: (entry) => entry.startsWith(entryOfPolicy('')),
    leftOut: (entry, message) =>
      log.error({ entry }, `the API server does not take a webhook entry, which is left out: ${message}`),
    changed() {
      for (const listener of listeners) listener();
    },
    failed: (message) => log.warn({}, `the webhook configuration cannot be maintained, will retry: ${message}`),
  });
  cluster.onChange(look);
  const end = trust.onAuthorities(look);
  return {
    problem: () => (registered() ? undefined : 'The webhook configurations have not been written yet.'),
    entries,
    hasLooked,
    calledFor: (policy) => [entryOfPolicy(policy), entryOfPolicies].map(fullName).every(isInPlace),
    refused: (policy) => refused().get(fullName(entryOfPolicy(policy))),
    onChange: (listener) => void listeners.push(listener),
    stop() {
      end();
      stop();
    },
  };
}
