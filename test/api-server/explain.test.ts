// `sidecar explain` on a real API server: situations in which a pod has no sidecar, or not the one that was expected.
// Each is brought about for real, and the first three lines must name its cause and its fix.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWebhook, type Webhook } from '../../demo/webhook.ts';
import { issueAuthority, issueLeaf } from '../../src/certificates/issue.ts';
import { kubectl as kubectlOf } from '../../src/main/kubectl.ts';
import { version } from '../../src/main/version.ts';
import type { ControlPlane } from '../cluster/control-plane.ts';
import type { Daemon } from '../cluster/daemon.ts';
import { rowOf } from '../docs/troubleshooting.ts';
import { policyObject } from '../policy/policy.ts';
import { type Charted, registrationFlags, release, startCharted, startControllers } from './chart.ts';
import { template } from './cluster-templates.ts';
import { explained, until } from './explained.ts';
import { applied, startOtherWebhook, untilAsked } from './setup.ts';
import { startTlsServer } from './tls-server.ts';

const topz = { 'sidecar.io/topz': 'true' };
const git = { 'sidecar.io/git-repo': 'https://git.example.com/site.git', 'sidecar.io/git-path': '/srv' };

const namespace = (name: string, annotations: object = {}, labels: object = {}) => ({
  ...{ apiVersion: 'v1', kind: 'Namespace', metadata: { name, annotations, labels } },
});
const container = { name: 'web', image: 'web' };
/** As much as the quota has. */
const small = { ...container, resources: { requests: { memory: '1Mi' } } };
const large = { ...container, resources: { requests: { memory: '1Gi' }, limits: { memory: '1Gi' } } };
const quick = { ...container, resources: { limits: { cpu: '1' } } };
const lean = { ...topz, 'sidecar.io/topz-memory': '16Mi', 'sidecar.io/topz-memory-limit': '128Mi' };
const pod = (name: string, annotations: object = {}, spec: object = {}, metadata: object = {}) => ({
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop', annotations, ...metadata } },
  spec: { containers: [container], ...spec },
});
const deployment = (name: string, annotations: object = {}, ofPods: object = {}, spec: object = {}, metadata = {}) => ({
  ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: 'shop', annotations, ...metadata } },
  spec: {
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name }, annotations: ofPods }, spec: { containers: [container], ...spec } },
  },
});
const job = (name: string, annotations: object) => ({
  ...{ apiVersion: 'batch/v1', kind: 'Job', metadata: { name, namespace: 'shop' } },
  spec: { template: { metadata: { annotations }, spec: { restartPolicy: 'Never', containers: [container] } } },
});
const cronJob = {
  ...{ apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'report', namespace: 'shop' } },
  spec: {
    schedule: '0 0 1 1 *',
    jobTemplate: {
      metadata: { annotations: topz },
      spec: { template: { spec: { restartPolicy: 'Never', containers: [container] } } },
    },
  },
};
/** The injector of these tests runs outside the cluster, and has the image of the command line. */
const withImage = `--image=ghcr.io/sidecar-injector/sidecar-injector:${version}`;
/** Times of the API server have no fractions. */
const second = 1100;

async function podsOf({ kubectl }: ControlPlane, namespace: string, selector = ''): Promise<object[]> {
  const { stdout } = await kubectl(['get', 'pods', '-n', namespace, '-l', selector, '-o', 'json']);
  return JSON.parse(stdout).items;
}

async function kubectl(...args: string[]): Promise<void> {
  const result = await charted.cluster.kubectl(args);
  expect(result, result.stderr).toMatchObject({ code: 0 });
}

/** What is asked, the kind of the cause, and what its cause and its fix say. */
interface Situation {
  readonly args: readonly string[];
  readonly manifest?: object;
  readonly kind: string | undefined;
  readonly cause: RegExp;
  readonly fix: RegExp;
}

/** Asks about what runs in a namespace. */
const live = (args: string, kind: string, cause: RegExp, fix: RegExp): Situation => ({
  ...{ args: args.split(' '), kind, cause, fix },
});
/** Asks about a manifest, with what the cluster has. */
const file = (manifest: object, kind: string, cause: RegExp, fix: RegExp): Situation => ({
  ...{ args: ['-f', '-', '--cluster'], manifest, kind, cause, fix },
});

