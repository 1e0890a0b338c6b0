// `sidecar doctor` on a real API server, with an injector outside of it: each check fails for a reason that is brought
// about. Nothing runs the Deployment of the chart here, so its status and its pods are written by the test.
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { issueAuthority, issueLeaf } from '../../src/certificates/issue.ts';
import type { Result } from '../../src/cli/doctor/check.ts';
import { version } from '../../src/main/version.ts';
import { ensureBinaries } from '../cluster/binaries.ts';
import { type Charted, release, startCharted } from './chart.ts';
import { template } from './cluster-templates.ts';
import { command } from './command.ts';
import { until } from './explained.ts';
import { addInstallation, certificateSecret, injectorPod, installation, readyReplicas } from './installed.ts';
import { applied, startOtherWebhook, untilAsked } from './setup.ts';

const inRelease = ['-n', release];
const configuration = `mutatingwebhookconfiguration/${release}`;
const rules = `validatingadmissionpolicy/${release}-policies`;
let charted: Charted;
let program: string;

/** Runs the command line on the cluster. */
function ran(args: readonly string[], now = Date.now) {
  return command({ kubectl: program, kubeconfig: charted.cluster.kubeconfig }, args, {}, now);
}

async function kubectl(...args: string[]): Promise<string> {
  const result = await charted.cluster.kubectl(args);
  expect(result, result.stderr).toMatchObject({ code: 0 });
  return result.stdout;
}

const patch = (object: string, change: object, ...more: string[]) =>
  kubectl('patch', object, '--type=merge', '-p', JSON.stringify(change), ...more);

/** What each check says, by its name, and the exit code. */
function examined(now = Date.now): { readonly code: number; readonly said: Record<string, string> } {
  const { code, stdout, stderr } = ran(['doctor', '-o', 'json'], now);
  expect(stdout, stderr).not.toBe('');
  return { code, said: sayings(stdout) };
}

function sayings(json: string): Record<string, string> {
  const results: readonly Result[] = JSON.parse(json);
  return Object.fromEntries(
    results.map((result) => [
      result.check,
      `${result.status}: ${result.message}${'fix' in result ? ` ${result.fix}` : ''}`,
    ]),
  );
}

beforeAll(async () => {
  charted = await startCharted(installation);
  program = (await ensureBinaries(['kubectl'])).kubectl;
  const { cluster, webhook } = charted;
  await addInstallation(cluster, webhook);
  await readyReplicas(cluster, 2);
  await applied(cluster, injectorPod('one', 'injector:1'), injectorPod('two', 'injector:1'));
  await untilAsked(cluster, (stored) => stored.includes('sidecar-topz'));
}, 900_000);
afterAll(() => charted?.stop());

it('finds nothing wrong in a healthy installation, and says what it has seen', async () => {
  const { code, said } = examined();
  // A busy machine is slow.
  const wrong = Object.entries(said).filter(([check, text]) => check !== 'latency' && !text.startsWith('ok: '));
  expect([code, wrong]).toEqual([0, []]);
  expect(said.injection).toBe('ok: A pod that asks for topz gets it.');
  expect(said.latency).toMatch(/takes \d+ ms \(median of 5\); the API server has waited \d+ ms .* in \d+ calls\./);
  expect(said.version).toBe(`ok: The injector and this command line are both ${version}.`);
  expect((await charted.cluster.kubectl(['get', 'pods'])).stdout).toBe(''); // nothing was stored
  const { code: textCode, stdout } = ran(['doctor']);
  expect([textCode, stdout]).toEqual([
    0,
    expect.stringMatching(
      /^ok {7}registration {7}The injector[\s\S]*\n(21 ok, 0|20 ok, 1) warnings, 0 failed, 0 unknown\n$/,
    ),
  ]);
});

