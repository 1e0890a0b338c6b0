// Templates that read the pod and its namespace: the same bytes through both doors.

import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { fc } from '../fast-check.ts';
import { languageState } from '../laws/language.ts';
import { pods } from '../laws/pods.ts';
import { commandLineWith, throughWebhook } from './doors.ts';

const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default', labels: { team: 'blue' } } };
const state = {
  ...languageState,
  namespaces: new Map([['default', { annotations: {}, labels: namespace.metadata.labels }]]),
};
const throughCommandLine = commandLineWith(state.catalog, JSON.stringify(namespace));
const flags = ['--namespace-file', 'namespaces.json', '-o', 'patch', '-q'];

describe('the same through both doors, where templates read the pod', () => {
  it('500 generated pods: the patch byte for byte, or the same refusal', () => {
    let injected = 0;
    fc.assert(
      fc.property(pods, (pod: { [key: string]: Json }) => {
        const webhook = throughWebhook(pod, state);
        const { code, stdout } = throughCommandLine(
          JSON.stringify({ apiVersion: 'v1', kind: 'Pod', ...pod }),
          ...flags,
        );
        expect(code).toBe(webhook.allowed ? 0 : 1);
        if (!webhook.patch) return;
        injected += 1;
        expect(stdout.trimEnd()).toBe(webhook.patch);
      }),
      { numRuns: 500 },
    );
    expect(injected).toBeGreaterThan(50);
  });
});
