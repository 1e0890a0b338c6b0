// What the command line reads from a cluster: templates, policies and namespaces of a real API server, and the settings
// of the injector from the objects of the chart. Nothing runs there, so no webhook answers.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { ensureBinaries } from '../cluster/binaries.ts';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import { policyObject } from '../policy/policy.ts';
import { release, renderedChart } from './chart.ts';
import { template } from './cluster-templates.ts';
import { applied, untilDefined } from './setup.ts';

const program = join(import.meta.dirname, '../../src/main/sidecar.ts');
const namespace = (name: string, annotations: object = {}, labels: object = {}) => ({
  ...{ apiVersion: 'v1', kind: 'Namespace', metadata: { name, annotations, labels } },
});
const topz = { 'sidecar.io/topz': 'true' };
const widget = (name: string, annotations: object = topz) => ({
  ...{ apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name, namespace: 'shop', annotations } },
  spec: { parts: [{ template: { spec: { containers: [{ name: 'web', image: 'web' }] } } }] },
});
const definition = {
  ...{ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' },
  metadata: { name: 'widgets.example.com' },
  spec: {
    ...{ group: 'example.com', scope: 'Namespaced', names: { plural: 'widgets', singular: 'widget', kind: 'Widget' } },
    versions: [
      {
        ...{ name: 'v1', served: true, storage: true },
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};
/** As the injector writes it, but for pods that nobody creates. */
const registration = {
  ...{ apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingWebhookConfiguration' },
  metadata: { name: release },
  webhooks: [
    {
      name: 'pods.sidecar.io',
      clientConfig: { service: { name: release, namespace: release, path: '/mutate', port: 443 } },
      rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }],
      objectSelector: { matchLabels: { nobody: 'has-this' } },
      ...{ admissionReviewVersions: ['v1'], sideEffects: 'None', failurePolicy: 'Ignore' },
    },
  ],
};

let cluster: ControlPlane;
beforeAll(async () => {
  cluster = await startControlPlane();
  const kind = { group: 'example.com', kind: 'Widget', template: 'spec.parts.*.template' };
  const values = Object.entries(kind).map(([key, value]) => `workloads[0].${key}=${value}`);
  const chart = await renderedChart(...values);
  const ofKind = (pattern: RegExp) => chart.filter(({ kind }) => pattern.test(kind));
  await applied(
    cluster,
    namespace(release),
    namespace('shop', {}, { team: 'shop' }),
    namespace('other'),
    definition,
    registration,
  );
  await applied(cluster, ...ofKind(/^(CustomResourceDefinition|Deployment)$/));
  await untilDefined(cluster);
  await applied(cluster, widget('web'));
}, 300_000);
afterAll(() => cluster?.stop());

/** Runs the program as a user does, with kubectl on its path. */
async function sidecar(args: readonly string[], stdin: object = {}) {
  const { kubectl } = await ensureBinaries(['kubectl']);
  const env = {
    ...process.env,
    PATH: `${dirname(kubectl)}:${process.env.PATH}`,
    KUBECONFIG: cluster.kubeconfig,
    KUBECACHEDIR: join(dirname(cluster.kubeconfig), 'cache'),
  };
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    ...{ encoding: 'utf8', env, input: JSON.stringify(stdin) },
  });
  return { code: status, stdout, stderr };
}

describe('kinds that the chart declares', () => {
  it('are explained without being named again', async () => {
    const { code, stdout } = await sidecar(['explain', 'widget/web', '-n', 'shop']);
    expect([code, stdout.split('\n')[0]]).toEqual([0, 'widget/web in shop would get topz.']);
    const file = await sidecar(['explain', '-f', '-', '--cluster'], widget('other'));
    expect([file.code, file.stdout.split('\n')[0]]).toEqual([0, 'widget/other in shop would get topz.']);
  });

  it('and others must be declared', async () => {
    const { code, stderr } = await sidecar(['explain', '-f', '-', '--cluster'], { ...widget('a'), kind: 'Gadget' });
    expect([code, stderr]).toEqual([
      1,
      "error: gadget/a: The injector does not know the kind Gadget.example.com, which has a pod template. Declare it with --workload 'Gadget.example.com=spec.parts.*.template', and for the cluster in the chart's value workloads.\n",
    ]);
    expect((await sidecar(['explain', 'namespace/shop'])).stderr).toBe('error: namespace/shop makes no pods.\n');
  });
});

it('shells suggest the namespaces of the cluster, and nothing to whom may not list them', async () => {
  expect((await sidecar(['__complete', 'explain', '-n', 'sh'])).stdout).toBe('shop\n:4\n');
  expect((await sidecar(['__complete', 'rollout', '--namespace=oth'])).stdout).toBe('other\n:4\n');
  const { code, stdout, stderr } = await sidecar(['__complete', 'audit', '--as', 'nobody', '-n', '']);
  expect([code, stdout, stderr]).toEqual([0, ':4\n', '']);
});

describe('--cluster', () => {
  const pod = (annotations: object, metadata: object = {}) => ({
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', annotations, ...metadata } },
    spec: { containers: [{ name: 'web', image: 'web' }] },
  });
  beforeAll(async () => {
    const greeter = {
      ...{ summary: 'Says hello.', failurePolicy: 'Ignore', image: 'hello' },
      containers: [{ name: '${ instance.id }', securityContext: { runAsUser: 1000 } }],
    };
    await applied(
      cluster,
      template('greeter', greeter),
      template('local', greeter, 'other'),
      policyObject('shop', { require: [{ sidecar: 'greeter' }], forbid: ['topz'] }),
      namespace('defaults', topz),
    );
  });

  it('gives inject the templates, policies, namespaces and kinds of the cluster', async () => {
    const injected = async (stdin: object, ...flags: string[]) =>
      (await sidecar(['inject', '-f', '-', '--cluster', '-o', 'patch', ...flags], stdin)).stderr;
    expect(await injected(pod({ 'sidecar.io/greeter': 'true' }))).toBe('pod/web: greeter injected\n');
    expect(await injected(pod({}), '-n', 'defaults')).toBe('pod/web: topz injected\n');
    expect(await injected(pod({ 'sidecar.io/local': 'true' }), '-n', 'other')).toBe('pod/web: local injected\n');
    expect(await injected(pod({}, { namespace: 'shop' }))).toBe('pod/web: greeter injected\n');
    expect(await injected(pod(topz), '-n', 'shop')).toMatch(
      /The policy shop forbids the sidecar topz\.[\s\S]*nothing was injected/,
    );
    const kinds = { apiVersion: 'v1', kind: 'List', items: [pod({}, { namespace: 'shop' }), widget('w', {})] };
    expect(await injected(kinds)).toBe('pod/web: greeter injected\nwidget/w: greeter injected\n');
  });

  it('gives check the same, and what is in the files counts as well', async () => {
    const checked = async (stdin: object) => await sidecar(['check', '-f', '-', '--cluster', '-n', 'shop'], stdin);
    expect(await checked(pod({ 'sidecar.io/greeter': 'true' }))).toMatchObject({ code: 0, stdout: '' });
    expect(await checked(pod(topz))).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('The policy shop forbids'),
    });
    const own = policyObject('shop', { require: [{ sidecar: 'greeter' }] });
    const list = { apiVersion: 'v1', kind: 'List', items: [pod(topz), own] };
    expect(await checked(list)).toMatchObject({ code: 0, stdout: '' });
  });

  it('gives explain the same: a policy of the files selects a namespace by the labels that the cluster has', async () => {
    await applied(cluster, namespace('plain', {}, { tier: 'web' }));
    const policy = policyObject('of-files', {
      namespaceSelector: { matchLabels: { tier: 'web' } },
      forbid: ['greeter'],
    });
    const items = [pod({ 'sidecar.io/greeter': 'true' }), policy];
    const list = { apiVersion: 'v1', kind: 'List', items };
    const { code, stdout, stderr } = await sidecar(['explain', '-f', '-', '--cluster', '-n', 'plain'], list);
    expect([code, stdout]).toEqual([0, expect.stringContaining('The policy of-files forbids the sidecar greeter')]);
    expect(stderr).not.toContain('labels');
  });

  it('gives policy test the same, and the templates and policies of all namespaces', async () => {
    const deployment = (name: string, namespace: string, annotations: object) => ({
      ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace } },
      spec: {
        selector: { matchLabels: { app: name } },
        template: { metadata: { labels: { app: name }, annotations }, spec: { containers: [{ name, image: name }] } },
      },
    });
    await applied(
      cluster,
      deployment('greets', 'other', { 'sidecar.io/greeter': 'true' }),
      deployment('own', 'other', { 'sidecar.io/local': 'true' }),
      deployment('held', 'shop', {}),
    );
    const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': 'other' } };
    const policy = policyObject('quiet', { namespaceSelector, forbid: ['greeter'] });
    const { code, stdout, stderr } = await sidecar(['policy', 'test', '-f', '-', '--cluster'], policy);
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(
        /^other\/deployment\/greets: would be refused: .*The policy quiet forbids the sidecar greeter/,
      ),
      expect.stringMatching(/^1 would be refused, 0 changed, \d stay as they are\.$/),
      '',
    ]);
    expect([code, stderr]).toEqual([1, '']);
    const without = policyObject('shop', { forbid: ['topz'] });
    const replaced = await sidecar(['policy', 'test', '-f', '-', '--cluster'], without);
    expect(replaced.stdout).toMatch(/^0 would be refused, 0 changed,/);
  });

  it('says which policies may count where the namespace may not be read, for every command', async () => {
    const ours = { apiGroups: ['sidecar.io'], resources: ['*'], verbs: ['get', 'list'] };
    const role = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'dev' };
    const rbac = 'rbac.authorization.k8s.io/v1';
    await applied(
      cluster,
      { apiVersion: rbac, kind: 'ClusterRole', metadata: { name: 'dev' }, rules: [ours] },
      {
        ...{ apiVersion: rbac, kind: 'ClusterRoleBinding', metadata: { name: 'dev' }, roleRef: role },
        subjects: [{ apiGroup: role.apiGroup, kind: 'User', name: 'dev' }],
      },
      policyObject('by-team', { namespaceSelector: { matchLabels: { team: 'shop' } }, forbid: ['git'] }),
    );
    const policy = policyObject('of-files', { namespaceSelector: { matchLabels: { a: 'b' } }, forbid: ['git'] });
    const items = [pod({ 'sidecar.io/git-repo': 'https://git.example.com/a.git' }), policy];
    for (const command of ['inject -f - -o patch', 'check -f -', 'explain -f -']) {
      const flags = ['--cluster', '-n', 'shop'];
      const list = { apiVersion: 'v1', kind: 'List', items };
      const { stderr } = await sidecar([...command.split(' '), ...flags, '--as', 'dev'], list);
      expect(stderr, command).toMatch(/^note: The labels of the namespace shop are unknown, .*: by-team, of-files/m);
      const known = await sidecar([...command.split(' '), ...flags], list);
      expect(known.stderr, command).not.toContain('unknown');
    }
    await cluster.kubectl(['delete', 'sidecarpolicy', 'by-team']);
  });

  it('takes the namespace of the context for objects that name none', async () => {
    const context = ['config', 'set-context', '--current', '--namespace=defaults'];
    expect(await cluster.kubectl(context)).toMatchObject({ code: 0 });
    const { stderr } = await sidecar(['inject', '-f', '-', '--cluster', '-o', 'patch'], pod({}));
    expect(stderr).toBe('pod/web: topz injected\n');
  });

  it('says that the cluster does not answer', async () => {
    const { code, stdout, stderr } = await sidecar(['inject', '-f', '-', '--cluster', '--context', 'none'], pod(topz));
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('error: The cluster of kubectl does not answer. /version: ');
  });

  it.each([
    [
      'an expired token',
      { token: 'expired' },
      'does not accept the credentials of the kubeconfig: they have expired, or',
    ],
    [
      'a program that gives no token',
      { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'false', interactiveMode: 'Never' } },
      'kubectl gets no credentials for the cluster. Log in again',
    ],
  ])('says so of %s', async (_, user, message) => {
    const config = parse(cluster.adminKubeConfigText);
    config.users[0].user = user;
    const path = join(dirname(cluster.kubeconfig), 'other.yaml');
    writeFileSync(path, stringify(config));
    for (const command of ['audit', 'rollout', 'doctor', 'impact -f -']) {
      const { code, stdout, stderr } = await sidecar([...command.split(' '), '--kubeconfig', path], namespace('x'));
      expect([code === 0, stdout]).toEqual([false, '']);
      expect(stderr).toMatch(/^note: \/version: /);
      expect(stderr).toContain(message);
    }
  });
});
