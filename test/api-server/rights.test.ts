// What the injector may do in a cluster: the API server's log shows that it uses each of its rights and asks for no
// other, and its token is refused everything else that a thief would try.
import { readFileSync } from 'node:fs';
import { KubeConfig } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Api, openApi } from '../../src/cluster/api.ts';
import type { AuditEvent } from '../cluster/audit-log.ts';
import type { Daemon } from '../cluster/daemon.ts';
import { policyObject } from '../policy/policy.ts';
import { type Charted, release, renderedChart, startCharted, startControllers } from './chart.ts';
import { template } from './cluster-templates.ts';
import { installRules } from './enforced.ts';
import { type Right, refused } from './refused-rights.ts';
import { applied, untilAsked } from './setup.ts';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** Rights that no request shows, and why they are needed. */
const unseen: Readonly<Record<string, string>> = {
  'get /podtemplates': 'the API server asks for it of whoever binds a rule to parameters',
  'create admissionregistration.k8s.io/validatingadmissionpolicybindings':
    'a server-side apply that creates asks for it',
  'create admissionregistration.k8s.io/mutatingwebhookconfigurations': 'a server-side apply that creates asks for it',
  'create admissionregistration.k8s.io/validatingwebhookconfigurations': 'a server-side apply that creates asks for it',
  'update admissionregistration.k8s.io/validatingwebhookconfigurations': 'as for the other kind, which is tested',
  'delete admissionregistration.k8s.io/mutatingwebhookconfigurations': 'OwnerReferencesPermissionEnforcement',
  'delete admissionregistration.k8s.io/validatingwebhookconfigurations': 'OwnerReferencesPermissionEnforcement',
  'delete rbac.authorization.k8s.io/clusterroles': 'OwnerReferencesPermissionEnforcement',
};

const waiting = { timeout: 120_000, interval: 500 };
const account = `system:serviceaccount:${release}:${release}`;
const auditPolicy = { apiVersion: 'audit.k8s.io/v1', kind: 'Policy', rules: [{ level: 'Metadata', users: [account] }] };
const own = { 'sidecar.io/own': 'true' };
const labels = { app: 'web' };
const podTemplate = (restartPolicy: string) => ({
  metadata: { labels, annotations: own },
  spec: { restartPolicy, containers: [{ name: 'app', image: 'app' }] },
});

let charted: Charted;
let controllers: Daemon;
let asInjector: Api;
beforeAll(async () => {
  charted = await startCharted({
    auditPolicy,
    extraApiServerArgs: ['--enable-admission-plugins=OwnerReferencesPermissionEnforcement'],
    webhookFlags: [`--lease=${release}/${release}`, '--events=true'],
  });
  controllers = await startControllers(charted.cluster);
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromString(readFileSync(charted.kubeconfig, 'utf8'));
  asInjector = openApi(kubeConfig);
  await untilAsked(charted.cluster, (stored) => stored.includes('sidecar-topz'));
}, 900_000);
afterAll(async () => {
  await controllers?.stop();
  await charted?.stop();
});

/** `get apps/replicasets`, as the chart grants it. */
async function granted(): Promise<readonly string[]> {
  const roles = (await renderedChart()).filter(({ kind }) => /^(Cluster)?Role$/.test(kind)) as unknown[];
  const own = (roles as { metadata: { name: string }; rules: Rule[] }[]).filter(
    ({ metadata }) => metadata.name === release,
  );
  const rights = own.flatMap(({ rules }) => rules).flatMap(rightsOf);
  return [...new Set(rights)].sort();
}

function rightsOf({ apiGroups, resources, verbs }: Rule): string[] {
  return apiGroups.flatMap((group) =>
    resources.flatMap((resource) => verbs.map((verb) => `${verb} ${group}/${resource}`)),
  );
}

function rightOf({ verb, objectRef }: AuditEvent): string {
  const { apiGroup = '', resource, subresource } = objectRef ?? {};
  return `${verb} ${apiGroup}/${resource}${subresource === undefined ? '' : `/${subresource}`}`;
}

const requests = () => charted.cluster.auditEvents().filter(({ user }) => user.username === account);

