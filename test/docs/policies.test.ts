// Every policy of docs/policies.md, with what it does to pods, by the command line.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { run } from '../cli/run.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/policies.md'), 'utf8');
const policies = new Map(
  [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = '']): [string, string] => [
    parse(text).metadata.name,
    text,
  ]),
);

interface Pod {
  readonly annotations?: object;
  readonly labels?: object;
}
const object = (kind: string, metadata: object, more = {}) => ({ apiVersion: 'v1', kind, metadata, ...more });

/** What becomes of a pod in a namespace with these labels, in words of the command line. */
function outcomeOf(
  policy: string,
  namespaceLabels: object,
  { annotations = {}, labels = {} }: Pod = {},
  day = '2026-11-26',
) {
  const web = { name: 'web', image: 'web', ports: [{ containerPort: 8080 }] };
  const stdin = [
    object('Namespace', { name: 'shop', labels: namespaceLabels }),
    object('Pod', { name: 'web', namespace: 'shop', annotations, labels }, { spec: { containers: [web] } }),
  ];
  const files = { 'policy.yaml': policies.get(policy) ?? '' };
  const result = run(['inject', '--policy', 'policy.yaml', '-f', '-'], {
    ...{ files, stdin: stdin.map((each) => JSON.stringify(each)).join('\n---\n') },
    now: Date.parse(`${day}T12:00:00Z`),
  });
  return result.stderr;
}

const shop = { team: 'shop' };
const topz = { annotations: { 'sidecar.io/topz': 'true' } };
const ambassador = { annotations: { 'sidecar.io/ambassador-target': 'db:5432' } };
const legacy = { labels: { app: 'legacy' } };

describe('the policies of the page', () => {
  it.each<[string, string, object, Pod, string]>([
    ['shop', 'gives topz', shop, {}, 'pod/web: topz injected'],
    ['shop', 'is not for other teams', {}, {}, 'unchanged'],
    ['logs-everywhere', 'gives logs in any namespace', {}, {}, 'pod/web: logs injected'],
    [
      'logs-everywhere',
      'takes other files',
      {},
      { annotations: { 'sidecar.io/logs-files': '/data/*.log' } },
      'logs injected',
    ],
    [
      'logs-everywhere',
      'takes no other receiver',
      {},
      { annotations: { 'sidecar.io/logs-to': 'stdout' } },
      '[setting-locked]',
    ],
    [
      'logs-everywhere',
      'cannot be turned off',
      {},
      { annotations: { 'sidecar.io/inject': 'false' } },
      '[sidecar-required]',
    ],
    ['shop-tls', 'gives https to the web tier', shop, { labels: { tier: 'web' } }, 'pod/web: https injected'],
    ['shop-tls', 'is not for other tiers', shop, { labels: { tier: 'db' } }, 'unchanged'],
    ['topz-only-in-staging', 'forbids topz elsewhere', { stage: 'production' }, topz, '[sidecar-forbidden]'],
    ['topz-only-in-staging', 'forbids topz without a stage', {}, topz, '[sidecar-forbidden]'],
    ['topz-only-in-staging', 'lets topz into staging', { stage: 'staging' }, topz, 'pod/web: topz injected'],
    ['no-ambassador-in-production', 'forbids it there', { stage: 'production' }, ambassador, '[sidecar-forbidden]'],
    ['no-ambassador-in-production', 'lets it in elsewhere', {}, ambassador, 'pod/web: ambassador injected'],
    ['logs-but-for-legacy', 'gives logs', shop, {}, 'pod/web: logs injected'],
    ['logs-but-for-legacy', 'leaves legacy out', shop, legacy, 'unchanged'],
    [
      'logs-but-for-legacy',
      'takes no setting',
      shop,
      { annotations: { 'sidecar.io/logs-interval': '5s' } },
      '[setting-locked]',
    ],
  ])('%s %s', (policy, _, labels, pod, expected) => expect(outcomeOf(policy, labels, pod)).toContain(expected));

  it('an exception ends after its day', () => {
    expect(outcomeOf('logs-but-for-legacy', shop, legacy, '2027-01-31')).toContain('unchanged');
    expect(outcomeOf('logs-but-for-legacy', shop, legacy, '2027-02-01')).toContain('logs injected');
  });

  it('are all tried here', () => expect([...policies.keys()]).toHaveLength(6));
});
