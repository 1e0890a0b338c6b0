// One decision over policies: what the webhook makes of a pod in a cluster with policies, the command line makes of the
// files. The command line reads policies and pods as text, so this tries 300 of them, or `LAW_RUNS`.

import { describe, expect, it } from 'vitest';
import { statusKey } from '../../src/core/annotations.ts';
import { isObject, type Json } from '../../src/core/json.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import { problemText } from '../../src/core/problem.ts';
import { inject } from '../../src/engine/inject.ts';
import { createClusterState } from '../../src/state/cluster-state.ts';
import { annotationsOf } from '../../src/workload/templates.ts';
import { patched } from '../../src/yaml-edit/edit-document.ts';
import { run } from '../cli/run.ts';
import { builtInState } from '../engine/state.ts';
import { fc } from '../fast-check.ts';
import { policyObject } from '../policy/policy.ts';
import { pods } from './pods.ts';
import { label, policySpecs } from './policy-specs.ts';
import { holdsFor, runs } from './properties.ts';

const cases = process.env.LAW_RUNS === undefined ? 300 : runs;
/** The cluster that the command line assumes, and the injector of its test. */
const base = { ...builtInState, injector: { version: '0.1.0', image: 'example.org/injector:1' } };
const now = Date.parse('2026-11-26T12:00:00Z');

/** Annotations that some policy is against. */
const against = fc.constantFrom<Record<string, string>>(
  { 'sidecar.io/topz': 'false' },
  { 'sidecar.io/inject': 'false' },
  { 'sidecar.io/topz-port': '9000' },
  { 'sidecar.io/logs-to': 'loki' },
  { 'sidecar.io/serve-path': '/data' },
);

/** Large ones are for other laws: the command line reads each pod as text, three times. */
const small = pods.filter((pod) => JSON.stringify(pod).length < 8192);

const scenes = fc.record({
  specs: fc.array(policySpecs, { minLength: 1, maxLength: 3 }),
  pod: fc
    .tuple(small, fc.constantFrom('as it is', 'bare', 'against'), label, against)
    .map(([pod, form, labels, more]) => {
      const metadata = isObject(pod.metadata) ? pod.metadata : {};
      const annotations = form === 'against' ? { annotations: more } : {};
      return { spec: pod.spec ?? null, metadata: { ...(form === 'as it is' ? metadata : annotations), labels } };
    }),
  namespace: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: small.map(annotationsOf) }),
});

/** The spec of a pod and its annotations, but for the record of what was empty before. */
function essence(pod: Json | undefined): Json {
  const { [statusKey]: status, ...annotations } = annotationsOf(pod) ?? {};
  return { spec: (isObject(pod) && pod.spec) || null, annotations, injected: status !== undefined };
}

const isRefused = ({ kind }: Outcome) => kind === 'Refused';

describe('webhook and command line', { timeout: 7_200_000 }, () => {
  it('make the same of a pod under policies', () => {
    const seen = { refused: 0, injected: 0, byPolicy: 0, exempt: 0, wouldRefuse: 0 };
    holdsFor(
      'policies',
      scenes,
      ({ specs, pod, namespace }) => {
        const annotations = (namespace ?? {}) as Record<string, string>; // generated as texts
        const labels = { team: 'shop', 'kubernetes.io/metadata.name': 'shop' };
        const stateOf = (specs: readonly object[]) => {
          const objects = specs.map((spec, i) => policyObject(`p${i}`, spec, { uid: `${i}`, generation: 1 }));
          return createClusterState(base)([{ name: 'shop', annotations, labels }], [], objects, now).state;
        };
        const outcome = inject({ pod, namespace: 'shop' }, stateOf(specs));
        const documents = [
          { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', annotations, labels } },
          { apiVersion: 'v1', kind: 'Pod', ...pod, metadata: { name: 'web', namespace: 'shop', ...pod.metadata } },
        ];
        const stdin = documents.map((each) => JSON.stringify(each)).join('\n---\n');
        const files = { 'p.yaml': specs.map((spec, i) => JSON.stringify(policyObject(`p${i}`, spec))).join('\n---\n') };
        const world = { files, stdin, now, catalog: base.catalog };
        const byHand = run(['inject', '--policy', 'p.yaml', '-f', '-', '-o', 'json'], world);

        expect(byHand.code, byHand.stderr).toBe(isRefused(outcome) ? 1 : 0);
        if (outcome.kind === 'Refused') {
          for (const problem of outcome.problems)
            expect(byHand.stderr).toContain(problemText(problem).replace(/^namespace\./, ''));
          seen.refused += 1;
          if (outcome.problems.some(({ policy }) => policy !== undefined)) seen.byPolicy += 1;
        } else {
          const patch = outcome.kind === 'Injected' ? outcome.patch : [];
          if (patch.length > 0) seen.injected += 1;
          expect(essence(JSON.parse(byHand.stdout).items[1])).toEqual(essence(patched(pod as Json, patch)));
        }
        if (specs.some(({ exempt }) => exempt.length > 0)) seen.exempt += 1;

        // What `policy test` foresees is what the webhook decides once the policies are enforced.
        const enforced = inject({ pod, namespace: 'shop' }, stateOf(specs.map((s) => ({ ...s, action: 'Enforce' }))));
        const foreseen = run(['policy', 'test', '-f', 'p.yaml', '-f', '-'], world);
        const wouldRefuse = isRefused(enforced);
        expect(foreseen.code, foreseen.stdout + foreseen.stderr).toBe(wouldRefuse ? 1 : 0);
        expect(foreseen.stdout).toMatch(new RegExp(`^${wouldRefuse ? 1 : 0} would be refused`, 'm'));
        if (wouldRefuse) seen.wouldRefuse += 1;
      },
      cases,
    );
    for (const [what, count] of Object.entries(seen)) expect(count / cases, what).toBeGreaterThan(0.02);
  });
});