describe('the injector', () => {
  it('uses each right that the chart gives it, and asks for nothing else', async () => {
    const { cluster } = charted;
    const shop = { name: 'shop', labels: { 'sidecar.io/inject': 'enabled' } };
    await applied(cluster, { apiVersion: 'v1', kind: 'Namespace', metadata: shop });
    await applied(cluster, template('shared'), template('kept', {}, 'shop'), template('own', {}, 'shop'));
    const spec = { selector: { matchLabels: labels }, replicas: 0, template: podTemplate('Always') };
    const job = { suspend: true, template: podTemplate('Never') };
    await applied(
      cluster,
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' }, spec },
      { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'web', namespace: 'shop' }, spec: job },
    );
    // A policy is held by objects that are repaired, and taken away with it.
    await installRules(cluster);
    await applied(cluster, policyObject('shop-topz', { require: [{ sidecar: 'topz' }] }));
    const objects = (kind: string) =>
      cluster.kubectl(['get', kind, '-A', '-l', 'sidecar.io/policy=shop-topz', '-o', 'name']);
    for (const kind of ['podtemplates', 'validatingadmissionpolicybindings'])
      await vi.waitFor(async () => expect((await objects(kind)).stdout).not.toBe(''), waiting);
    for (const kind of ['podtemplates', 'validatingadmissionpolicybindings'])
      expect(
        await cluster.kubectl([
          'annotate',
          kind,
          '-n',
          release,
          '-l',
          'sidecar.io/policy=shop-topz',
          'example.com/a=b',
        ]),
      ).toMatchObject({ code: 0 });
    const updates = () =>
      new Set(
        requests()
          .filter(({ verb }) => verb === 'update')
          .map(rightOf),
      );
    await vi.waitFor(() => {
      expect([...updates()]).toContain('update /podtemplates');
      expect([...updates()]).toContain('update admissionregistration.k8s.io/validatingadmissionpolicybindings');
    }, waiting);
    expect(await cluster.kubectl(['delete', 'sidecarpolicy', 'shop-topz'])).toMatchObject({ code: 0 });
    // Their pods are refused once their template is gone.
    for (const args of [
      ['delete', 'sidecartemplate', 'own'],
      ['scale', 'deployment', 'web', '--replicas=2'],
      ['patch', 'job', 'web', '-p', '{"spec":{"suspend":false}}'],
    ])
      expect(await cluster.kubectl([...args, '-n', 'shop'])).toMatchObject({ code: 0 });
    // What others add to its registration is taken out again.
    const added = [{ op: 'add', path: '/webhooks/0/matchConditions/-', value: { name: 'more', expression: 'true' } }];
    const patched = ['patch', 'mutatingwebhookconfiguration', release, '--type=json', '-p', JSON.stringify(added)];
    expect(await cluster.kubectl(patched)).toMatchObject({ code: 0 });
    const wanted = (await granted()).filter((right) => !(right in unseen));
    await vi.waitFor(
      () => {
        const seen = new Set(requests().map(rightOf));
        expect(wanted.filter((right) => !seen.has(right))).toEqual([]);
      },
      { timeout: 240_000, interval: 500 },
    );
    expect(requests().filter(({ responseStatus }) => responseStatus?.code === 403)).toEqual([]);
  }, 600_000);

  it('has no right without a use', async () => {
    const all = await granted();
    expect(Object.keys(unseen).filter((right) => !all.includes(right))).toEqual([]);
  });
});

const may = async ({ verb, group = '', resource, name = '', namespace = '', subresource = '' }: Right) => {
  const resourceAttributes = { verb, group, resource, name, namespace, subresource };
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } };
  const answer = await asInjector({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    body,
  });
  return (answer.body as { status: { allowed: boolean } }).status.allowed;
};

describe('the token of the injector', () => {
  it('is asked about 50 things', () => expect(refused.length).toBeGreaterThanOrEqual(50));

  it.each(refused)('may not $verb $group/$resource $subresource in $namespace $name', async (right) => {
    expect(await may(right)).toBe(false);
  });

  it('may what is asked in this way, where the chart allows it', async () => {
    expect(await may({ verb: 'watch', resource: 'namespaces' })).toBe(true);
  });

  it.each([
    ['GET', '/api/v1/namespaces/kube-system/secrets'],
    ['GET', '/api/v1/pods'],
    ['DELETE', '/api/v1/namespaces/default'],
    ['GET', '/metrics'],
    ['GET', '/logs/'],
  ] as const)('is refused: %s %s', async (method, path) => {
    expect(await asInjector({ method: method as 'GET', path })).toMatchObject({ status: 403 });
  });
});
