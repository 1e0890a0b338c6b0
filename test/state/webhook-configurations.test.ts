// What the injector registers, field by field, as the API server stores it.
import { describe, expect, it } from 'vitest';
import type { State } from '../../src/state/state.ts';
import { type Registration, webhookConfigurations } from '../../src/state/webhook-configurations.ts';
import { workloadKinds } from '../../src/workload/kinds.ts';
import { builtInState } from '../engine/state.ts';
import { policy } from '../policy/policy.ts';
import { registration } from './conditions.ts';

const web = { matchLabels: { app: 'web' } };
const state = {
  ...builtInState,
  policies: [policy('metrics', { require: [{ sidecar: 'topz' }], podSelector: web })],
};

const entriesOf = (changes: Partial<Registration>, from: State) =>
  webhookConfigurations(from, { ...registration, ...changes }, 'CA').map(
    ({ webhooks }) => webhooks as readonly { readonly name: string }[],
  );
const entry = (name: string, changes: Partial<Registration> = {}, from: State = state) =>
  entriesOf(changes, from)
    .flat()
    .find((each) => each.name === `${name}.sidecar.io`);

const caBundle = Buffer.from('CA').toString('base64');
const service = (path: string) => ({
  caBundle,
  service: { name: 'injector', namespace: 'sidecars', path, port: 443 },
});
const notExcluded = {
  key: 'kubernetes.io/metadata.name',
  operator: 'NotIn',
  values: ['kube-node-lease', 'kube-system', 'sidecars'],
};
const counts = (operator: string) => ({ key: 'sidecar.io/inject', operator, values: ['enabled'] });
const common = { admissionReviewVersions: ['v1'], timeoutSeconds: 5, matchPolicy: 'Equivalent', objectSelector: {} };

it('are two objects with the labels of the injector', () => {
  const metadata = {
    name: 'injector',
    labels: { 'app.kubernetes.io/name': 'sidecar-injector', 'app.kubernetes.io/managed-by': 'sidecar-injector' },
  };
  const apiVersion = 'admissionregistration.k8s.io/v1';
  expect(webhookConfigurations(state, registration, 'CA')).toEqual([
    { apiVersion, metadata, kind: 'MutatingWebhookConfiguration', webhooks: expect.any(Array) },
    { apiVersion, metadata, kind: 'ValidatingWebhookConfiguration', webhooks: expect.any(Array) },
  ]);
});

describe('an entry for pods', () => {
  const pods = {
    ...common,
    sideEffects: 'NoneOnDryRun',
    reinvocationPolicy: 'IfNeeded',
    rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], operations: ['CREATE'], scope: 'Namespaced' }],
    matchConditions: [
      { name: 'not-a-mirror-pod', expression: expect.stringContaining('config.mirror') },
      { name: 'asks', expression: expect.stringContaining('sidecar.io/') },
    ],
  };

  it.each<[string, string, string, string]>([
    ['required', 'Fail', '/mutate/unlabelled', 'NotIn'],
    ['optional', 'Ignore', '/mutate/unlabelled', 'NotIn'],
    ['namespace-required', 'Fail', '/mutate', 'In'],
    ['namespace', 'Fail', '/mutate', 'In'],
  ])('%s has every field', (name, failurePolicy, path, operator) => {
    expect(entry(name)).toEqual({
      ...pods,
      name: `${name}.sidecar.io`,
      failurePolicy,
      clientConfig: service(path),
      namespaceSelector: { matchExpressions: [notExcluded, counts(operator)] },
    });
  });

  it('of a policy has its selectors too', () => {
    expect(entry('policy-metrics')).toEqual({
      ...pods,
      name: 'policy-metrics.sidecar.io',
      failurePolicy: 'Ignore',
      clientConfig: service('/mutate/unlabelled'),
      namespaceSelector: {
        matchExpressions: [notExcluded, counts('NotIn'), { key: 'team', operator: 'In', values: ['shop'] }],
      },
      objectSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['web'] }] },
    });
  });

  it('of a policy for all pods selects no labels', () => {
    const policies = [policy('all', { require: [{ sidecar: 'topz' }] })];
    expect(entry('policy-all', {}, { ...state, policies })).toMatchObject({ objectSelector: {} });
  });

  it('follows the settings of the operator', () => {
    const changes = {
      namespaceFailurePolicy: 'Ignore',
      excludedNamespaces: ['build', 'sidecars', 'kube-system', 'alpha'],
      server: { url: 'https://192.0.2.1:9443' },
    } as const;
    const values = ['alpha', 'build', 'kube-node-lease', 'kube-system', 'sidecars'];
    expect(entry('namespace', changes)).toMatchObject({
      failurePolicy: 'Ignore',
      clientConfig: { caBundle, url: 'https://192.0.2.1:9443/mutate' },
      namespaceSelector: { matchExpressions: [{ values }, {}] },
    });
    expect(entry('namespace-required', changes)).toMatchObject({ failurePolicy: 'Fail' });
  });
});

