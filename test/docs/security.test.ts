import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { inject } from '../../src/engine/inject.ts';
import { builtInState } from '../engine/state.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const page = read('docs/security.md');
const chart = (name: string) => read(`charts/sidecar-injector/${name}`);

interface Container {
  readonly name: string;
  readonly securityContext?: object;
}

const hardened = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};

describe('docs/security.md', () => {
  const rows = page.split('\n').filter((line) => /^\| (?!statement)[^-]/.test(line));

  it.each(rows)('names tests for: %s', (row) => {
    const tests = [...(row.split(' | ').at(-1) ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
    expect(tests.length).toBeGreaterThan(0);
    for (const path of tests) expect(existsSync(join(root, path)), path).toBe(true);
  });

  it('the service account may read namespaces, nodes, templates, policies, single ReplicaSets and Jobs, write their status, Events, its own Lease, registration and certificate, and what holds policies, and nothing else', () => {
    const plain = chart('templates/access.yaml')
      .replace(/^ *\{\{.*\}\}$/gm, '')
      .replace(/\{\{.*?\}\}/g, 'x');
    const documents = parseAllDocuments(plain).map((document) => document.toJS());
    const rules = documents.flatMap((document) => document?.rules ?? []);
    const templates = ['clustersidecartemplates', 'sidecartemplates', 'sidecarpolicies'];
    expect(rules).toEqual([
      { apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: [''], resources: ['nodes'], verbs: ['list', 'watch'] },
      { apiGroups: ['sidecar.io'], resources: templates, verbs: ['list', 'watch'] },
      { apiGroups: ['sidecar.io'], resources: templates.map((name) => `${name}/status`), verbs: ['patch'] },
      { apiGroups: [''], resources: ['pods'], verbs: ['list'] }, // with templateUsers.enabled
      {
        apiGroups: ['admissionregistration.k8s.io'],
        resources: ['validatingadmissionpolicies', 'validatingadmissionpolicybindings'],
        verbs: ['list', 'watch'],
      },
      {
        apiGroups: ['admissionregistration.k8s.io'],
        resources: ['validatingadmissionpolicybindings'],
        resourceNames: ['x-x-x'],
        verbs: ['create', 'update', 'patch', 'delete'],
      },
      // with policies.inject
      {
        apiGroups: ['admissionregistration.k8s.io'],
        resources: ['mutatingadmissionpolicybindings'],
        verbs: ['list', 'watch'],
      },
      {
        apiGroups: ['admissionregistration.k8s.io'],
        resources: ['mutatingadmissionpolicybindings'],
        resourceNames: ['x-policies-inject-x'],
        verbs: ['create', 'update', 'patch', 'delete'],
      },
      { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
      { apiGroups: ['apps'], resources: ['replicasets'], verbs: ['get'] },
      { apiGroups: ['batch'], resources: ['jobs'], verbs: ['get'] },
      {
        apiGroups: ['admissionregistration.k8s.io'],
        resourceNames: ['x'],
        resources: ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'],
        verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
      },
      {
        apiGroups: ['rbac.authorization.k8s.io'],
        resourceNames: ['x'],
        resources: ['clusterroles'],
        verbs: ['get', 'patch', 'delete'],
      },
      { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create'] },
      { apiGroups: ['coordination.k8s.io'], resources: ['leases'], resourceNames: ['x'], verbs: ['get', 'update'] },
      { apiGroups: [''], resources: ['podtemplates'], verbs: ['get', 'list', 'watch', 'create', 'update', 'delete'] },
      { apiGroups: [''], resources: ['secrets'], verbs: ['create'] }, // with the certificate source self
      { apiGroups: [''], resources: ['secrets'], resourceNames: ['x'], verbs: ['get', 'list', 'watch', 'patch'] },
    ]);
    const kinds = documents.map((document) => document?.kind).sort();
    expect(kinds).toEqual(['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding']);
  });

  it('the annotations of one namespace do not reach the pods of another', () => {
    const shop = { annotations: { 'sidecar.io/topz': 'true' }, labels: {} };
    const state = { ...builtInState, namespaces: new Map([['shop', shop]]) };
    const pod = { spec: { containers: [{ name: 'web' }] } };
    expect(inject({ pod, namespace: 'shop' }, state).kind).toBe('Injected');
    expect(inject({ pod, namespace: 'other' }, state).kind).toBe('Unchanged');
  });

  it.each(readdirSync(join(root, 'examples/injected')))('the sidecars of examples/injected/%s are hardened', (name) => {
    const pods = parseAllDocuments(read(`examples/injected/${name}`)).flatMap((document) => {
      const { kind, spec } = document.toJS();
      return kind === 'Pod' ? [spec] : (spec?.template?.spec ?? []);
    });
    const all: Container[] = pods.flatMap((spec) => [...(spec.initContainers ?? []), ...spec.containers]);
    const sidecars = all.filter((container) => container.name.startsWith('sidecar-'));
    expect(sidecars.length).toBeGreaterThan(0);
    for (const { securityContext } of sidecars) expect(securityContext).toMatchObject(hardened);
  });

  it('the injector itself is hardened', () => {
    const { podSecurityContext, securityContext } = parse(chart('values.yaml'));
    expect({ ...podSecurityContext, ...securityContext }).toMatchObject(hardened);
  });
});