it('says what the rights of whoever asks do not show', async () => {
  const { code, stdout } = ran(['doctor', '--as=nobody', '-o', 'yaml']);
  expect(code).toBe(0);
  expect(stdout).toContain('- check: registration\n  status: unknown\n  message: You may not list Mutating');
  expect(stdout).toContain('- check: rights\n  status: unknown\n  message: The Deployment of the injector cannot');
  expect(stdout).not.toMatch(/status: (failed|warning)/);
});

it('version --cluster: the API server', async () => {
  const { code, stdout } = ran(['version', '--cluster', '-o', 'json']);
  expect([code, JSON.parse(stdout)]).toEqual([0, { client: version, apiServer: charted.cluster.version }]);
});

it('finds a clock that differs from that of the API server', async () => {
  const { said } = examined(() => Date.now() + 600_000);
  expect(said.clock).toMatch(/^warning: The clock of the API server is \d+ s behind the clock of this machine\./);
  expect(said.lease).toMatch(/^ok: .* holds the Lease/);
});

it('finds a webhook that removes what the injector has added', async () => {
  const other = await startOtherWebhook(charted.cluster, 'z-other', ({ spec }) =>
    spec.initContainers ? [{ op: 'remove', path: '/spec/initContainers' }] : [],
  );
  // In a process of its own: the other webhook is in this one.
  const source = join(import.meta.dirname, '../../src/main/sidecar.ts');
  const args = [source, 'doctor', '-o', 'json', '--kubeconfig', charted.cluster.kubeconfig];
  const env = { ...process.env, PATH: `${dirname(program)}:${process.env.PATH}` };
  const { stdout, code } = await promisify(execFile)(process.execPath, args, { env }).catch((error) => error);
  const { injection, 'other-webhooks': others } = sayings(stdout);
  await kubectl('delete', 'mutatingwebhookconfiguration', 'z-other');
  other.close();
  expect(code).toBe(1);
  expect(injection).toMatch(/^failed: The injector added topz to a pod, and another webhook removed it\. Find it/);
  expect(others).toBe('ok: After the injector, z-other may change pods; the injector is then asked again.');
});

it('finds what is wrong around an injector that answers', async () => {
  const { cluster } = charted;
  const now = new Date();
  const subject = { commonName: 'injector', names: ['127.0.0.1'], life: 86_400_000, now };
  const foreign = await issueLeaf(await issueAuthority(subject), subject);
  await applied(cluster, injectorPod('three', 'injector:2'), certificateSecret(foreign.cert), {
    ...{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'old' } },
    status: { nodeInfo: { kubeletVersion: 'v1.28.5', operatingSystem: 'linux' } },
  });
  await readyReplicas(charted.cluster, 1);
  await kubectl('delete', 'poddisruptionbudget', release, ...inRelease);
  await kubectl('delete', 'rolebinding', release, ...inRelease);
  await kubectl('delete', rules);
  await kubectl('label', '--overwrite', 'crd/sidecarpolicies.sidecar.io', 'app.kubernetes.io/version=0.0.1');
  await kubectl('label', '--overwrite', `deployment/${release}`, 'app.kubernetes.io/version=0.0.1', ...inRelease);
  const account = ['--as', `system:serviceaccount:${release}:${release}`];
  const may = ['auth', 'can-i', 'patch', `secrets/${release}-certificate`, ...inRelease, ...account];
  await until(async () => (await cluster.kubectl(may)).code === 1, 'the API server knows that the right is gone');
  const { code, said } = examined();
  expect(code).toBe(1);
  expect(said).toMatchObject({
    answer: 'ok: The API server gets answers from the injector.',
    certificates: expect.stringMatching(
      /^failed: The certificate in the Secret .* is not signed by a CA in the caBundle/,
    ),
    replicas: expect.stringMatching(/^warning: 1 of 2 replicas are ready\. Run kubectl get pods -n sidecar-injector/),
    'replica-versions': expect.stringMatching(/^warning: Replicas run different images: injector:1, injector:2\./),
    'disruption-budget': expect.stringMatching(/^warning: No PodDisruptionBudget .* Set podDisruptionBudget\.enabled/),
    version: expect.stringMatching(/^warning: The injector is 0\.0\.1, and this command line is/),
    'native-sidecars': expect.stringMatching(/^warning: .*The node old runs Kubernetes 1\.28\.5/),
    definitions: expect.stringMatching(/^warning: .*: sidecarpolicies\.sidecar\.io is 0\.0\.1\./),
    rights: expect.stringMatching(
      /^failed: .* may not update leases\.coordination\.k8s\.io sidecar-injector; .*patch secrets sidecar-injector-certificate\./,
    ),
    enforcement: expect.stringMatching(
      /^failed: These ValidatingAdmissionPolicies of the chart are missing: sidecar-injector-policies\. Policies hold only/,
    ),
  });
});

