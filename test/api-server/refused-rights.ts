// What a thief of the injector's token would try.
import { release } from './chart.ts';

/** One question to the API server, in the fields of a SelfSubjectAccessReview. */
export interface Right {
  readonly verb: string;
  readonly group?: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

const rights = (group: string, resource: string, verbs: readonly string[], more: Partial<Right> = {}): Right[] =>
  verbs.map((verb) => ({ verb, group, resource, ...more }));

const rbac = 'rbac.authorization.k8s.io';
const registration = 'admissionregistration.k8s.io';

export const refused: readonly Right[] = [
  // To read what others keep secret.
  ...rights('', 'secrets', ['list', 'watch']),
  ...rights('', 'secrets', ['get'], { namespace: 'kube-system', name: 'bootstrap-token' }),
  ...rights('', 'configmaps', ['get', 'list', 'update']),
  ...rights('', 'pods', ['get', 'list', 'watch']),
  ...rights('', 'pods', ['get'], { subresource: 'log' }),
  ...rights('', 'events', ['list', 'delete']),
  // To run something, or as somebody.
  ...rights('', 'pods', ['create', 'patch', 'delete', 'deletecollection']),
  ...rights('', 'pods', ['create'], { subresource: 'exec' }),
  ...rights('', 'pods', ['create'], { subresource: 'attach' }),
  ...rights('', 'pods', ['create'], { subresource: 'portforward' }),
  ...rights('', 'pods', ['update'], { subresource: 'ephemeralcontainers' }),
  ...rights('', 'pods', ['create'], { subresource: 'eviction' }),
  ...rights('', 'serviceaccounts', ['create', 'impersonate']),
  ...rights('', 'serviceaccounts', ['create'], { subresource: 'token', namespace: release, name: release }),
  ...rights('', 'users', ['impersonate']),
  ...rights('', 'groups', ['impersonate'], { name: 'system:masters' }),
  ...rights('apps', 'deployments', ['create', 'patch', 'delete']),
  ...rights('apps', 'daemonsets', ['create']),
  ...rights('apps', 'replicasets', ['list', 'update']),
  ...rights('batch', 'jobs', ['list', 'create']),
  // To change who may do what.
  ...rights(rbac, 'clusterroles', ['create', 'bind', 'escalate', 'list']),
  ...rights(rbac, 'clusterroles', ['patch', 'delete'], { name: 'cluster-admin' }),
  ...rights(rbac, 'clusterrolebindings', ['create', 'patch']),
  ...rights(rbac, 'clusterrolebindings', ['patch'], { name: release }),
  ...rights(rbac, 'roles', ['create', 'escalate'], { namespace: release }),
  ...rights(rbac, 'rolebindings', ['create'], { namespace: 'kube-system' }),
  ...rights('certificates.k8s.io', 'certificatesigningrequests', ['create', 'approve']),
  // To change what the API server does with objects of others.
  ...rights(registration, 'mutatingwebhookconfigurations', ['patch', 'delete'], { name: 'another' }),
  ...rights(registration, 'validatingwebhookconfigurations', ['patch', 'delete'], { name: 'another' }),
  ...rights(registration, 'validatingadmissionpolicies', ['create', 'patch', 'delete']),
  ...rights(registration, 'validatingadmissionpolicybindings', ['create', 'deletecollection']),
  ...rights(registration, 'validatingadmissionpolicybindings', ['create', 'patch', 'update', 'delete'], {
    name: 'other',
  }),
  ...rights('apiextensions.k8s.io', 'customresourcedefinitions', ['create', 'patch', 'delete']),
  ...rights('apiregistration.k8s.io', 'apiservices', ['create', 'patch']),
  // To change the cluster.
  ...rights('', 'namespaces', ['create', 'update', 'patch', 'delete']),
  ...rights('', 'nodes', ['patch', 'delete']),
  ...rights('', 'nodes', ['get'], { subresource: 'proxy' }),
  ...rights('', 'services', ['create', 'patch']),
  ...rights('', 'persistentvolumes', ['create']),
  ...rights('coordination.k8s.io', 'leases', ['update'], { namespace: 'kube-system', name: 'kube-scheduler' }),
  ...rights('coordination.k8s.io', 'leases', ['update', 'delete'], { namespace: release, name: 'another' }),
  ...rights('sidecar.io', 'clustersidecartemplates', ['create', 'update', 'patch', 'delete']),
  ...rights('sidecar.io', 'sidecartemplates', ['create', 'update', 'patch', 'delete']),
];
