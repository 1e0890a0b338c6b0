import { isObject, type JsonObject } from '../../core/json.ts';
import { ruleNames } from '../../policy/enforcement.ts';
import { argumentIn } from '../cluster/injector.ts';
import type { Cluster } from '../cluster/open-cluster.ts';
import type { Installation, Right } from './health.ts';

const own = 'sidecar.io';
const admission = 'admissionregistration.k8s.io';

/** What the injector of an installation needs, as the chart gives it and its arguments say. */
export function rightsOf({
  namespace,
  name,
  args,
}: Pick<Installation, 'namespace' | 'name' | 'args'>): readonly Right[] {
  const has = (start: string) => args.some((arg) => arg.startsWith(start));
  const secret = argumentIn(args, 'certs-secret')?.split('/')[1];
  return [
    { verb: 'watch', group: '', resource: 'namespaces' },
    ...(has('--native=auto') ? [{ verb: 'watch', group: '', resource: 'nodes' }] : []),
    { verb: 'watch', group: own, resource: 'clustersidecartemplates' },
    { verb: 'watch', group: own, resource: 'sidecartemplates' },
    { verb: 'watch', group: own, resource: 'sidecarpolicies' },
    ...['clustersidecartemplates', 'sidecartemplates', 'sidecarpolicies'].map((resource) => {
      return { verb: 'patch', group: own, resource, subresource: 'status' };
    }),
    ...(has('--events=true') ? [{ verb: 'create', group: 'events.k8s.io', resource: 'events' }] : []),
    ...(has('--registration=')
      ? ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'].map((resource) => {
          return { verb: 'patch', group: admission, resource, name };
        })
      : []),
    ...(has('--lease=') ? [{ verb: 'update', group: 'coordination.k8s.io', resource: 'leases', namespace, name }] : []),
    ...(has('--manage-policies=true') ? [{ verb: 'create', group: '', resource: 'podtemplates', namespace }] : []),
    ...(has('--manage-policies=true') && !has('--most-policies=0')
      ? ruleNames(name).map((rule) => {
          return { verb: 'create', group: admission, resource: 'validatingadmissionpolicybindings', name: `${rule}-0` };
        })
      : []),
    ...(secret === undefined ? [] : [{ verb: 'patch', group: '', resource: 'secrets', namespace, name: secret }]),
  ];
}

/** Asks the API server which of these rights a service account lacks; undefined where whoever asks may not know. */
export function lackingOf(cluster: Cluster, rights: readonly Right[], namespace: string, account: string) {
  const lacking: Right[] = [];
  for (const right of rights) {
    const answer = cluster.posted('/apis/authorization.k8s.io/v1/subjectaccessreviews', {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: {
        user: `system:serviceaccount:${namespace}:${account}`,
        groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
        resourceAttributes: { ...right } as JsonObject,
      },
    });
    if ('message' in answer) return undefined;
    const { status } = answer.object;
    if (!isObject(status) || status.allowed !== true) lacking.push(right);
  }
  return lacking;
}

/** `watch nodes`, `update leases.coordination.k8s.io sidecar-injector`. */
export function rightText({ verb, group, resource, subresource, name }: Right): string {
  const of = `${resource}${group === '' ? '' : `.${group}`}${subresource === undefined ? '' : `/${subresource}`}`;
  return [verb, of, ...(name === undefined ? [] : [name])].join(' ');
}
