import { textAt } from '../../core/fields.ts';
import type { JsonObject } from '../../core/json.ts';
import type { ClusterVersions, NodeObject, TemplateObject } from '../../core/objects.ts';
import type { KnownTemplates, RegistrationFacts } from '../../engine/explain/facts.ts';
import { type ClusterState, createClusterState } from '../../state/cluster-state.ts';
import { createDecidedState } from '../../state/decided-state.ts';
import { decideNative } from '../../state/native-sidecars.ts';
import type { State } from '../../state/state.ts';
import { declaredKinds, withDeclared } from '../../workload/declared.ts';
import { type InjectorSettings, injectorIn } from './injector.ts';
import type { Cluster } from './open-cluster.ts';
import { metadataText, pathTo, textsOf } from './paths.ts';
import { registrationIn, webhooksPath } from './registration.ts';

/** The injector of a cluster, found by its registration. */
export interface ClusterInjector {
  readonly registration: RegistrationFacts | 'none' | 'unknown';
  /** How it is set, where its Deployment can be read. */
  readonly injector: InjectorSettings | undefined;
}

/** The objects of a cluster that decide about pods, as far as whoever asks may read them. */
export interface ClusterObjects extends ClusterInjector {
  readonly versions: ClusterVersions;
  readonly namespaces: readonly JsonObject[];
  /** ClusterSidecarTemplates and SidecarTemplates. */
  readonly templates: readonly JsonObject[];
  readonly policies: readonly JsonObject[];
  /** What of these may not be read. */
  readonly unread: readonly ('templates' | 'policies')[];
}

const group = '/apis/sidecar.io/v1alpha1';

/** Reads the registration of the injector, and how the injector behind it is set. `now`: milliseconds since 1970. */
export function readInjector(cluster: Cluster, now: number): ClusterInjector {
  const configurations = cluster.list(webhooksPath);
  const registration = configurations ? (registrationIn(configurations, now) ?? 'none') : 'unknown';
  const service = typeof registration === 'object' ? registration.service : undefined;
  return { registration, injector: service === undefined ? undefined : injectorIn(cluster, service) };
}

/**
 * Whether the templates of this command are those of the injector. `knowsImage` is true where somebody has named its
 * image.
 */
export function knownTemplates(
  { injector, unread }: ClusterInjector & Pick<ClusterObjects, 'unread'>,
  own: string,
  knowsImage: boolean,
): KnownTemplates {
  if (unread.length > 0) return { kind: 'unread', what: unread.join(' and ') };
  const version = injector?.version;
  if (version !== undefined && version !== own) return { kind: 'other', version };
  return { kind: injector || knowsImage ? 'same' : 'unknown' };
}

/** The kinds that have pod templates: those of `base`, and those that the injector declares. */
export function kindsOf(base: State, { injector }: ClusterInjector): State['workloads'] {
  return withDeclared(base.workloads, declaredKinds(injector?.workloads ?? []).declared);
}

/** Reads what decides about the pods of some namespaces, or of all where none are named. */
export function readObjects(
  cluster: Cluster,
  names: readonly string[] | undefined,
  now: number,
  injector = readInjector(cluster, now),
): ClusterObjects {
  const namespaces = names ? names.map((name) => namespaceIn(cluster, name)) : cluster.list('/api/v1/namespaces');
  const own = (names ?? [undefined]).map((name) => pathTo('sidecar.io/v1alpha1', 'sidecartemplates', name));
  // A cluster without the definitions of the chart has none of these objects.
  const listed = (path: string) => cluster.list(path) ?? (cluster.found(path) === 'missing' ? [] : undefined);
  const templates = [`${group}/clustersidecartemplates`, ...own].map(listed);
  const policies = listed(`${group}/sidecarpolicies`);
  return {
    ...injector,
    templates: templates.flatMap((list) => list ?? []),
    policies: policies ?? [],
    unread: [
      ...(templates.includes(undefined) ? (['templates'] as const) : []),
      ...(policies ? [] : (['policies'] as const)),
    ],
    namespaces: namespaces ?? [],
    versions: versionsOf(cluster),
  };
}

/** One that may not be read still has its name, by which policies and webhooks select it. */
function namespaceIn(cluster: Cluster, name: string): JsonObject {
  return cluster.at(pathTo('v1', 'namespaces', undefined, name)) ?? { metadata: { name } };
}

/** The state that the injector of the cluster has with these objects. `base` has the built-in templates. */
export function stateFrom(objects: ClusterObjects, base: State, now: number): ClusterState {
  const { injector, versions } = objects;
  const own = {
    ...base,
    cluster: { ...base.cluster, assignsUsers: injector?.users === 'cluster' || base.cluster.assignsUsers },
    injector: { ...base.injector, image: injector?.image ?? base.injector.image },
    workloads: kindsOf(base, objects),
  };
  const namespaces = objects.namespaces.map(namespaceFacts);
  const [templates, policies] = [objects.templates, objects.policies].map((each) => each.map(asTemplate));
  const made = createClusterState(own)(namespaces, templates ?? [], policies, now);
  return { ...made, state: createDecidedState()(made.state, decideNative(injector?.native ?? 'auto', versions)) };
}

/** What a Namespace object says. */
export function namespaceFacts(object: JsonObject) {
  return {
    name: metadataText(object, 'name'),
    annotations: textsOf(object, 'annotations'),
    labels: textsOf(object, 'labels'),
  };
}

/** The API server has checked its form, as far as the definition says. */
function asTemplate(object: JsonObject): TemplateObject {
  return object as unknown as TemplateObject;
}

function versionsOf(cluster: Cluster): ClusterVersions {
  const version = cluster.at('/version')?.gitVersion;
  const nodes = cluster.picked('/api/v1/nodes', nodeOf);
  const apiServer = typeof version === 'string' ? version : '';
  // Few may list nodes. The injector may, so it knows more than is known here.
  return { apiServer, nodes: nodes ?? [] };
}

/** What of a node decides about native sidecars. */
export function nodeOf(node: JsonObject): NodeObject {
  const labels = textsOf(node, 'labels');
  return {
    name: metadataText(node, 'name'),
    version: textAt(node, 'status.nodeInfo.kubeletVersion'),
    os: labels['kubernetes.io/os'] ?? '',
    type: labels.type ?? '',
  };
}