/** Also the row of the situation in docs/troubleshooting.md must say so. */
async function expectExplained(name: string, { args, manifest, kind, cause, fix }: Situation): Promise<void> {
  const { decision, lines, stderr } = await explained(charted.cluster, args, manifest);
  expect(stderr).toBe('');
  expect(lines[1]).toMatch(cause);
  expect(lines[2]).toMatch(fix);
  expect(decision?.cause?.kind).toBe(kind);
  expect(lines.slice(1)).toEqual(rowOf(name, { cause: 'Cause: ', fix: 'Fix:   ' }));
}

let charted: Charted;
let controllers: Daemon;
let webhook: Webhook;
beforeAll(async () => {
  charted = await startCharted({
    async start(kubeconfig, cluster) {
      // What is there before the installation.
      await applied(
        cluster,
        namespace('early'),
        namespace('shop'),
        template('broken', { containers: [{ name: 'x', image: 'x' }] }),
      );
      const early = { namespace: 'early' };
      const done = { ...job('done', topz), metadata: { name: 'done', ...early } };
      await applied(cluster, pod('old', topz, {}, early), deployment('old', topz, {}, {}, early), done);
      controllers = await startControllers(cluster, ['deployment', 'replicaset', 'job', 'resourcequota']);
      await until(async () => (await podsOf(cluster, 'early')).length === 3, 'pods of the old Deployment and the Job');
      await sleep(second);
      return startWebhook((origin) => ['--cluster', kubeconfig, ...registrationFlags(origin)]);
    },
  });
  webhook = charted.webhook;
  await untilAsked(charted.cluster, (stored) => stored.includes('sidecar-topz'));
}, 900_000);
afterAll(async () => {
  await controllers?.stop();
  await charted?.stop();
});

