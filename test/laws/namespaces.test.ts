// One decision: what the webhook says to who writes a namespace, the command line says of the file.
// The command line reads policies and the namespace as text, so this tries a twentieth of `LAW_RUNS`.

import { describe, expect, it } from 'vitest';
import { decideObject } from '../../src/admission/answer-object-review.ts';
import { readReview } from '../../src/admission/review.ts';
import { createClusterState } from '../../src/state/cluster-state.ts';
import { annotationsOf } from '../../src/workload/templates.ts';
import { run } from '../cli/run.ts';
import { builtInState } from '../engine/state.ts';
import { fc } from '../fast-check.ts';
import { policyObject } from '../policy/policy.ts';
import { pods } from './pods.ts';
import { policySpecs } from './policy-specs.ts';
import { holdsFor, runs } from './properties.ts';

const share = Math.ceil(runs / 20);
const now = Date.parse('2026-11-26T12:00:00Z');

const scenes = fc.record({
  specs: fc.array(policySpecs, { maxLength: 3 }),
  annotations: fc.oneof(
    pods.filter((pod) => JSON.stringify(pod).length < 8192).map((pod) => annotationsOf(pod) ?? {}),
    fc.constantFrom<Record<string, string>>(
      { 'sidecar.io/topz': 'false' },
      { 'sidecar.io/inject': 'false' },
      { 'sidecar.io/topz-port': '9000', 'sidecar.io/git': 'false' },
      { 'sidecar.io/logs-to': 'loki', 'sidecar.io/serve-path': '/data' },
    ),
  ),
  labels: fc.constantFrom({ team: 'shop' }, { team: 'web' }, {}),
});

describe('webhook and command line', { timeout: 7_200_000 }, () => {
  it('say the same of a namespace', () => {
    const seen = { nothing: 0, problems: 0, byPolicy: 0 };
    holdsFor(
      'namespaces',
      scenes,
      ({ specs, annotations, labels }) => {
        const policies = specs.map((spec, i) => policyObject(`p${i}`, spec, { uid: `${i}`, generation: 1 }));
        const { state } = createClusterState(builtInState)([], [], policies, now);
        const metadata = { name: 'shop', annotations, labels: { ...labels, 'kubernetes.io/metadata.name': 'shop' } };
        const object = { apiVersion: 'v1', kind: 'Namespace', metadata };
        const resource = { group: '', version: 'v1', resource: 'namespaces' };
        const request = { uid: 'u', operation: 'CREATE', name: 'shop', resource, object };
        const review = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request };
        const read = readReview(Buffer.from(JSON.stringify(review)));
        if ('problem' in read) throw new Error(read.problem);
        const { warnings, problems } = decideObject(read.request, state);
        expect(problems).toEqual([]);

        const files = { 'p.yaml': policies.map((policy) => JSON.stringify(policy)).join('\n---\n') };
        const policyFlags = policies.length > 0 ? ['--policy', 'p.yaml'] : [];
        const world = { files, stdin: JSON.stringify(object), now, catalog: builtInState.catalog };
        const checked = run(['check', '-f', '-', ...policyFlags], world);
        const said = checked.stdout
          .split('\n')
          .filter((line) => line.includes(': namespace/shop: metadata.annotations'));
        for (const { message } of warnings) expect(checked.stdout + checked.stderr).toContain(message);
        expect(said.length, checked.stdout).toBe(warnings.length);

        if (warnings.length === 0) seen.nothing += 1;
        else seen.problems += 1;
        if (warnings.some(({ message }) => message.includes('The policy p'))) seen.byPolicy += 1;
      },
      share,
    );
    for (const [what, count] of Object.entries(seen)) expect(count / share, what).toBeGreaterThan(0.05);
  });
});
