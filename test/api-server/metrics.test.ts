// What the metrics of the injector say about a cluster: warnings of pods whose controller reads none, templates,
// watches.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Daemon } from '../cluster/daemon.ts';
import { policyObject } from '../policy/policy.ts';
import { type Charted, release, startCharted, startControllers } from './chart.ts';
import { template } from './cluster-templates.ts';
import { pageOf } from './pages.ts';
import { applied, created, untilAsked } from './setup.ts';

let charted: Charted;
let controllers: Daemon;
beforeAll(async () => {
  charted = await startCharted({
    webhookFlags: ['--lease', `${release}/${release}`, '--debug=true', '--workloads=Gadget.example.com=spec.template'],
  });
  controllers = await startControllers(charted.cluster);
  await untilAsked(charted.cluster, (stored) => stored.includes('sidecar-topz'));
}, 900_000);
afterAll(async () => {
  await controllers?.stop();
  await charted?.stop();
});

const metrics = (path = '/metrics') => pageOf(charted.webhook, path);

it('a Deployment whose pods have a warning is seen by code and sidecar, without the name of a pod', async () => {
  const off = { 'sidecar.io/git': 'false', 'sidecar.io/git-repo': 'https://git.example.com/a.git' };
  const metadata = { labels: { app: 'quiet' }, annotations: off };
  await applied(charted.cluster, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'quiet' },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: 'quiet' } },
      template: { metadata, spec: { containers: [{ name: 'app', image: 'app' }] } },
    },
  });
  const counted = /^sidecar_injector_warnings_total\{code="no-effect",sidecar="git"\} (\d+)$/m;
  await expect
    .poll(async () => Number(counted.exec(await metrics())?.[1] ?? 0), { timeout: 60_000, interval: 500 })
    .toBeGreaterThanOrEqual(3);
  expect(await metrics()).not.toContain('quiet');
});

/** Waits until a line of the metrics has this value, or one that the pattern matches. */
const untilMetric = (line: string) =>
  expect.poll(
    async () =>
      (await metrics())
        .split('\n')
        .find((text) => text.startsWith(`${line} `))
        ?.slice(line.length + 1),
    { timeout: 60_000, interval: 250, message: line },
  );

it('templates are counted by kind and by whether they are in use, and so are the writes of their status', async () => {
  const { cluster } = charted;
  await untilMetric('sidecar_injector_lease_held').toBe('1');
  await applied(cluster, template('good'), template('own', {}, 'default'));
  await untilMetric('sidecar_injector_templates{kind="ClusterSidecarTemplate",ready="true"}').toBe('1');
  await untilMetric('sidecar_injector_templates{kind="SidecarTemplate",ready="true"}').toBe('1');
  await untilMetric('sidecar_injector_status_writes_total{result="written"}').toBe('2');
  // A sidecar of the cluster counts, although that of the namespace was there first.
  await applied(cluster, template('own'));
  await untilMetric('sidecar_injector_templates{kind="ClusterSidecarTemplate",ready="true"}').toBe('2');
  await untilMetric('sidecar_injector_templates{kind="SidecarTemplate",ready="true"}').toBe('0');
  await untilMetric('sidecar_injector_templates{kind="SidecarTemplate",ready="false"}').toBe('1');
  await untilMetric('sidecar_injector_status_writes_total{result="written"}').toBe('4');
});