describe('with an injector that answers', () => {
  beforeAll(async () => {
    const { cluster } = charted;
    const team = (action: string) => ({ team: action });
    await applied(
      cluster,
      namespace('defaults', topz),
      namespace('out', { 'sidecar.io/inject': 'false' }),
      namespace('unlabelled', topz, { 'sidecar.io/inject': 'disabled' }),
      namespace('alone', { 'sidecar.io/git-period': '1m' }),
      namespace('bound', {}, team('bound')),
      namespace('warned', {}, team('warned')),
      namespace('late', {}, team('late')),
      namespace('later'),
      namespace('strict', {}, { 'pod-security.kubernetes.io/enforce': 'baseline' }),
      ...['quota', 'limits', 'least', 'ratio', 'low'].map((name) => namespace(name)),
      template('gone'),
      template('kept'),
      template('changed'),
    );
    const required = { require: [{ sidecar: 'topz', settings: { port: '21999' }, lock: ['port'] }] };
    const policy = (name: string, spec: object) =>
      policyObject(name, { namespaceSelector: { matchLabels: team(name) }, ...spec });
    await applied(
      cluster,
      policy('bound', { ...required, podSelector: { matchExpressions: [{ key: 'free', operator: 'DoesNotExist' }] } }),
      policy('warned', { ...required, action: 'Warn' }),
      {
        ...{ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'small', namespace: 'quota' } },
        spec: { hard: { 'requests.memory': '1Mi' } },
      },
      {
        ...{ apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'small', namespace: 'limits' } },
        spec: { limits: [{ type: 'Container', max: { memory: '8Mi' } }] },
      },
      {
        ...{ apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'least', namespace: 'least' } },
        spec: { limits: [{ type: 'Container', min: { memory: '128Mi' } }] },
      },
      {
        ...{ apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'ratio', namespace: 'ratio' } },
        spec: { limits: [{ type: 'Container', maxLimitRequestRatio: { memory: '2' } }] },
      },
      {
        ...{ apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'low', namespace: 'low' } },
        spec: { limits: [{ type: 'Container', default: { cpu: '5m' } }] },
      },
    );
    await untilAsked(cluster, (stored) => stored.includes('sidecar-topz'));
    await until(async () => (await readyIn(cluster)) >= 5, 'templates and policies in use');
    // Until the controller has counted, the API server refuses pods for another reason.
    const counted = ['get', 'quota', 'small', '-n', 'quota', '-o', 'jsonpath={.status.hard}'];
    await until(async () => (await cluster.kubectl(counted)).stdout !== '', 'the quota counts');
    const inNamespace = (name: string, annotations = {}, spec = {}, more = {}) =>
      pod('web', annotations, spec, { namespace: name, ...more });
    await applied(
      cluster,
      pod('fine', topz),
      pod('plain'),
      pod('label', {}, {}, { labels: topz }),
      pod('prefix', { 'sidecars.io/topz': 'true' }),
      pod('later'),
      pod('gone', { 'sidecar.io/gone': 'true' }),
      pod('changed', { 'sidecar.io/changed': 'true' }),
      pod('failing', topz),
      pod('unmounted', { 'sidecar.io/config-configmaps': 'nope' }),
      pod('awaited', git),
      pod('ended'),
      { ...deployment('fixed', {}, {}), kind: 'ReplicaSet' },
      pod('classic', { ...topz, 'sidecar.io/topz-native': 'false' }, { restartPolicy: 'Never' }),
      pod('half', { 'sidecar.io/kept': 'true' }, {}, { labels: { 'sidecar.io/topz': 'true' } }),
      cronJob,
      inNamespace('defaults', { 'sidecar.io/inject': 'false' }),
      pod('off', { 'sidecar.io/topz': 'false' }, {}, { namespace: 'defaults' }),
      pod('host', {}, { hostNetwork: true }, { namespace: 'defaults' }),
      pod('asked', {}, {}, { namespace: 'defaults' }),
      inNamespace('out', topz),
      inNamespace('unlabelled'),
      inNamespace('alone'),
      inNamespace('kube-system', topz),
      inNamespace('bound', {}, {}, { labels: { free: 'yes' } }),
      inNamespace('warned'),
      inNamespace('late'),
      inNamespace('later'),
      deployment('big', topz, {}, { containers: [small] }, { namespace: 'quota' }),
      deployment('big', { ...topz, 'sidecar.io/topz-memory-limit': '64Mi' }, {}, {}, { namespace: 'limits' }),
      deployment('low', lean, {}, { containers: [large] }, { namespace: 'least' }),
      deployment('wide', lean, {}, { containers: [large] }, { namespace: 'ratio' }),
      deployment('busy', topz, {}, { containers: [quick] }, { namespace: 'low' }),
      deployment(
        'root',
        {},
        topz,
        { containers: [{ ...container, securityContext: { privileged: true } }] },
        { namespace: 'strict' },
      ),
      {
        ...deployment('orphan', {}, { 'sidecar.io/gone': 'true' }),
        spec: { ...deployment('orphan', {}, { 'sidecar.io/gone': 'true' }).spec, replicas: 0 },
      },
    );
    await setFailing('failing', 'sidecar-topz', {
      waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "topz:9"' },
    });
    await setUnmounted('unmounted', 'sidecar-config-source', 'configmap "nope" not found');
    await setFailing('awaited', 'sidecar-git', { running: { startedAt: '2026-01-01T00:00:00Z' } });
    await sleep(second);
    await kubectl('annotate', 'pod', 'later', 'ended', '-n', 'shop', 'sidecar.io/topz=true');
    await setPhase('pod/ended', 'shop', 'Failed');
    const [{ metadata }] = (await podsOf(cluster, 'early', 'job-name=done')) as [{ metadata: { name: string } }];
    await setPhase(`pod/${metadata.name}`, 'early', 'Succeeded');
    await kubectl('wait', 'job/done', '-n', 'early', '--for=condition=Complete', '--timeout=60s');
    await until(async () => (await podsOf(cluster, 'shop', 'app=fixed')).length === 1, 'a pod of the ReplicaSet');
    await kubectl('annotate', 'replicaset', 'fixed', '-n', 'shop', 'sidecar.io/topz=true');
    await kubectl('annotate', 'namespace', 'later', 'sidecar.io/topz=true');
    await applied(cluster, policy('late', required), template('changed', { image: 'registry.example.com/hello:2' }));
    await kubectl('annotate', 'pod', 'asked', '-n', 'defaults', 'sidecar.io/topz=false');
    await kubectl('delete', 'cst', 'gone');
    const again = ['create', '--dry-run=server', '-f', '-'];
    const refused = async () =>
      (await cluster.kubectl(again, { stdin: JSON.stringify(pod('again', { 'sidecar.io/gone': 'true' })) })).code !== 0;
    await until(refused, 'the template is gone');
    await kubectl('scale', 'deployment', 'orphan', '-n', 'shop', '--replicas=1');
    await kubectl('debug', 'fine', '-n', 'shop', '--copy-to=copy', '--image=busybox', '--', 'true');
    await kubectl('create', '--dry-run=server', '-n', 'shop', 'job', 'dry', '--image=busybox');
    for (const [name, of] of [
      ['quota', 'big'],
      ['limits', 'big'],
      ['least', 'low'],
      ['ratio', 'wide'],
      ['low', 'busy'],
      ['strict', 'root'],
      ['shop', 'orphan'],
    ] as const)
      await until(async () => (await eventsIn(cluster, name)).some((event) => event.includes(of)), `${of} has no pods`);
    await takeOut(cluster);
  }, 900_000);

  const situations: Readonly<Record<string, Situation>> = {
    'the pod is older than the installation': live(
      'pod/old -n early',
      'before-install',
      /registered at .* the pod was created at/,
      /Delete pod\/old/,
    ),
    'the Deployment was annotated before the installation': live(
      'deployment/old -n early',
      'not-carried',
      /annotated while no injector answered/,
      /rollout restart deployment\/old -n early/,
    ),
    'the pod is older than the annotation of its workload': live(
      'replicaset/fixed -n shop',
      'not-carried',
      /were created before replicaset\/fixed had sidecar\.io\/topz/,
      /Delete the pods of replicaset\/fixed/,
    ),
    'the pod has ended': live(
      'pod/ended -n shop',
      'ended',
      /has ended \(Failed\), without topz/,
      /To run it once more, delete pod\/ended/,
    ),
    'the Job has ended': live(
      'job/done -n early',
      'ended',
      /has ended \(Succeeded\), without topz/,
      /delete job\/done and create it again/,
    ),
    'nothing asks for a sidecar': live(
      'pod/plain -n shop',
      'nothing-asked',
      /Nothing asks for a sidecar/,
      /Add sidecar\.io/,
    ),
    'a label instead of an annotation': live(
      'pod/label -n shop',
      'misplaced',
      /labels\['sidecar\.io\/topz'\] has no effect/,
      /Write metadata\.annotations/,
    ),
    'a misspelled prefix': live(
      'pod/prefix -n shop',
      'misplaced',
      /sidecars\.io\/topz'\] has no effect/,
      /Did you mean metadata\.annotations\['sidecar\.io\/topz'\]/,
    ),
    'an annotation between CronJob and pod template': live(
      'cronjob/report -n shop',
      'misplaced',
      /spec\.jobTemplate\.metadata\.annotations/,
      /Write spec\.jobTemplate\.spec\.template/,
    ),
    'a misspelled sidecar': file(
      pod('x', { 'sidecar.io/tpoz': 'true' }),
      'problem',
      /No sidecar has "sidecar\.io\/tpoz"\. \[unknown-annotation\]/,
      /Did you mean sidecar\.io\/topz/,
    ),
    'a value that is neither true nor false': file(
      pod('x', { 'sidecar.io/topz': 'yes' }),
      'problem',
      /neither true nor false\. \[bad-switch\]/,
      /Write "true"/,
    ),
    'a parameter that is missing': file(
      pod('x', { 'sidecar.io/git': 'true' }),
      'problem',
      /needs sidecar\.io\/git-/,
      /Add sidecar\.io\/git-/,
    ),
    'a port that is taken': file(
      pod('x', topz, { containers: [{ ...container, ports: [{ containerPort: 21080 }] }] }),
      'problem',
      /port/,
      /./,
    ),
    'the network of the node': file(pod('x', topz, { hostNetwork: true }), 'problem', /host-network/, /./),
    'the network of the node, by a default of the namespace': live(
      'pod/host -n defaults',
      'namespace-problem',
      /namespace\.metadata\.annotations\['sidecar\.io\/topz'\] has no effect on this pod/,
      /kubectl edit namespace defaults/,
    ),
    'the pod opts out': live(
      'pod/web -n defaults',
      'opted-out',
      /metadata\.annotations\['sidecar\.io\/inject'\] is "false"/,
      /remove the annotation/,
    ),
    'the namespace opts out': live(
      'pod/web -n out',
      'opted-out',
      /^Cause: namespace\.metadata\.annotations\['sidecar\.io\/inject'\] is "false"/,
      /kubectl annotate namespace out sidecar\.io\/inject-/,
    ),
    'the pod turns the sidecar off': live(
      'pod/off -n defaults',
      'turned-off',
      /metadata\.annotations\['sidecar\.io\/topz'\] is "false"/,
      /Write "true"/,
    ),
    'the namespace lacks its label': live(
      'pod/web -n unlabelled',
      'namespace-not-labelled',
      /lacks the label sidecar\.io\/inject: enabled/,
      /kubectl label namespace unlabelled/,
    ),
    'the namespace only sets a parameter': live(
      'pod/web -n alone',
      'not-turned-on',
      /sets a parameter, and nothing turns git on/,
      /Add sidecar\.io\/git-repo/,
    ),
    'the namespace is excluded': live(
      'pod/web -n kube-system',
      'namespace-excluded',
      /kube-system is excluded/,
      /excludedNamespaces/,
    ),
    'a locked setting': file(
      pod('x', { 'sidecar.io/topz-port': '20000' }, {}, { namespace: 'bound' }),
      'problem',
      /The policy bound locks this setting.*\[setting-locked\]/,
      /Remove sidecar\.io\/topz-port/,
    ),
    'a required sidecar is turned off': file(
      pod('x', { 'sidecar.io/topz': 'false' }, {}, { namespace: 'bound' }),
      'problem',
      /The policy bound requires the sidecar topz/,
      /Remove sidecar\.io\/topz/,
    ),
    'the policy is not for the pod': live(
      'pod/web -n bound',
      'exempt',
      /The policy bound requires topz, but does not apply to this pod/,
      /podSelector/,
    ),
    'the policy is not enforced': live(
      'pod/web -n warned',
      'not-enforced',
      /The policy warned would add the sidecar topz/,
      /action of the policy to Enforce/,
    ),
    'the policy is younger than the pod': live(
      'pod/web -n late',
      'policy-later',
      /The policy late, which requires topz, was written at/,
      /Delete pod\/web/,
    ),
    'the pod was annotated after its creation': live(
      'pod/later -n shop',
      'annotated-later',
      /sidecar\.io\/topz was added to the pod at/,
      /Delete pod\/later/,
    ),
    'the namespace was annotated after the pod': live(
      'pod/web -n later',
      'namespace-later',
      /The namespace later was annotated/,
      /Delete pod\/web/,
    ),
    'the template is not valid': file(
      pod('x', { 'sidecar.io/broken': 'true' }),
      'template-broken',
      /The template broken is not in use/,
      /kubectl edit clustersidecartemplate broken/,
    ),
    'the template was deleted': live(
      'pod/gone -n shop',
      'template-gone',
      /its template gone was deleted/,
      /Apply the template gone again/,
    ),
    'the template was changed': live(
      `pod/changed -n shop ${withImage}`,
      'older',
      /The template changed was changed at/,
      /Delete pod\/changed/,
    ),
    'its container does not start': live(
      'pod/failing -n shop',
      'not-started',
      /sidecar-topz of topz does not start\. ImagePullBackOff: Back-off pulling image/,
      /kubectl describe pod failing -n shop/,
    ),
    'a ConfigMap that does not exist': live(
      'pod/unmounted -n shop',
      'not-mounted',
      /the volume sidecar-config-source of config cannot be mounted: configmap "nope" not found/,
      /Create the ConfigMap nope in shop, or correct .*sidecar\.io\/config-configmaps/,
    ),
    'its container does not come up': live(
      'pod/awaited -n shop',
      'awaited',
      /waits for the container sidecar-git of git/,
      /kubectl logs awaited -n shop -c sidecar-git/,
    ),
    'the annotation was removed': live('pod/asked -n defaults', 'turned-off', /is "false"/, /./),
    'another webhook removes the sidecar': live(
      'pod/taken -n shop',
      'removed',
      /sidecar-topz, and the pod does not have it: another webhook removed it/,
      /exclude this pod there/,
    ),
    'a copy of a pod': live(
      'pod/copy -n shop',
      'copied',
      /sidecar-topz without sidecar\.io\/status/,
      /--keep-annotations/,
    ),
    'a quota': live('deployment/big -n quota', 'quota', /exceeded quota: small/, /sidecar\.io\/topz-memory/),
    'a LimitRange': live(
      'deployment/big -n limits',
      'limits',
      /maximum memory usage per Container/,
      /sidecar\.io\/topz-memory-limit/,
    ),
    'a LimitRange with a minimum': live(
      'deployment/low -n least',
      'limits',
      /minimum memory usage per Container is 128Mi, but request is 16Mi/,
      /^Fix: {3}Raise sidecar\.io\/topz-memory, /,
    ),
    'a LimitRange with a ratio': live(
      'deployment/wide -n ratio',
      'limits',
      /memory max limit to request ratio per Container is 2, but provided ratio is 8/,
      /Raise sidecar\.io\/topz-memory or lower sidecar\.io\/topz-memory-limit/,
    ),
    'a LimitRange with a low default': live(
      'deployment/busy -n low',
      'limits',
      /must be less than or equal to cpu limit of 5m/,
      /Lower sidecar\.io\/topz-cpu or set sidecar\.io\/topz-cpu-limit/,
    ),
    'Pod Security': live('deployment/root -n strict', 'pod-security', /violates PodSecurity/, /security context/),
    'a template that was deleted before the pods came': live(
      'deployment/orphan -n shop',
      'problem',
      /No sidecar has "sidecar\.io\/gone"/,
      /./,
    ),
    'a Job with a plain container': live(
      'pod/classic -n shop',
      'never-completes',
      /topz is a plain container, which does not end with the app/,
      /topz-native/,
    ),
    'one sidecar of two': {
      ...live('pod/half -n shop', 'misplaced', /labels\['sidecar\.io\/topz'\]/, /Write metadata\.annotations/),
      args: ['pod/half', '-n', 'shop', '--sidecar', 'topz'],
    },
  };
  it.each(Object.keys(situations))('%s', (name) => expectExplained(name, situations[name] as Situation));

  it('a pod that has its sidecar needs nothing', async () => {
    const { decision, lines } = await explained(charted.cluster, ['pod/fine', '-n', 'shop', withImage]);
    expect(lines).toEqual([
      'pod/fine in shop has topz.',
      "Cause: topz: metadata.annotations['sidecar.io/topz'] turns it on.",
      'Fix:   None needed.',
    ]);
    expect(decision).toMatchObject({
      verdict: 'complete',
      now: 'If the pod were created now, it would have the same sidecars.',
    });
    expect(decision?.story.webhooks.filter(({ asked }) => asked === 'yes')).toMatchObject([
      { name: 'optional.sidecar.io' },
    ]);
  });

  it('a pod of a dry run does not exist', async () => {
    const { lines, decision } = await explained(charted.cluster, ['pod/dry', '-n', 'shop']);
    expect(decision).toBeUndefined();
    expect(lines[0]).toMatch(/pods "dry" not found.*A dry run stores nothing/);
  });

  it('whoever may read nothing is not given a cause that only may be one', async () => {
    const args = ['-f', '-', '--cluster', '--as=nobody'];
    const { decision, lines, stderr } = await explained(charted.cluster, args, pod('x', topz));
    expect(stderr).toMatch(/^note: \/api\/v1\/nodes: .*forbidden/m);
    expect([lines[0], decision?.verdict]).toEqual(['pod/x in shop would get topz.', 'complete']);
  });

  it('an injector whose Deployment is not found: nothing is said of sidecars that would be others today', async () => {
    const { decision } = await explained(charted.cluster, ['pod/changed', '-n', 'shop']);
    expect(decision).toMatchObject({ verdict: 'complete' });
    expect(decision?.cause).toBeUndefined();
    expect(decision?.now).toMatch(/the same sidecars\. .* not known: the Deployment of the injector cannot be read/);
  });

  it('kubectl fails: its reason in one line, without its log', async () => {
    const answer = kubectlOf([
      'get',
      'pods',
      `--kubeconfig=${charted.cluster.kubeconfig}`,
      '--server=https://127.0.0.1:1',
    ]);
    expect(answer).toEqual({ message: expect.stringMatching(/^The connection to the server 127\.0\.0\.1:1 .*$/) });
    expect((await explained(charted.cluster, ['pod/'])).lines[0]).toMatch(/^error: (?!error:)/);
  });

  it('a node that is too old for native sidecars', async (test) => {
    await applied(charted.cluster, {
      ...{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'old' } },
      status: { nodeInfo: { kubeletVersion: 'v1.28.5', operatingSystem: 'linux' } },
    });
    const form = async () => {
      const probe = JSON.stringify(pod('probe', topz));
      const { stdout } = await charted.cluster.kubectl(['create', '--dry-run=server', '-o', 'json', '-f', '-'], {
        stdin: probe,
      });
      return JSON.parse(stdout).spec.initContainers === undefined;
    };
    await until(form, 'plain containers');
    await applied(charted.cluster, job('task', topz));
    await until(async () => (await podsOf(charted.cluster, 'shop', 'job-name=task')).length === 1, 'pods of the Job');
    await expectExplained(
      test.task.name,
      live('job/task -n shop', 'never-completes', /The node old runs Kubernetes 1\.28\.5/, /1\.29 or later/),
    );
    await kubectl('delete', 'node', 'old');
  });
});

