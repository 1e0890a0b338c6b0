import { annotationKey } from '../../core/annotations.ts';
import { textAt } from '../../core/fields.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import type { State } from '../../state/state.ts';
import type { Cluster } from '../cluster/open-cluster.ts';
import { pathTo } from '../cluster/paths.ts';
import { probePod } from '../cluster/probe.ts';
import { nodeOf, readInjector } from '../cluster/read-state.ts';
import { webhooksPath } from '../cluster/registration.ts';
import { definitionNames } from './definitions.ts';
import type { DryRun, Health } from './health.ts';
import { readInstallation } from './read-installation.ts';

/** Dry runs of which the median counts. */
const tries = 5;
const own = '/apis/sidecar.io/v1alpha1';
const rules = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies';
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** Reads what the checks look at. Dry runs are made in `namespace`. */
export function readHealth(
  cluster: Cluster,
  namespace: string,
  { catalog }: Pick<State, 'catalog'>,
  client: string,
  now: () => number,
): Health {
  const { registration } = readInjector(cluster, now());
  const ofCluster = cluster.list(`${own}/clustersidecartemplates`);
  const ofNamespaces = cluster.list(`${own}/sidecartemplates`);
  const dryRun = (pod: JsonObject): DryRun => {
    const start = now();
    const answer = cluster.posted(`${pathTo('v1', 'pods', namespace)}?dryRun=All`, pod);
    const at = now();
    return { answer, milliseconds: at - start, at };
  };
  const isRegistered = typeof registration !== 'string';
  const probe = isRegistered ? probePod(catalog) : undefined;
  const first = probe ? [dryRun(probe)] : [];
  // One that fails is not made again: it can take the timeout of the webhook.
  const isAnswered = first.some(({ answer }) => 'object' in answer);
  const others = probe && isAnswered ? Array.from({ length: tries - 1 }, () => dryRun(probe)) : [];
  // While the injector does not answer, this one would take the timeout of the webhook too.
  const optional =
    isAnswered &&
    catalog.templates.find(({ failurePolicy, activating }) => failurePolicy === 'Ignore' && activating.length === 0);
  const asking = optional ? { sidecar: optional.name, run: dryRun(askingPod(optional.name)) } : undefined;
  const found = definitionNames.map((name) => cluster.found(`${definitions}/${name}`));
  return {
    ...{ now: now(), client, registration },
    apiServer: String(cluster.at('/version')?.gitVersion ?? ''),
    nodes: cluster.picked('/api/v1/nodes', (node) => ({ ...nodeOf(node), provider: textAt(node, 'spec.providerID') })),
    namespaces: cluster.picked('/api/v1/namespaces', (namespace) => namespace),
    templates: ofCluster && ofNamespaces && [...ofCluster, ...ofNamespaces],
    policies: cluster.list(`${own}/sidecarpolicies`),
    webhooks: cluster.list(webhooksPath),
    definitions: found.includes('unreadable') ? undefined : found.filter((each) => typeof each === 'object'),
    rules: cluster.list(rules),
    bindings: cluster.list(rules.replace(/ies$/, 'ybindings')),
    installation: readInstallation(cluster, registration),
    probes: [...first, ...others],
    asking,
    metrics: cluster.text('/metrics'),
  };
}

function askingPod(sidecar: string): JsonObject {
  const restricted: Json = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
  return {
    ...{ apiVersion: 'v1', kind: 'Pod' },
    metadata: { generateName: 'sidecar-doctor-', annotations: { [annotationKey(sidecar, undefined, '')]: 'true' } },
    spec: {
      securityContext: { runAsNonRoot: true, runAsUser: 65533, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [{ name: 'probe', image: 'probe', securityContext: restricted }],
    },
  };
}
