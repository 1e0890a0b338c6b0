// What the service account of the injector may register and bind, on a real API server with the rights and the guard of
// the chart.
import { KubeConfig } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Api, openApi } from '../../src/cluster/api.ts';
import { writeObject } from '../../src/cluster/own-object.ts';
import { bindingNames, ruleNames } from '../../src/policy/enforcement.ts';
import { type Registration, webhookConfigurations } from '../../src/state/webhook-configurations.ts';
import { declaredKinds } from '../../src/workload/declared.ts';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import { builtInState } from '../engine/state.ts';
import { kubeconfigOf, release, renderedChart } from './chart.ts';
import { applied } from './setup.ts';

let cluster: ControlPlane;
let api: Api;
beforeAll(async () => {
  cluster = await startControlPlane();
  await applied(cluster, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: release } });
  const rights = /^(ServiceAccount|(Cluster)?Role(Binding)?|ValidatingAdmissionPolicy(Binding)?)$/;
  await applied(cluster, ...(await renderedChart(...declared)).filter(({ kind }) => rights.test(kind)));
  const { stdout: token } = await cluster.kubectl(['create', 'token', release, '-n', release]);
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromString(kubeconfigOf(cluster, token.trim()));
  api = openApi(kubeConfig);
  // The API server notices a new policy a moment after it is stored.
  const elsewhere = { ...own, clientConfig: { ...own.clientConfig, service: undefined, url: 'https://192.0.2.1' } };
  await vi.waitFor(() => expect(written(elsewhere)).rejects.toThrow('may only register'), { timeout: 60_000 });
}, 900_000);
afterAll(() => cluster?.stop());

/** A kind that the operator declares. */
const declared = ['group=example.com', 'kind=Widget', 'template=spec.template'].map((each) => `workloads[0].${each}`);
const state = { ...builtInState, workloads: declaredKinds(['Widget.example.com=spec.template']).kinds };

const registration: Registration = {
  ...{ name: release, namespace: release, server: { service: release }, timeoutSeconds: 5 },
  namespaceFailurePolicy: 'Fail',
  excludedNamespaces: [],
};
const configurations = webhookConfigurations(state, registration, '');
const [mutating] = configurations;
const own = mutating?.webhooks[0] as { clientConfig: { service: object }; rules: object[] };

const path = (kind: string, name: string) => `/apis/admissionregistration.k8s.io/v1/${kind.toLowerCase()}s/${name}`;

async function written(entry: object, name = release): Promise<unknown> {
  if (!mutating) throw new Error('there is no configuration');
  const object = { ...mutating, metadata: { ...mutating.metadata, name }, webhooks: [entry] };
  return writeObject(api, path(object.kind, name), object, undefined);
}

describe('the service account', () => {
  it('may write the configurations of the injector, with declared kinds', async () => {
    for (const object of configurations) await writeObject(api, path(object.kind, release), object, undefined);
  });

  it.each([
    ['a server elsewhere', { clientConfig: { url: 'https://192.0.2.1' } }],
    ['another Service', { clientConfig: { service: { ...own.clientConfig.service, name: 'kubernetes' } } }],
    ['a Service in another namespace', { clientConfig: { service: { ...own.clientConfig.service, namespace: 'x' } } }],
    ['Secrets', { rules: [{ ...own.rules[0], resources: ['secrets'] }] }],
    [
      'another kind of a declared group',
      { rules: [{ ...own.rules[0], apiGroups: ['example.com'], resources: ['gadgets'] }] },
    ],
    ['everything', { rules: [{ ...own.rules[0], apiGroups: ['*'], resources: ['*'] }] }],
    ['subresources of pods', { rules: [{ ...own.rules[0], resources: ['pods/exec'] }] }],
    ['roles besides pods', { rules: [...own.rules, { ...own.rules[0], apiGroups: ['rbac.authorization.k8s.io'] }] }],
  ])('may not register %s', async (_what, change) => {
    await expect(written({ ...own, ...change })).rejects.toThrow(/The sidecar injector may only register/);
  });

  it('may not write the configuration of anybody else', async () => {
    await expect(written(own, 'another')).rejects.toThrow(
      /403: .*cannot patch resource "mutatingwebhookconfigurations"/,
    );
  });
});

describe('the bindings of policies', () => {
  const bindings = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings';
  const contentType = 'application/apply-patch+yaml';
  const binding = (name: string) => ({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name },
    spec: { policyName: `${release}-registration`, validationActions: ['Deny'] },
  });
  const apply = (name: string) =>
    api({ method: 'PATCH', path: `${bindings}/${name}?fieldManager=thief`, body: binding(name), contentType });

  it('may be written and deleted for as many policies as the chart says', async () => {
    for (const slot of ['0', '99'])
      for (const name of ruleNames(release).map((rule) => `${rule}-${slot}`)) {
        expect(await apply(name)).toMatchObject({ status: 201 });
        expect(await api({ method: 'DELETE', path: `${bindings}/${name}` })).toMatchObject({ status: 200 });
      }
  });

  it('may not be written beyond that, and neither may those of anybody else', async () => {
    const [own = ''] = bindingNames(release, '0');
    const [beyond = ''] = bindingNames(release, '100');
    for (const name of [beyond, 'another', `${release}-policies-shop`])
      expect(await apply(name)).toMatchObject({ status: 403 });
    expect(await api({ method: 'POST', path: bindings, body: binding(own) })).toMatchObject({ status: 403 });
    const guard = `${release}-registration`;
    const path = `${bindings}/${guard}`;
    expect(await api({ method: 'DELETE', path })).toMatchObject({ status: 403 });
    expect(await api({ method: 'PUT', path, body: binding(guard) })).toMatchObject({ status: 403 });
    expect(await api({ method: 'DELETE', path: bindings })).toMatchObject({ status: 403 });
    // Without policies.inject, it has no right to inject by itself.
    const injecting = `${bindings.replace('validating', 'mutating')}/${release}-policies-inject-0`;
    expect(await api({ method: 'DELETE', path: injecting })).toMatchObject({ status: 403 });
  });

  it('have parameters in the namespace of the injector only', async () => {
    const template = { metadata: {}, spec: { containers: [{ name: 'app', image: 'app' }] } };
    const body = { apiVersion: 'v1', kind: 'PodTemplate', metadata: { name: 'x' }, template };
    const path = (namespace: string) => `/api/v1/namespaces/${namespace}/podtemplates`;
    expect(await api({ method: 'POST', path: path('default'), body })).toMatchObject({ status: 403 });
    expect(await api({ method: 'POST', path: path(release), body })).toMatchObject({ status: 201 });
  });
});