/** How many conditions of templates and policies are true. */
async function readyIn({ kubectl }: ControlPlane): Promise<number> {
  const { stdout } = await kubectl(['get', 'cst,sidecarpolicies', '-o', 'json']);
  const { items } = JSON.parse(stdout) as { items: { status?: { conditions?: { type: string; status: string }[] } }[] };
  return items
    .flatMap(({ status }) => status?.conditions ?? [])
    .filter(({ type, status }) => type === 'Ready' && status === 'True').length;
}

async function eventsIn(cluster: ControlPlane, name: string): Promise<string[]> {
  const query = ['get', 'events', '-n', name, '--field-selector', 'reason=FailedCreate', '-o', 'json'];
  const { items } = JSON.parse((await cluster.kubectl(query)).stdout) as {
    items: { involvedObject: { name: string } }[];
  };
  return items.map(({ involvedObject }) => involvedObject.name);
}

/** Says of a pod what its kubelet would say of a native sidecar. */
/** What the kubelet says of a sidecar whose container waits, or runs without being up. */
async function setFailing(name: string, container: string, state: object): Promise<void> {
  const status = { name: container, image: '', imageID: '', ready: false, restartCount: 0, started: false, state };
  const patch = JSON.stringify({ status: { phase: 'Pending', initContainerStatuses: [status] } });
  await kubectl('patch', 'pod', name, '-n', 'shop', '--subresource=status', '--type=merge', '-p', patch);
}

