import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { issueAuthority, issueLeaf } from '../../src/certificates/issue.ts';
import { examine } from '../../src/cli/doctor/examine.ts';
import type { DryRun, Health } from '../../src/cli/doctor/health.ts';
import { webhookSeconds } from '../../src/cli/doctor/metrics.ts';
import { run } from './run.ts';

const now = Date.parse('2026-11-26T12:00:00Z');
const entry = { name: 'required.sidecar.io', failurePolicy: 'Fail', namespaces: [], pods: [], conditions: [] };
const nothing = undefined;

/** Of a cluster that shows only that an injector is registered. */
const health: Health = {
  ...{ now, client: '0.1.0', apiServer: 'v1.36.3', nodes: nothing },
  registration: { name: 'injector', created: '', entries: [entry], service: 'system/injector', hasExpired: false },
  ...{ webhooks: nothing, namespaces: nothing, templates: nothing, policies: nothing, definitions: nothing },
  ...{ rules: nothing, bindings: nothing, installation: nothing, probes: [], asking: nothing, metrics: nothing },
};

function found(check: string, facts: Partial<Health>) {
  return examine({ ...health, ...facts }).find((result) => result.check === check);
}

const refused = (reason: string): DryRun => ({
  answer: {
    message: `Internal error occurred: failed calling webhook "required.sidecar.io": failed to call webhook: Post "https://injector.system.svc:443/mutate?timeout=10s": ${reason}`,
  },
  ...{ milliseconds: 1, at: now },
});
const tried = (milliseconds: number): DryRun => ({ answer: { object: {} }, milliseconds, at: now });
const node = (provider: string) => ({ name: 'a', version: 'v1.36.3', os: 'linux', type: '', provider });

it('ends with 2 where no cluster answers, and takes no words', () => {
  expect(run(['doctor'])).toEqual({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/^note: \/version: no cluster\nerror: .* does not answer\.\n$/),
  });
  expect(run(['doctor', 'now'])).toMatchObject({ code: 2, stderr: expect.stringContaining('drop now') });
});

it.each([
  ['Ignore', /while no injector answers\.$/],
  [
    'Fail',
    /while no injector answers, and so are all pods of namespaces with the label sidecar\.io\/inject=enabled\.$/,
  ],
])(
  'says which pods are refused without an injector, where the entry for labeled namespaces has %s',
  (policy, message) => {
    const namespace = { ...entry, name: 'namespace.sidecar.io', failurePolicy: policy };
    const registration = { name: 'injector', created: '', entries: [entry, namespace], service: '', hasExpired: false };
    expect(found('failure-policy', { registration })).toMatchObject({
      ...{ status: 'ok', message: expect.stringMatching(message) },
    });
  },
);

describe('an injector that the API server does not reach', () => {
  it.each([
    ['dial tcp 10.0.0.1:443: connect: connection refused', /does not run/, /kubectl logs -n system deploy\/injector/],
    ['x509: certificate signed by unknown authority', /does not trust the certificate/, /repairs its caBundle/],
    ['x509: certificate has expired or is not yet valid', /has expired/, /why it is not renewed/],
    ['no endpoints available for service "injector"', /No injector is ready/, /kubectl get pods -n system/],
    ['service "injector" not found', /Service of the injector does not exist/, /Install the chart again/],
    ['context deadline exceeded', /does not reach/, /allow port 9443 of the injector\.$/],
  ])('%s', (reason, message, fix) => {
    expect(found('answer', { probes: [refused(reason)], nodes: [node('kind://docker/kind/kind')] })).toMatchObject({
      ...{ status: 'failed', message: expect.stringMatching(message), fix: expect.stringMatching(fix) },
    });
  });

  it.each([
    ['aws:///eu-west-1a/i-0abc', 'context deadline exceeded', /--set hostNetwork=true --set port=9444/],
    ['gce://project/zone/node', 'dial tcp 10.0.0.1:9443: i/o timeout', /--set port=10250, or a firewall rule/],
    ['gce://project/zone/node', 'connect: no route to host', /--set port=10250/],
  ])('on %s: %s', (provider, reason, fix) => {
    const result = found('answer', { probes: [refused(reason)], nodes: [node(provider)] });
    expect(result).toMatchObject({ status: 'failed', fix: expect.stringMatching(fix) });
  });

  it('a refusal by something else says nothing about it', () => {
    const answer = { message: 'pods is forbidden: User "jane" cannot create resource "pods"' };
    expect(found('answer', { probes: [{ ...tried(1), answer }] })).toMatchObject({ status: 'unknown' });
    const quota = { message: 'pods "probe" is forbidden: exceeded quota: small' };
    expect(found('answer', { probes: [{ ...tried(1), answer: quota }] })).toMatchObject({ status: 'ok' });
  });
});

