// The chart by Helm's own judgement, and what it makes of its settings.
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { givenTarget } from '../target.ts';

const target = givenTarget();
const chart = 'charts/sidecar-injector';
const template = (...args: string[]) =>
  target.helm('template', 'sidecars', chart, '--namespace', 'platform', '--skip-tests', ...args);

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly webhooks?: readonly { readonly name: string; readonly failurePolicy: string }[];
}
const manifests = (text: string) => parseAllDocuments(text).map((document) => document.toJS() as Manifest);

describe('the chart', () => {
  it('passes helm lint --strict', async () => {
    expect(await target.helm('lint', '--strict', chart)).toContain('1 chart(s) linted, 0 chart(s) failed');
  });

  it('leaves the webhook configurations to the injector', async () => {
    const kinds = manifests(await template()).map(({ kind }) => kind);
    expect(kinds).toContain('Deployment');
    expect(kinds.filter((kind) => kind.endsWith('WebhookConfiguration'))).toEqual([]);
  });

  it('makes entries for pods, workloads, namespaces and templates where the injector does not', async () => {
    const settings = ['--set', 'webhook.register=false', '--set', 'certificates.source=cert-manager'];
    const entries = manifests(await template(...settings)).flatMap(({ webhooks = [] }) => webhooks);
    const made = entries.map(({ name, failurePolicy }) => [name, failurePolicy]);
    const isForObjects = ([name = '']: readonly string[]) => /^(carry|check|label)-/.test(name);
    expect(made).toEqual(expect.arrayContaining([['carry-spec-template.sidecar.io', 'Fail']]));
    expect(made).toEqual(expect.arrayContaining([['check-spec-template.sidecar.io', 'Ignore']]));
    expect(made.filter((entry) => !isForObjects(entry))).toEqual([
      ['required.sidecar.io', 'Fail'],
      ['namespace-required.sidecar.io', 'Fail'],
      ['namespace.sidecar.io', 'Fail'],
      ['optional.sidecar.io', 'Ignore'],
      ['templates.sidecar.io', 'Fail'],
      ['deletions.sidecar.io', 'Ignore'],
    ]);
  });

  it('makes no certificate, wherever it comes from, and renders the same again', async () => {
    for (const given of [[], ['--set', 'certificates.existingSecret=mine']]) {
      const text = await template(...given);
      expect(manifests(text).map(({ kind }) => kind)).not.toContain('Secret');
      expect(await template(...given)).toBe(text);
    }
  });

  it('leaves the definitions to somebody else where asked', async () => {
    const kinds = manifests(await template('--set', 'crds.install=false')).map(({ kind }) => kind);
    expect(kinds).not.toContain('CustomResourceDefinition');
  });

  it('of one replica comes without a disruption budget, which would block a drain', async () => {
    const kinds = manifests(await template('--set', 'replicas=1')).map(({ kind }) => kind);
    expect(kinds).not.toContain('PodDisruptionBudget');
  });

  it.each(['nativ=true', 'native=perhaps', 'requiredSidecars={Git}', 'replicas=0'])('refuses %s', async (setting) => {
    await expect(template('--set-string', setting)).rejects.toThrow(/values don't meet the specifications/);
  });
});