/** The Event that the kubelet writes for a volume, as it does in the first seconds of a pod. */
async function setUnmounted(name: string, volume: string, why: string): Promise<void> {
  const { stdout } = await charted.cluster.kubectl(['get', 'pod', name, '-n', 'shop', '-o', 'json']);
  const { uid } = JSON.parse(stdout).metadata;
  const time = new Date().toISOString().replace(/\.\d+/, '');
  await applied(charted.cluster, {
    ...{ apiVersion: 'v1', kind: 'Event', metadata: { name: `${name}.1`, namespace: 'shop' } },
    involvedObject: { apiVersion: 'v1', kind: 'Pod', name, namespace: 'shop', uid },
    ...{ type: 'Warning', reason: 'FailedMount', count: 7, firstTimestamp: time, lastTimestamp: time },
    ...{ message: `MountVolume.SetUp failed for volume "${volume}" : ${why}`, source: { component: 'kubelet' } },
  });
}

async function setPhase(name: string, namespace: string, phase: string): Promise<void> {
  const patch = JSON.stringify({ status: { phase } });
  await kubectl('patch', name, '-n', namespace, '--subresource=status', '--type=merge', '-p', patch);
}

/** Creates a pod whose sidecar another webhook removes. */
async function takeOut(cluster: ControlPlane): Promise<void> {
  const other = await startOtherWebhook(cluster, 'z-other', ({ metadata, spec }) =>
    metadata.name === 'taken' && spec.initContainers ? [{ op: 'remove', path: '/spec/initContainers' }] : [],
  );
  await applied(cluster, pod('taken', topz));
  await kubectl('delete', 'mutatingwebhookconfiguration', 'z-other');
  other.close();
}