describe('latency', () => {
  const metric = 'apiserver_admission_webhook_admission_duration_seconds';
  const lines = (part: string, name: string, type: string, value: number) =>
    `${metric}_${part}{name="${name}",operation="CREATE",rejected="false",type="${type}"} ${value}\n`;
  const metrics = [
    lines('sum', 'optional.sidecar.io', 'admit', 3),
    lines('count', 'optional.sidecar.io', 'admit', 2),
    lines('sum', 'other.example.com', 'admit', 99),
    lines('count', 'other.example.com', 'admit', 9),
    lines('count', 'templates.sidecar.io', 'validating', 9),
  ].join('');

  it('is taken from the metrics of the API server, of the injector only', () => {
    expect(webhookSeconds(metrics)).toEqual({ sum: 3, count: 2 });
    expect(webhookSeconds('')).toBeUndefined();
  });

  it.each([
    [[40, 9000, 50], undefined, 'ok', 'takes 50 ms (median of 3).'],
    [[9000, 50, 9000], undefined, 'warning', 'takes 9000 ms (median of 3).'],
    [[50], metrics, 'warning', 'has waited 1500 ms for the injector on average, in 2 calls.'],
  ] as const)('%j: %s', (times, text, status, message) => {
    const result = found('latency', { probes: times.map(tried), metrics: text });
    expect(result).toMatchObject({ status, message: expect.stringContaining(message) });
  });
});

describe('the Lease', () => {
  const renewed = (seconds: number) => ({
    ...{ namespace: 'system', name: 'injector', deployment: {}, args: [], pods: nothing, budgets: nothing },
    ...{ secret: nothing, lacking: nothing },
    lease: { spec: { holderIdentity: 'a', renewTime: new Date(now + seconds * 1000).toISOString() } },
  });
  const created = (seconds: number): DryRun => ({
    ...tried(1),
    answer: { object: { metadata: { creationTimestamp: new Date(now + seconds * 1000).toISOString() } } },
  });

  it.each([
    [0, 0, 'ok'],
    [-300, 0, 'failed'],
    [-300, -299, 'ok'],
    [300, 0, 'warning'],
    [0, 300, 'failed'],
  ])('renewed %d s from now, while the clock of the API server is %d s ahead: %s', (age, skew, status) => {
    expect(found('lease', { installation: renewed(age), probes: [created(skew)] })).toMatchObject({ status });
  });
});

describe('the certificate in the Secret', () => {
  const day = 86_400_000;
  const facts = async (age: number): Promise<Partial<Health>> => {
    const subject = { commonName: 'injector', names: ['injector.system.svc'], now: new Date(now - age * day) };
    const authority = await issueAuthority({ ...subject, life: 1000 * day });
    const leaf = await issueLeaf(authority, { ...subject, life: 100 * day });
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    const installation = {
      ...{ namespace: 'system', name: 'injector', deployment: {}, args: [], pods: nothing, budgets: nothing },
      ...{ lease: nothing, secret: { data: { 'tls.crt': base64(leaf.cert) } }, lacking: nothing },
    };
    const webhooks = [{ name: 'required.sidecar.io', clientConfig: { caBundle: base64(authority.cert) } }];
    return { installation, webhooks: [{ metadata: { name: 'injector' }, webhooks }] };
  };

  it.each([
    [-1, 'failed', /valid only from Nov 27/],
    [10, 'ok', /which ends at 2027-02-24/],
    [90, 'warning', /was not renewed in time/],
    [110, 'failed', /expired at 2026-11-16/],
    [1100, 'failed', /Every CA .* has expired/],
  ] as const)('after %d of 100 days: %s', async (age, status, message) => {
    expect(found('certificates', await facts(age))).toMatchObject({ status, message: expect.stringMatching(message) });
  });
});

describe('policies inside the API server', () => {
  const rules = ['policies', 'policies-access', 'policies-namespaces'].map((each) => ({
    metadata: { name: `injector-${each}` },
  }));
  const status = { conditions: [{ type: 'Ready', status: 'True' }] };
  const policies = [{ metadata: { name: 'logs' }, spec: { require: [{ sidecar: 'logs' }] }, status }];
  const binding = { metadata: { name: 'injector-policies-0', labels: { 'sidecar.io/policy': 'logs' } } };

  it('need a binding for each policy that is enforced', () => {
    expect(found('enforcement', { rules, policies, bindings: [] })).toMatchObject({
      ...{ status: 'failed', message: expect.stringMatching(/^No binding holds logs inside the API server/) },
    });
    expect(found('enforcement', { rules, policies, bindings: [binding] })).toMatchObject({ status: 'ok' });
    const [policy] = policies;
    const warned = [{ ...policy, spec: { ...policy?.spec, action: 'Warn' } }];
    expect(found('enforcement', { rules, policies: warned, bindings: [] })).toMatchObject({ status: 'ok' });
  });
});

it('docs/troubleshooting.md has a row for each check', () => {
  const page = readFileSync(new URL('../../docs/troubleshooting.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| (`[a-z-]+`(?:, `[a-z-]+`)*) \|/gm)].flatMap(([, names]) => names?.split(', '));
  expect(rows).toEqual(expect.arrayContaining(examine(health).map(({ check }) => `\`${check}\``)));
});

it('an API server that is too old', () => {
  expect(found('kubernetes', { apiServer: 'v1.29.4' })).toMatchObject({ status: 'failed' });
  expect(found('kubernetes', { apiServer: 'v1.30.0' })).toMatchObject({ status: 'ok' });
});
