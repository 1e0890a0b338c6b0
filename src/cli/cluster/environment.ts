import { isObject, type Json, type JsonObject, objectsOf } from '../../core/json.ts';
import type { NodeObject, TemplateObject } from '../../core/objects.ts';
import type { LiveFacts, OwnObjectFacts } from '../../engine/explain/facts.ts';
import { createClusterState } from '../../state/cluster-state.ts';
import { createDecidedState } from '../../state/decided-state.ts';
import { decideNative } from '../../state/native-sidecars.ts';
import type { State } from '../../state/state.ts';
import { injectorIn } from './injector.ts';
import { type Cluster, metadataText, pathTo } from './open-cluster.ts';
import { probe } from './probe.ts';
import { registrationIn } from './registration.ts';

/** The state that the injector of a cluster has for a namespace, and what else decides about its pods. */
export interface ClusterEnvironment {
  readonly state: State;
  readonly facts: Omit<LiveFacts, 'stored' | 'owner' | 'events'>;
}

const group = '/apis/sidecar.io/v1alpha1';
const webhooks = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations';

/** Reads what decides about the pods of a namespace. `base` has the built-in templates. */
export function readEnvironment(cluster: Cluster, namespace: string, base: State, now: number): ClusterEnvironment {
  const stored = cluster.at(`/api/v1/namespaces/${namespace}`);
  const configurations = cluster.list(webhooks);
  const registration = configurations ? (registrationIn(configurations, now) ?? 'none') : 'unknown';
  const service = typeof registration === 'object' ? registration.service : undefined;
  const injector = service === undefined ? undefined : injectorIn(cluster, service);
  const templates = [
    ...readOwn(cluster, `${group}/clustersidecartemplates`),
    ...readOwn(cluster, `${group}/namespaces/${namespace}/sidecartemplates`),
  ];
  const policies = readOwn(cluster, `${group}/sidecarpolicies`);
  const own = {
    ...base,
    cluster: { ...base.cluster, assignsUsers: injector?.users === 'cluster' || base.cluster.assignsUsers },
    injector: { ...base.injector, image: injector?.image ?? base.injector.image },
  };
  const facts = { name: namespace, annotations: textsOf(stored, 'annotations'), labels: textsOf(stored, 'labels') };
  const made = createClusterState(own)([facts], templates.map(asTemplate), policies.map(asTemplate), now);
  const state = createDecidedState()(made.state, decideNative(injector?.native ?? 'auto', versionsOf(cluster)));
  return {
    state,
    facts: {
      ...{ namespace: stored, registration, version: injector?.version },
      answer: probe(cluster, registration, state, namespace),
      endpoints: service === undefined ? undefined : endpointsOf(cluster, service),
      templates: templates.map((object) => ownFacts(object, verdictOf(object, made.verdicts))),
      policies: policies.map((object) => ownFacts(object, verdictOf(object, made.policyVerdicts))),
    },
  };
}

function readOwn(cluster: Cluster, path: string): readonly JsonObject[] {
  return cluster.list(path) ?? [];
}

/** The API server has checked its form, as far as the definition says. */
function asTemplate(object: JsonObject): TemplateObject {
  return object as unknown as TemplateObject;
}

type Verdicts = ReadonlyMap<TemplateObject, { readonly ready: boolean; readonly message: string }>;

function verdictOf(object: JsonObject, verdicts: Verdicts) {
  return [...verdicts].find(([each]) => each.metadata.uid === metadataText(object, 'uid'))?.[1];
}

function ownFacts(object: JsonObject, verdict: ReturnType<typeof verdictOf>): OwnObjectFacts {
  const metadata = isObject(object.metadata) ? object.metadata : {};
  const created = metadataText(object, 'creationTimestamp');
  const times = objectsOf(metadata.managedFields).filter(({ subresource }) => subresource !== 'status');
  const changed = [created, ...times.map(({ time }) => String(time))].sort().at(-1) ?? created;
  const { ready = false, message = '' } = verdict ?? {};
  return { name: metadataText(object, 'name'), created, changed, ready, message };
}

function versionsOf(cluster: Cluster) {
  const version = cluster.at('/version')?.gitVersion;
  const nodes = cluster.list('/api/v1/nodes');
  const apiServer = typeof version === 'string' ? version : '';
  // Few may list nodes. The injector may, so it knows more than is known here.
  return { apiServer, nodes: (nodes ?? []).map(nodeOf) };
}

function nodeOf(node: JsonObject): NodeObject {
  const labels = textsOf(node, 'labels');
  const status = isObject(node.status) ? node.status : {};
  const info = isObject(status.nodeInfo) ? status.nodeInfo : {};
  return {
    name: metadataText(node, 'name'),
    version: String(info.kubeletVersion ?? ''),
    os: labels['kubernetes.io/os'] ?? '',
    type: labels.type ?? '',
  };
}

function endpointsOf(cluster: Cluster, service: string): number | undefined {
  const [namespace = '', name = ''] = service.split('/');
  const query = `labelSelector=${encodeURIComponent(`kubernetes.io/service-name=${name}`)}`;
  const slices = cluster.list(`${pathTo('discovery.k8s.io/v1', 'endpointslices', namespace)}?${query}`);
  return slices
    ?.flatMap(({ endpoints }) => objectsOf(endpoints))
    .filter(({ conditions }) => isObject(conditions) && conditions.ready !== false).length;
}

function textsOf(object: JsonObject | undefined, field: 'annotations' | 'labels'): { readonly [key: string]: string } {
  const metadata = isObject(object?.metadata) ? object.metadata : {};
  const values: Json | undefined = metadata[field];
  return Object.fromEntries(Object.entries(isObject(values) ? values : {}).map(([key, value]) => [key, String(value)]));
}
