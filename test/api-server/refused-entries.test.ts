// The API server does not take every webhook configuration: one entry that it refuses does not stop the others.
import { KubeConfig } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openApi } from '../../src/cluster/api.ts';
import { type KeptRegistration, keepRegistered } from '../../src/cluster/registration.ts';
import type { Requirement } from '../../src/policy/selector.ts';
import { type Registration, webhookConfigurations } from '../../src/state/webhook-configurations.ts';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import { policyObject } from '../policy/policy.ts';
import { stateWith } from './enforced.ts';

let cluster: ControlPlane;
let kept: KeptRegistration;
let wanted: ReturnType<typeof webhookConfigurations>;
const leftOut: string[] = [];
const failures: string[] = [];

/** Wants the entries of these policies, each with the key of its pod selector. */
function want(keys: Readonly<Record<string, string>>): void {
  const state = stateWith(...Object.keys(keys).map((name) => policyObject(name, { require: [{ sidecar: 'topz' }] })));
  // The injector refuses a policy with such a key: this stands for all that only the API server knows.
  const pods = (name: string): Requirement[] => [{ key: keys[name] ?? '', operator: 'Exists', values: [] }];
  const policies = state.policies.map((policy) => ({ ...policy, pods: pods(policy.name) }));
  const registration: Registration = {
    ...{ name: 'injector', namespace: 'injector', server: { url: 'https://127.0.0.1:1' }, timeoutSeconds: 5 },
    ...{ namespaceFailurePolicy: 'Ignore', excludedNamespaces: [] },
  };
  wanted = webhookConfigurations({ ...state, policies }, registration, cluster.caPem);
}

beforeAll(async () => {
  cluster = await startControlPlane();
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromFile(cluster.kubeconfig);
  want({ good: 'team', bad: 'a..b/c' });
  kept = keepRegistered({
    ...{ api: openApi(kubeConfig), kubeConfig, name: 'injector', wanted: () => wanted, owner: undefined },
    ...{ isWriter: () => true, trusted: () => {}, wrote: () => {}, changed: () => {} },
    canBeLeftOut: (entry) => entry.startsWith('policy-'),
    leftOut: (entry, message) => void leftOut.push(`${entry} ${message}`),
    failed: (message) => void failures.push(message),
  });
}, 900_000);
afterAll(async () => {
  kept?.stop();
  await cluster?.stop();
});

const untilHas = (...names: readonly string[]) =>
  vi.waitFor(
    async () => {
      const { stdout } = await cluster.kubectl(['get', 'mutatingwebhookconfiguration', 'injector', '-o', 'json']);
      const { webhooks } = JSON.parse(stdout) as { readonly webhooks: readonly { readonly name: string }[] };
      const policies = webhooks.map(({ name }) => name).filter((name) => name.startsWith('policy-'));
      expect(policies).toEqual(names.map((name) => `policy-${name}.sidecar.io`));
      expect(webhooks.length).toBeGreaterThan(names.length + 4);
    },
    { timeout: 60_000, interval: 200 },
  );

describe('an entry that the API server does not take', () => {
  it('is left out when the configuration is written first, and is reported once', async () => {
    await untilHas('good');
    expect(kept.registered()).toBe(true);
    const said = expect.stringMatching(/objectSelector.*key: Invalid value: "a\.\.b\/c"/);
    expect(kept.refused()).toEqual(new Map([['policy-bad.sidecar.io', said]]));
    expect(leftOut).toEqual([expect.stringMatching(/^policy-bad\.sidecar\.io /)]);
    expect(kept.isInPlace('policy-good.sidecar.io')).toBe(true);
    expect(kept.isInPlace('policy-bad.sidecar.io')).toBe(false);
  });

  it('is left out when others change, two as one', async () => {
    want({ good: 'team', other: 'team', bad: 'a..b/c', worse: 'a.-b/c' });
    kept.look();
    await untilHas('good', 'other');
    expect([...kept.refused().keys()]).toEqual(['policy-bad.sidecar.io', 'policy-worse.sidecar.io']);
  });

  it('counts again when it has other selectors', async () => {
    want({ good: 'team', bad: 'a.b/c' });
    kept.look();
    await untilHas('bad', 'good');
    expect(kept.refused()).toEqual(new Map());
    expect(kept.isInPlace('policy-bad.sidecar.io')).toBe(true);
    expect(failures).toEqual([]);
  });
});
