// `sidecar audit` and `sidecar impact` on a real API server, with pods that a real injector has injected: what is
// brought about there must be found, and nothing else.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWebhook } from '../../demo/webhook.ts';
import { loadCatalog } from '../../src/main/load-catalog.ts';
import { ownImage } from '../../src/main/version.ts';
import { ensureBinaries } from '../cluster/binaries.ts';
import { policyObject } from '../policy/policy.ts';
import { type Charted, registrationFlags, startCharted } from './chart.ts';
import { command } from './command.ts';
import { applied, created, untilAsked } from './setup.ts';

const topz = { 'sidecar.io/topz': 'true' };
const git = { 'sidecar.io/git-repo': 'https://git.example.com/site.git', 'sidecar.io/git-path': '/srv' };
const namespace = (name: string, labels: object = {}) => ({
  ...{ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } },
});
const spec = { containers: [{ name: 'web', image: 'web' }] };
const pod = (name: string, annotations: object, metadata: object = {}) => ({
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop', annotations, ...metadata } },
  spec,
});

let charted: Charted;
beforeAll(async () => {
  program = (await ensureBinaries(['kubectl'])).kubectl;
  charted = await startCharted({
    async start(kubeconfig, cluster) {
      await applied(cluster, namespace('shop', { team: 'shop' }), pod('before', topz));
      return startWebhook((origin) => ['--cluster', kubeconfig, ...registrationFlags(origin)]);
    },
  });
  await untilAsked(charted.cluster, (stored) => stored.includes('sidecar-topz'));
}, 900_000);
afterAll(() => charted?.stop());

let program: string;

/** Runs a command of `sidecar`. */
function sidecar(args: readonly string[], stdin: object = {}) {
  return command({ kubectl: program, kubeconfig: charted.cluster.kubeconfig }, [...args, '--image', ownImage], stdin);
}

async function kubectl(...args: string[]): Promise<void> {
  const result = await charted.cluster.kubectl(args);
  expect(result, result.stderr).toMatchObject({ code: 0 });
}

/** A Deployment and its ReplicaSet, without controllers, and the pods that these would make. */
async function deployed(name: string, annotations: object, count: number): Promise<void> {
  const { cluster } = charted;
  const selector = { matchLabels: { app: name } };
  const metadata = { labels: { app: name } };
  const workload = (kind: string, more: object) => ({
    ...{ apiVersion: 'apps/v1', kind, metadata: { name, namespace: 'shop', ...more } },
    spec: { replicas: count, selector, template: { metadata, spec } },
  });
  const reference = (kind: string, { metadata: { uid } }: { metadata: { uid: string } }) => ({
    ownerReferences: [{ apiVersion: 'apps/v1', kind, name, uid, controller: true }],
  });
  const deployment = await created(cluster, workload('Deployment', { annotations }));
  const replicaSet = await created(cluster, workload('ReplicaSet', reference('Deployment', deployment)));
  const owned = { ...metadata, ...reference('ReplicaSet', replicaSet) };
  await applied(cluster, ...Array.from({ length: count }, (_, i) => pod(`${name}-${i}`, {}, owned)));
}

interface Printed {
  readonly owner: { readonly kind: string; readonly name: string };
  readonly finding?: string;
  readonly change?: string;
  readonly sidecar?: string;
  readonly message: string;
  readonly pods: readonly string[];
}

/** `deployment/web: missing topz (2)`, for each row. */
function rowsIn(stdout: string, word: 'finding' | 'change'): readonly string[] {
  const rows: readonly Printed[] = JSON.parse(stdout)[`${word}s`];
  return rows.map(
    ({ owner, [word]: kind, sidecar = 'the pod', pods }) =>
      `${owner.kind.toLowerCase()}/${owner.name}: ${kind} ${sidecar} (${pods.length})`,
  );
}

