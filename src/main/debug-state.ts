import { X509Certificate } from 'node:crypto';
import type { TlsPair } from '../server/deps.ts';
import type { Events } from './events.ts';
import type { FollowedCluster } from './follow-cluster.ts';
import type { Registered } from './register.ts';

/** Templates that are listed one by one. */
const maxTemplates = 1000;

/** What this replica consists of; what it was not started with is undefined. */
export interface DebugFacts {
  readonly version: string;
  readonly pair: Pick<TlsPair, 'cert'>;
  readonly cluster: FollowedCluster | undefined;
  readonly events: Events | undefined;
  readonly registered: Registered | undefined;
  /** What is wrong with values of the chart. */
  readonly settingProblems: readonly string[];
}

/** What support asks for first: what this replica knows and does. Neither settings of pods nor keys are in it. */
export function debugState({ version, pair, cluster, events, registered, settingProblems }: DebugFacts): object {
  const { subjectAltName, validFrom, validTo, fingerprint256 } = new X509Certificate(pair.cert);
  const templates = [...(cluster?.verdicts() ?? [])].map(([{ kind, metadata }, { ready, message }]) => {
    const { name, namespace, generation } = metadata;
    return { kind, namespace, name, generation, ready, message };
  });
  const state = cluster?.state();
  return {
    version,
    seconds: Math.round(process.uptime()),
    memory: process.memoryUsage(),
    notReady: cluster?.ready(),
    cluster: state?.cluster,
    writesForAll: cluster?.isWriter(),
    leaseHolder: cluster?.leaseHolder(),
    registered: registered?.entries(),
    settingProblems,
    namespacesThatAsk: state?.namespaces.size,
    builtInAndShared: state?.catalog.templates.map(({ name }) => name),
    templates: { count: templates.length, first: templates.slice(0, maxTemplates) },
    waiting: { events: events?.size(), statuses: cluster?.statusesWaiting() },
    certificate: { names: subjectAltName, from: validFrom, to: validTo, sha256: fingerprint256 },
  };
}