describe('without an injector that answers', () => {
  const bare = live(
    'pod/bare -n shop',
    'refused',
    /The injector does not run\..*connection refused/,
    /log of the injector/,
  );
  const configuration = `mutatingwebhookconfiguration/${release}`;

  beforeAll(async () => {
    process.kill(webhook.pid, 'SIGKILL');
    await until(
      async () =>
        (await charted.cluster.kubectl(['apply', '-f', '-'], { stdin: JSON.stringify(pod('bare', topz)) })).code === 0,
      'a bare pod',
    );
    await applied(charted.cluster, deployment('site', {}, git));
    await until(
      async () => (await eventsIn(charted.cluster, 'shop')).some((name) => name.startsWith('site')),
      'site has no pods',
    );
  }, 900_000);

  it('the injector is down: an optional sidecar', (test) => expectExplained(test.task.name, bare));

  it('the injector is down: a required sidecar', (test) =>
    expectExplained(
      test.task.name,
      live(
        'deployment/site -n shop',
        'webhook',
        /The injector does not run.*connection refused/,
        /tries again by itself/,
      ),
    ));

  /** Changes each entry of the registration, and waits until the API server has noticed. */
  async function changed(kind: string, change: (entry: { clientConfig: object }) => object): Promise<void> {
    const { stdout } = await charted.cluster.kubectl(['get', configuration, '-o', 'json']);
    const stored = JSON.parse(stdout);
    const stdin = JSON.stringify({ ...stored, webhooks: stored.webhooks.map(change) });
    expect(await charted.cluster.kubectl(['replace', '-f', '-'], { stdin })).toMatchObject({ code: 0 });
    const causeNow = async () => (await explained(charted.cluster, ['pod/bare', '-n', 'shop'])).decision?.cause?.kind;
    await until(async () => (await causeNow()) === kind, kind);
  }

  const year = 365 * 24 * 60 * 60 * 1000;
  const certificate = { commonName: 'injector', names: ['127.0.0.1'], life: year, now: new Date() };
  interface Served extends Situation {
    readonly now: Date;
    readonly trusts: 'it' | 'another';
    readonly names?: string[];
  }
  const situations: Readonly<Record<string, Served>> = {
    'the certificate is not valid yet': {
      ...{ now: new Date(Date.now() + year / 2), trusts: 'it' },
      ...live('pod/bare -n shop', 'certificate-not-yet-valid', /not valid yet: .* is before /, /with NTP/),
    },
    'the certificate is for another name': {
      ...{ now: new Date(), trusts: 'it', names: ['other.example.com'] },
      ...live('pod/bare -n shop', 'certificate-for-another', /not valid for the name/, /Issue one/),
    },
    'the certificate has expired': {
      ...{ now: new Date(Date.now() - 2 * year), trusts: 'it' },
      ...live('pod/bare -n shop', 'certificate-expired', /certificate of the injector has expired/, /not renewed/),
    },
    'a wrong caBundle': {
      ...{ now: new Date(), trusts: 'another' },
      ...live('pod/bare -n shop', 'certificate-not-trusted', /does not trust the certificate/, /repairs its caBundle/),
    },
  };
  it.each(Object.keys(situations))('%s', async (name) => {
    const { now, trusts, names = certificate.names, ...situation } = situations[name] as Served;
    const authority = await issueAuthority({ ...certificate, life: 3 * year, now: new Date(Date.now() - 2 * year) });
    const other = await issueAuthority({ ...certificate, commonName: 'other' });
    const server = await startTlsServer(await issueLeaf(authority, { ...certificate, names, now }));
    const caBundle = Buffer.from((trusts === 'it' ? authority : other).cert).toString('base64');
    await changed(String(situation.kind), (entry) => ({ ...entry, clientConfig: { url: server.url, caBundle } }));
    await expectExplained(name, situation);
    await server.stop();
  });

  it('selectors that somebody has changed', async (test) => {
    const objectSelector = { matchLabels: { chosen: 'yes' } };
    await changed('not-selected', (entry) => ({ ...entry, objectSelector }));
    await expectExplained(
      test.task.name,
      live(
        'pod/bare -n shop',
        'not-selected',
        /No webhook of the injector matches this pod: the selectors or match conditions of \S+ exclude it/,
        /repairs/,
      ),
    );
  });

  it('no registration', async (test) => {
    await kubectl('delete', configuration);
    await expectExplained(
      test.task.name,
      live('pod/bare -n shop', 'not-registered', /The injector is not registered/, /Install the chart/),
    );
  });
});