it('finds what keeps the API server from an injector, and what the injector would repair', async () => {
  process.kill(charted.webhook.pid, 'SIGKILL');
  await readyReplicas(charted.cluster, 0);
  await kubectl('delete', 'crd', 'sidecarpolicies.sidecar.io');
  await kubectl('delete', `validating${configuration.slice('mutating'.length)}`);
  // The API server notices a moment later that nobody checks templates any more.
  const stdin = JSON.stringify(template('broken', { containers: [{}] }));
  const apply = () => charted.cluster.kubectl(['apply', '-f', '-'], { stdin });
  await until(async () => (await apply()).code === 0, 'a template that nobody has checked');
  const conditions = [
    {
      ...{ type: 'Ready', status: 'False', reason: 'Refused', message: 'spec.containers: a name is missing' },
      lastTransitionTime: new Date().toISOString(),
    },
  ];
  await patch('cst/broken', { status: { conditions } }, '--subresource=status');
  await applied(charted.cluster, {
    ...{ apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingWebhookConfiguration' },
    metadata: { name: 'z-other' },
    webhooks: [
      {
        ...{ name: 'z.example.com', admissionReviewVersions: ['v1'], sideEffects: 'None', failurePolicy: 'Ignore' },
        clientConfig: { url: 'https://127.0.0.1:1/' },
        rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }],
      },
    ],
  });
  const { code, said } = examined();
  expect(code).toBe(1);
  expect(said).toMatchObject({
    answer: expect.stringMatching(/^failed: The injector does not run\. \(.*connection refused\) Look at the log/),
    injection: expect.stringMatching(/^unknown: /),
    templates: expect.stringMatching(
      /^warning: Not in use: clustersidecartemplate\/broken \(spec.containers: a name is missing\)\. Correct it: kubectl edit/,
    ),
    replicas: expect.stringMatching(/^failed: None of 2 replicas is ready\./),
    definitions: expect.stringMatching(
      /^failed: CustomResourceDefinitions are missing: sidecarpolicies\.sidecar\.io\./,
    ),
  });
  const stored = JSON.parse(await kubectl('get', configuration, '-o', 'json'));
  const webhooks = stored.webhooks.map((entry: object) => ({
    ...entry,
    ...{ failurePolicy: 'Ignore', reinvocationPolicy: 'Never' },
    namespaceSelector: { matchLabels: { no: 'namespace' } },
  }));
  const changed = JSON.stringify({ ...stored, webhooks });
  expect(await charted.cluster.kubectl(['replace', '-f', '-'], { stdin: changed })).toMatchObject({ code: 0 });
  expect(examined().said).toMatchObject({
    selectors: expect.stringMatching(/^failed: The selectors of the registration leave out every namespace\./),
    'failure-policy': expect.stringMatching(/^failed: No entry of the registration has the failurePolicy Fail/),
    'other-webhooks': expect.stringMatching(
      /^warning: After the injector, z-other may change pods, and .* not asked again/,
    ),
  });
  await kubectl('delete', configuration);
  expect(examined().said.registration).toMatch(/^failed: The injector is not registered.* Install the chart/);
});
