import { X509Certificate } from 'node:crypto';
import type { TlsPair } from '../server/deps.ts';
import type { Events } from './events.ts';
import type { FollowedCluster } from './follow-cluster.ts';

/** Templates that are listed one by one. */
const maxTemplates = 1000;

/** What support asks for first: what this replica knows and does. Neither settings of pods nor keys are in it. */
export function debugState(
  version: string,
  { cert }: Pick<TlsPair, 'cert'>,
  cluster: FollowedCluster | undefined,
  events: Events | undefined,
): object {
  const { subjectAltName, validFrom, validTo, fingerprint256 } = new X509Certificate(cert);
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
    namespacesThatAsk: state?.namespaces.size,
    builtInAndShared: state?.catalog.templates.map(({ name }) => name),
    templates: { count: templates.length, first: templates.slice(0, maxTemplates) },
    eventsWaiting: events?.size(),
    certificate: { names: subjectAltName, from: validFrom, to: validTo, sha256: fingerprint256 },
  };
}