describe('audit', () => {
  it('finds nothing in pods that are as they should be', async () => {
    const { cluster } = charted;
    const asked = [topz, git, { ...topz, ...git }, {}];
    await applied(cluster, ...asked.map((each, i) => pod(`right-${i}`, each, { labels: { is: 'right' } })));
    const result = sidecar(['audit', '-n', 'shop', '-l', 'is=right']);
    expect(result).toEqual({ code: 0, stdout: '', stderr: '0 of 4 pods are not as they should be.\n' });
  });

  it('finds every pod that is not, and says what to do', async () => {
    const { cluster } = charted;
    await deployed('web', topz, 3);
    const may = (name: string) => (name === 'forbidden' ? { labels: { may: 'not' } } : {});
    const names = ['image', 'status', 'extra', 'forbidden'];
    await applied(cluster, ...names.map((name) => pod(name, topz, may(name))));
    await kubectl('set', 'image', 'pod/image', 'sidecar-topz=example.com/mine:1', '-n', 'shop');
    await kubectl('annotate', 'pod/status', 'sidecar.io/status-', '-n', 'shop');
    await kubectl('annotate', 'pod/extra', 'sidecar.io/topz-', '-n', 'shop');
    await applied(cluster, policyObject('no-topz', { podSelector: { matchLabels: { may: 'not' } }, forbid: ['topz'] }));
    const json = sidecar(['audit', '-n', 'shop', '-o', 'json']);
    expect(json.stderr).toMatch(/^\d+ of \d+ pods are not as they should be\.\n$/);
    expect(json.code).toBe(1);
    expect(rowsIn(json.stdout, 'finding')).toEqual([
      'deployment/web: missing topz (3)',
      'pod/before: missing topz (1)',
      'pod/extra: extra topz (1)',
      'pod/forbidden: refused the pod (1)',
      'pod/image: image topz (1)',
      'pod/status: changed topz (1)',
    ]);
  });

  it('prints what a restart puts right, for kubectl, and every pod with what to do, for people', () => {
    const { stdout } = sidecar(['audit', '-A', '-o', 'name']);
    expect(stdout).toBe(
      ['deployment.apps/web', 'pod/before', 'pod/extra', 'pod/image', 'pod/status']
        .map((name) => `${name} -n shop\n`)
        .join(''),
    );
    const wide = sidecar(['audit', '-n', 'shop', '-l', 'app=web', '-o', 'wide']);
    const [headings = '', row = '', ...rest] = wide.stdout.trimEnd().split('\n');
    expect(headings.split(/ {2,}/)).toEqual(['NAMESPACE', 'OWNER', 'PODS', 'SIDECAR', 'FINDING', 'DETAIL']);
    expect(row.split(/ {2,}/)).toEqual([
      ...['shop', 'deployment/web', '3', 'topz', 'missing'],
      "It was created without topz, which workload.metadata.annotations['sidecar.io/topz'] asks for. Run kubectl rollout restart deployment/web -n shop.",
    ]);
    expect(rest).toEqual([]);
  });

  it('finds what was injected before its namespace said something else, and whom the injector is not asked about', async () => {
    const { cluster } = charted;
    const inNamespace = (name: string) => pod('web', topz, { namespace: name });
    await applied(cluster, namespace('later'), inNamespace('later'), inNamespace('kube-system'));
    await kubectl('annotate', 'namespace/later', 'sidecar.io/topz-port=22000');
    const rows = (name: string) => rowsIn(sidecar(['audit', '-n', name, '-o', 'json']).stdout, 'finding');
    expect(rows('later')).toEqual(['pod/web: outdated topz (1)']);
    expect(rows('kube-system')).toEqual(['pod/web: unreached topz (1)']);
  });

  it('names the owner that somebody wrote, of any kind', async () => {
    const { cluster } = charted;
    await applied(cluster, namespace('owned'));
    const template = { spec: { ...spec, restartPolicy: 'Never' } };
    const owned = (apiVersion: string, kind: string, name: string, uid: string) => ({
      ...{ namespace: 'owned', ownerReferences: [{ apiVersion, kind, name, uid, controller: true }] },
    });
    const cronJob = await created(cluster, {
      ...{ apiVersion: 'batch/v1', kind: 'CronJob' },
      metadata: { name: 'nightly', namespace: 'owned', annotations: topz },
      spec: { schedule: '0 0 1 1 *', jobTemplate: { spec: { template } } },
    });
    const job = await created(cluster, {
      ...{ apiVersion: 'batch/v1', kind: 'Job', spec: { template } },
      metadata: { name: 'nightly-1', ...owned('batch/v1', 'CronJob', 'nightly', cronJob.metadata.uid) },
    });
    await applied(
      cluster,
      pod('of-job', {}, owned('batch/v1', 'Job', 'nightly-1', job.metadata.uid)),
      pod('of-widget', topz, owned('example.com/v1', 'Widget', 'clock', 'some')),
    );
    await kubectl('annotate', 'pod/of-widget', 'sidecar.io/topz-', '-n', 'owned');
    const { stdout, stderr } = sidecar(['audit', '-n', 'owned', '-o', 'json']);
    expect(rowsIn(stdout, 'finding')).toEqual(['cronjob/nightly: missing topz (1)', 'widget/clock: extra topz (1)']);
    expect(stderr).toBe('2 of 2 pods are not as they should be.\n');
  });

  it('with the rights on one namespace, finds only what pods ask for and lack', async () => {
    const { cluster } = charted;
    const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name: 'viewer', namespace: 'small' } };
    await applied(
      cluster,
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'small', labels: { team: 'small' } } },
      { ...rbac, kind: 'Role', rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list'] }] },
      {
        ...{ ...rbac, kind: 'RoleBinding', subjects: [{ kind: 'User', name: 'ada' }] },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'viewer' },
      },
    );
    const small = (name: string, annotations: Record<string, string>) => {
      const made = pod(name, annotations);
      return { ...made, metadata: { ...made.metadata, namespace: 'small' } };
    };
    await applied(cluster, small('asked', topz), small('bare', {}));
    await kubectl('annotate', 'pod/asked', 'sidecar.io/topz-', '-n', 'small');
    await kubectl('annotate', 'pod/bare', 'sidecar.io/topz=true', '-n', 'small');
    const { stdout, stderr } = sidecar(['audit', '-n', 'small', '-o', 'json', '--as', 'ada']);
    expect(rowsIn(stdout, 'finding')).toEqual(['pod/bare: missing topz (1)']);
    expect(stderr).toContain('warning: You may not list the templates and policies of the cluster');
  });

  it('says what it may not read, and ends with 2', () => {
    const result = sidecar(['audit', '-n', 'shop', '--as', 'nobody']);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toMatch(/^error: \/api\/v1\/namespaces\/shop\/pods: .*forbidden/m);
    expect(result.stderr).toContain('note: /apis/sidecar.io/v1alpha1/sidecarpolicies: ');
  });
});

