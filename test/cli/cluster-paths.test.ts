// What a manifest says becomes part of what is asked of an API server.
import { expect, it } from 'vitest';
import { openCluster } from '../../src/cli/cluster/open-cluster.ts';
import { readObjects } from '../../src/cli/cluster/read-state.ts';
import { podsPath } from '../../src/cli/cluster/selector-text.ts';

it('the namespace of an object is one step of a path, whatever it is', () => {
  const asked: string[] = [];
  const kubectl = ([, , path = '']: readonly string[]) => {
    asked.push(path);
    return { bytes: new TextEncoder().encode('{"items":[]}') };
  };
  const cluster = openCluster(kubectl, { context: undefined, kubeconfig: undefined, as: undefined });
  readObjects(cluster, ['../secrets?watch=true'], 0);
  const namespace = '/namespaces/..%2Fsecrets%3Fwatch%3Dtrue';
  expect(asked.filter((path) => path.includes('secrets'))).toEqual([
    `/api/v1${namespace}`,
    `/apis/sidecar.io/v1alpha1${namespace}/sidecartemplates`,
  ]);
});

it.each([
  ['Deployment', { matchLabels: { app: 'web' } }, '?labelSelector=app%3Dweb'],
  ['ReplicationController', { app: 'web' }, '?labelSelector=app%3Dweb'],
  ['ReplicationController', undefined, undefined],
  ['Deployment', {}, undefined],
])('the pods of a %s with the selector %j', (kind, selector, query) => {
  const owner = { kind, spec: selector ? { selector } : {} };
  expect(podsPath(owner, 'shop')).toBe(query && `/api/v1/namespaces/shop/pods${query}`);
  expect(podsPath(owner, 'shop', 'tier=db')).toBe(query && `/api/v1/namespaces/shop/pods${query}%2Ctier%3Ddb`);
});
