import { fieldAt, objectAt } from '../../core/fields.ts';
import { isObject, type JsonObject, objectsOf } from '../../core/json.ts';
import type { RegistrationFacts } from '../../engine/explain/facts.ts';
import { argumentIn, argumentsOf, containerOf } from '../cluster/injector.ts';
import type { Cluster } from '../cluster/open-cluster.ts';
import { metadataText, pathTo } from '../cluster/paths.ts';
import { selectorText } from '../cluster/selector-text.ts';
import type { Installation } from './health.ts';
import { lackingOf, rightsOf } from './rights.ts';

const ownLabel = 'app.kubernetes.io/name=sidecar-injector';

/** Reads the Deployment behind the Service of the registration, or else the one that has the label of the chart. */
export function readInstallation(cluster: Cluster, registration: RegistrationFacts | string): Installation | undefined {
  const deployment = findDeployment(cluster, typeof registration === 'string' ? undefined : registration.service);
  if (!deployment) return undefined;
  const [namespace, name] = [metadataText(deployment, 'namespace'), metadataText(deployment, 'name')];
  const template = objectAt(deployment, 'spec.template.spec');
  const args = argumentsOf(containerOf(deployment));
  const secret = secretOf(args, template);
  const selector = selectorText(fieldAt(deployment, 'spec.selector'));
  const account = String(template.serviceAccountName ?? 'default');
  return {
    ...{ namespace, name, deployment, args },
    pods: cluster.list(`${pathTo('v1', 'pods', namespace)}?labelSelector=${selector}`),
    budgets: cluster.list(pathTo('policy/v1', 'poddisruptionbudgets', namespace)),
    lease: cluster.at(pathTo('coordination.k8s.io/v1', 'leases', namespace, name)),
    secret: secret === undefined ? undefined : cluster.at(pathTo('v1', 'secrets', namespace, secret)),
    lacking: lackingOf(cluster, rightsOf({ namespace, name, args }), namespace, account),
  };
}

function findDeployment(cluster: Cluster, service: string | undefined): JsonObject | undefined {
  const [namespace = '', name = ''] = service?.split('/') ?? [];
  if (service !== undefined) return cluster.at(pathTo('apps/v1', 'deployments', namespace, name));
  return cluster.list(`/apis/apps/v1/deployments?labelSelector=${encodeURIComponent(ownLabel)}`)?.[0];
}

/** The Secret that it keeps its certificate in, or that is mounted. */
function secretOf(args: readonly string[], template: JsonObject): string | undefined {
  const own = argumentIn(args, 'certs-secret')?.split('/')[1];
  const mounted = objectsOf(template.volumes).find((volume) => volume.name === 'certificates')?.secret;
  return own ?? (isObject(mounted) && typeof mounted.secretName === 'string' ? mounted.secretName : undefined);
}