describe('an entry for other objects', () => {
  const rule = (
    group: string,
    resources: string[],
    scope: string,
    apiVersion = '*',
    operations = ['CREATE', 'UPDATE'],
  ) => ({
    ...{ apiGroups: [group], apiVersions: [apiVersion], resources, operations, scope },
  });

  it('that make pods has every field', () => {
    const names = (group: string) =>
      workloadKinds.filter((kind) => kind.group === group && kind.templates.join() === 'spec.template');
    const groups = ['apps', '', 'batch', 'argoproj.io', 'apps.kruise.io', 'serving.knative.dev', 'kubevirt.io'];
    const conditions = ['not-copied', 'lives', 'says'].map((name) => ({ name, expression: expect.any(String) }));
    for (const [name, failurePolicy] of [
      ['carry', 'Fail'],
      ['check', 'Ignore'],
    ])
      expect(entry(`${name}-spec-template`)).toEqual({
        ...{ ...common, sideEffects: 'None', reinvocationPolicy: 'IfNeeded', failurePolicy },
        name: `${name}-spec-template.sidecar.io`,
        clientConfig: service('/mutate/objects'),
        rules: groups.map((group) =>
          rule(
            group,
            names(group).map(({ resource }) => resource),
            'Namespaced',
          ),
        ),
        namespaceSelector: { matchExpressions: [notExcluded] },
        matchConditions: conditions,
      });
  });

  it('for namespaces lets them be written while no injector answers', () => {
    expect(entry('label-namespace')).toMatchObject({
      failurePolicy: 'Ignore',
      rules: [rule('', ['namespaces'], 'Cluster')],
      matchConditions: [{ name: 'says' }, { name: 'lives' }],
    });
  });

  it('of the injector itself refuses them while no injector answers', () => {
    const kinds = ['clustersidecartemplates', 'sidecartemplates', 'sidecarpolicies'];
    expect(entry('templates')).toEqual({
      ...{ ...common, sideEffects: 'None', failurePolicy: 'Fail' },
      name: 'templates.sidecar.io',
      clientConfig: service('/validate'),
      rules: [rule('sidecar.io', kinds, '*', 'v1alpha1')],
      namespaceSelector: {},
    });
  });

  it('that is deleted lets it go while no injector answers', () => {
    const kinds = ['clustersidecartemplates', 'sidecartemplates'];
    expect(entry('deletions')).toEqual({
      ...{ ...common, sideEffects: 'None', failurePolicy: 'Ignore' },
      name: 'deletions.sidecar.io',
      clientConfig: service('/validate/deletion'),
      rules: [rule('sidecar.io', kinds, '*', 'v1alpha1', ['DELETE'])],
      namespaceSelector: {},
    });
  });
});

it('have each name once', () => {
  for (const entries of entriesOf({}, state))
    expect(new Set(entries.map(({ name }) => name)).size).toBe(entries.length);
});
