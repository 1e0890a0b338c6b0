// The API server takes any text as the parts of an owner reference, and whoever creates a pod writes them.
import { expect, it } from 'vitest';
import { controllerOf } from '../../src/core/owner.ts';

const web = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-5d8f', uid: '705ab4f5-6393-11e8' };
const ownedBy = (reference: object) => ({ metadata: { ownerReferences: [{ ...reference, controller: true }] } });

it.each([
  {},
  { apiVersion: 'v1', kind: 'ReplicationController' },
  { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'web.v2' },
])('the controller %j is read', (more) => {
  expect(controllerOf(ownedBy({ ...web, ...more }))).toEqual({ ...web, ...more });
});

it.each([
  { name: '--server=https://example.com' },
  { name: 'web -n kube-system' },
  { name: 'web\ndeployment/dns' },
  { name: '../deployments/web' },
  { name: '?watch=true' },
  { name: '\u001b[2J' },
  { name: 'a'.repeat(254) },
  { kind: 'ReplicaSet/web' },
  { kind: 'Replica Set' },
  { apiVersion: 'apps/v1?watch=true&' },
  { apiVersion: 'apps/v1/namespaces' },
  { uid: '' },
])('%j is no controller', (wrong) => {
  expect(controllerOf(ownedBy({ ...web, ...wrong }))).toBeUndefined();
});
