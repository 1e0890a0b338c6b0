import { fieldAt } from '../../core/fields.ts';
import { isObject, type JsonObject, objectsOf } from '../../core/json.ts';
import type { TemplateObject } from '../../core/objects.ts';
import type { LiveFacts, OwnObjectFacts } from '../../engine/explain/facts.ts';
import type { State } from '../../state/state.ts';
import type { Cluster } from './open-cluster.ts';
import { metadataText, pathTo } from './paths.ts';
import { probe } from './probe.ts';
import { type ClusterObjects, readInjector, readObjects, stateFrom } from './read-state.ts';

/** The state that the injector of a cluster has for a namespace, and what else decides about its pods. */
export interface ClusterEnvironment {
  readonly state: State;
  /** What decides, and may not be read. */
  readonly unread: ClusterObjects['unread'];
  readonly facts: Omit<LiveFacts, 'stored' | 'owner' | 'events' | 'known' | 'failures'>;
}

/** Reads what decides about the pods of a namespace. `base` has the built-in templates. */
export function readEnvironment(
  cluster: Cluster,
  namespace: string,
  base: State,
  now: number,
  found = readInjector(cluster, now),
): ClusterEnvironment {
  const objects = readObjects(cluster, [namespace], now, found);
  const { state, verdicts, policyVerdicts } = stateFrom(objects, base, now);
  const { registration, templates, policies } = objects;
  const service = typeof registration === 'object' ? registration.service : undefined;
  return {
    state,
    unread: objects.unread,
    facts: {
      ...{ namespace: objects.namespaces[0], registration },
      answer: probe(cluster, registration, state, namespace),
      endpoints: service === undefined ? undefined : endpointsOf(cluster, service),
      templates: templates.map((object) => ownFacts(object, verdictOf(object, verdicts))),
      policies: policies.map((object) => ownFacts(object, verdictOf(object, policyVerdicts))),
    },
  };
}

type Verdicts = ReadonlyMap<TemplateObject, { readonly ready: boolean; readonly message: string }>;

function verdictOf(object: JsonObject, verdicts: Verdicts) {
  return [...verdicts].find(([each]) => each.metadata.uid === metadataText(object, 'uid'))?.[1];
}

function ownFacts(object: JsonObject, verdict: ReturnType<typeof verdictOf>): OwnObjectFacts {
  const created = metadataText(object, 'creationTimestamp');
  const times = objectsOf(fieldAt(object, 'metadata.managedFields')).filter(
    ({ subresource }) => subresource !== 'status',
  );
  const changed = [created, ...times.map(({ time }) => String(time))].sort().at(-1) ?? created;
  const { ready = false, message = '' } = verdict ?? {};
  return { name: metadataText(object, 'name'), created, changed, ready, message };
}

function endpointsOf(cluster: Cluster, service: string): number | undefined {
  const [namespace = '', name = ''] = service.split('/');
  const query = `labelSelector=${encodeURIComponent(`kubernetes.io/service-name=${name}`)}`;
  const slices = cluster.list(`${pathTo('discovery.k8s.io/v1', 'endpointslices', namespace)}?${query}`);
  return slices
    ?.flatMap(({ endpoints }) => objectsOf(endpoints))
    .filter(({ conditions }) => isObject(conditions) && conditions.ready !== false).length;
}