it('watches and lookups are seen', async () => {
  for (const kind of ['Namespace', 'ClusterSidecarTemplate', 'SidecarTemplate', 'SidecarPolicy', 'Node']) {
    const time = new RegExp(`^sidecar_injector_watch_last_event_timestamp_seconds\\{kind="${kind}"\\} (\\S+)$`, 'm');
    const age = Date.now() / 1000 - Number(time.exec(await metrics())?.[1]);
    expect(age).toBeLessThan(600);
    await untilMetric(`sidecar_injector_watch_requests_total{kind="${kind}",verb="list"}`).toBe('1');
    await untilMetric(`sidecar_injector_watch_requests_total{kind="${kind}",verb="watch"}`).toMatch(/^[1-9]/);
  }
  await untilMetric('sidecar_injector_watch_requests_total{kind="Version",verb="list"}').toMatch(/^[1-9]/);
  const looked = 'sidecar_injector_lookup_duration_seconds_count{object="namespace",result="ok"}';
  const namespace = { apiVersion: 'v1', kind: 'Namespace' };
  const labels = { 'sidecar.io/inject': 'enabled' };
  await applied(charted.cluster, { ...namespace, metadata: { name: 'labelled', labels } });
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'labelled' } };
  await created(charted.cluster, { ...pod, spec: { containers: [{ name: 'app', image: 'app' }] } });
  await untilMetric(looked).toBe('1');
});

it('policies are counted by their state, and those that the API server does not hold', async () => {
  const policies = (...counts: readonly number[]) =>
    Promise.all(
      ['invalid', 'conflicting', 'enforce', 'warn', 'audit'].map((state, i) =>
        untilMetric(`sidecar_injector_policies{state="${state}"}`).toBe(String(counts[i])),
      ),
    );
  const { cluster } = charted;
  await policies(0, 0, 0, 0, 0);
  await applied(cluster, policyObject('no-git', { forbid: ['git'] }), policyObject('no-topz', { action: 'Audit' }));
  await policies(0, 0, 1, 0, 1);
  // Nobody has installed the rules of the chart here.
  await untilMetric('sidecar_injector_policies_not_held').toBe('1');
  await applied(cluster, policyObject('git', { require: [{ sidecar: 'git' }], action: 'Warn' }));
  await policies(0, 0, 1, 1, 1);
  await applied(cluster, policyObject('git', { require: [{ sidecar: 'git' }] }));
  await policies(0, 2, 0, 0, 1);
  await cluster.kubectl(['delete', 'sidecarpolicies', '--all']);
  await policies(0, 0, 0, 0, 0);
  await untilMetric('sidecar_injector_policies_not_held').toBe('0');
});

it('values of the chart that are not what the cluster has are counted: kinds, and bindings that were left', async () => {
  const { cluster } = charted;
  await untilMetric('sidecar_injector_setting_problems{setting="workloads"}').toBe('1');
  const named = `${release}-policies-100`;
  const left = `validatingadmissionpolicybinding/${named}`;
  await applied(cluster, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: named, labels: { 'sidecar.io/policy': 'old' } },
    spec: { policyName: 'none', validationActions: ['Deny'] },
  });
  await untilMetric('sidecar_injector_setting_problems{setting="policies.most"}').toBe('1');
  expect(JSON.parse(await metrics('/debug/state')).settingProblems).toEqual([
    expect.stringMatching(/^Gadget\.example\.com: /),
    `The binding ${left} is beyond policies.most.`,
  ]);
  await cluster.kubectl(['delete', left]);
  await untilMetric('sidecar_injector_setting_problems{setting="policies.most"}').toBe('0');
});

it('the state for support has templates with their problems, and no key', async () => {
  const text = await metrics('/debug/state');
  const { templates, certificate, cluster, writesForAll, leaseHolder, registered, waiting } = JSON.parse(text);
  expect(templates.first).toContainEqual(
    expect.objectContaining({ kind: 'SidecarTemplate', namespace: 'default', name: 'own', ready: false }),
  );
  expect(certificate.names).toContain('DNS:localhost');
  expect(cluster.version).toMatch(/^1\./);
  expect(writesForAll).toBe(true);
  const { stdout } = await charted.cluster.kubectl(['get', 'lease', release, '-n', release, '-o', 'json']);
  expect(leaseHolder).toBe(JSON.parse(stdout).spec.holderIdentity);
  expect(registered).toEqual(expect.arrayContaining(['required.sidecar.io', 'templates.sidecar.io']));
  expect(waiting).toEqual({ events: expect.any(Number), statuses: expect.any(Number) });
  expect(text).not.toMatch(/PRIVATE KEY|BEGIN/);
});