describe('impact', () => {
  const impact = (manifest: object, ...args: readonly string[]) => {
    const result = sidecar(['impact', '-f', '-', '-o', 'json', ...args], manifest);
    return { ...result, rows: result.stdout === '' ? [] : rowsIn(result.stdout, 'change') };
  };
  beforeAll(async () => {
    const { cluster } = charted;
    await created(cluster, { ...pod('plain', {}, { labels: { is: 'plain' } }) });
    await created(cluster, {
      ...pod('own', { 'sidecar.io/topz-port': '21999', ...topz }, { labels: { is: 'plain' } }),
    });
  });

  it('of a policy: sidecars come, go and have other settings, pods are refused, and nothing is stored', async () => {
    const { cluster } = charted;
    const required = { require: [{ sidecar: 'topz', settings: { port: '22000' } }] };
    const result = impact(policyObject('all-topz', required), '-l', 'is=plain');
    expect(result).toMatchObject({
      code: 1,
      stderr: '1 of 2 pods would be different.\n',
      rows: ['pod/plain: added topz (1)'],
    });
    const defaults = impact(policyObject('port', { defaults: { 'topz-port': '22000' } }), '-l', 'is=right');
    expect(defaults.rows).toEqual(['pod/right-0: changed topz (1)', 'pod/right-2: changed topz (1)']);
    expect(defaults.stdout).toContain('A new pod would get another topz: port: 21080 → 22000.');
    const forbidden = impact(policyObject('none', { forbid: ['topz'] }), '-l', 'is=plain');
    expect(forbidden.rows).toEqual(['pod/own: refused the pod (1)']);
    const { stdout } = await cluster.kubectl(['get', 'sidecarpolicies', '-o', 'name']);
    expect(stdout).toBe('sidecarpolicy.sidecar.io/no-topz\n');
  });

  it('of a template: only pods that ask for its sidecar are different, by all that is another one', () => {
    const own = loadCatalog([]).catalog.templates.find(({ name }) => name === 'topz')?.document;
    const changed = JSON.parse(JSON.stringify(own).replace(/"default":("?)21080"?/, '"default":$121081$1'));
    const result = impact({ ...changed, kind: 'ClusterSidecarTemplate' }, '-l', 'is=right', '-A');
    expect(result.rows).toEqual(['pod/right-0: changed topz (1)', 'pod/right-2: changed topz (1)']);
    expect(result.stdout).toContain('port: 21080 → 21081');
    const same = impact({ ...JSON.parse(JSON.stringify(own)), kind: 'ClusterSidecarTemplate' }, '-A');
    expect(same).toMatchObject({ code: 0, rows: [] });
  });

  it('of a Namespace, as apply would merge it', () => {
    const shop = { ...namespace('shop'), metadata: { name: 'shop', annotations: git } };
    const result = impact(shop, '-n', 'shop', '-l', 'is=plain');
    expect(result.rows).toEqual(['pod/own: added git (1)', 'pod/plain: added git (1)']);
    const other = impact({ ...shop, metadata: { ...shop.metadata, name: 'other' } });
    expect(other).toMatchObject({ code: 0, rows: [] });
  });

  it.each<[string, object, RegExp]>([
    ['a policy with a problem', policyObject('bad', { forbid: ['topaz'] }), /stdin:1:.*topaz.*\[bad-policy\]/],
    ['something else', pod('a', {}), /neither a template nor a policy nor a Namespace/],
  ])('refuses %s', (_, manifest, message) => {
    const result = impact(manifest);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toMatch(message);
  });
});
