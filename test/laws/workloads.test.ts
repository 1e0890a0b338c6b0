// One decision: what the webhook makes of a workload and then of its pods, the command line makes of the manifest.
// The command line reads each manifest as text, so this tries a twentieth of `LAW_RUNS`.

import { describe, expect, it } from 'vitest';
import { answerObject, decideObject } from '../../src/admission/answer-object-review.ts';
import { readReview } from '../../src/admission/review.ts';
import { sidecar } from '../../src/cli/sidecar.ts';
import { fromWorkloadKey, statusKey } from '../../src/core/annotations.ts';
import { isObject, type Json, type JsonObject, objectsOf } from '../../src/core/json.ts';
import type { Edit } from '../../src/core/outcome.ts';
import { problemText } from '../../src/core/problem.ts';
import { readStatus } from '../../src/core/status.ts';
import { inject } from '../../src/engine/inject.ts';
import type { State } from '../../src/state/state.ts';
import { claimVolumes, withClaims } from '../../src/workload/claims.ts';
import { type WorkloadKind, workloadKinds } from '../../src/workload/kinds.ts';
import { annotationsOf, templatesOf } from '../../src/workload/templates.ts';
import { patched } from '../../src/yaml-edit/edit-document.ts';
import { builtInState } from '../engine/state.ts';
import { fc } from '../fast-check.ts';
import { pods } from './pods.ts';
import { holdsFor, runs } from './properties.ts';

const share = Math.ceil(runs / 20);

const annotations = pods.map((pod) => annotationsOf(pod) ?? {});
const mostlyNone = fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: annotations });

/** A workload whose pod templates are generated pods, and the annotations of its namespace. */
const workloads = fc.record({
  kind: fc.constantFrom(...workloadKinds),
  says: annotations,
  template: fc.tuple(pods, fc.boolean()).map(([pod, bare]) => (bare ? { spec: pod.spec ?? null } : pod)),
  namespace: mostlyNone,
  labels: fc.constantFrom({}, { 'sidecar.io/inject': 'enabled' }, { 'sidecar.io/inject': 'disabled', team: 'shop' }),
  claims: fc.boolean(),
});

function objectOf({ group, kind, templates }: WorkloadKind, says: Json, template: Json, claims: boolean): JsonObject {
  let object: JsonObject = {
    apiVersion: group === '' ? 'v1' : `${group}/v1`,
    kind,
    metadata: { name: 'web', namespace: 'shop', annotations: says },
    spec: claims ? { volumeClaimTemplates: [{ metadata: { name: 'data' } }] } : {},
  };
  for (const path of templates) object = withValue(object, path.split('.'), template) as JsonObject; // not an empty path
  return object;
}

function withValue(at: Json | undefined, [step, ...rest]: readonly string[], value: Json): Json {
  if (step === undefined) return value;
  if (step === '*') return [withValue({}, rest, value)];
  const object = isObject(at) ? at : {};
  return { ...object, [step]: withValue(object[step], rest, value) };
}

/**
 * What the API server answers for the workload: what is stored, or the problems; and the warnings, which it may cut.
 */
function written(kind: WorkloadKind, object: JsonObject, state: State) {
  const request = {
    ...{ uid: 'u', operation: 'CREATE', namespace: 'shop', name: 'web', object },
    resource: { group: kind.group, version: 'v1', resource: kind.resource },
  };
  const review = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request };
  const read = readReview(Buffer.from(JSON.stringify(review)));
  if ('problem' in read) throw new Error(read.problem);
  const decision = decideObject(read.request, state);
  const { response } = JSON.parse(answerObject(read.request, decision).text);
  const patch: readonly Edit[] = response.patch ? JSON.parse(Buffer.from(response.patch, 'base64').toString()) : [];
  const warnings: readonly string[] = response.warnings ?? [];
  const problems = response.allowed ? [] : decision.problems.map(problemText);
  return { problems, warnings, stored: patched(object, patch) };
}

/** `sidecar inject -o json` on the workload and its namespace. */
function injectedByHand(object: JsonObject, namespace: JsonObject, { catalog, injector }: State) {
  let stdout = '';
  let stderr = '';
  const items = [object, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', ...namespace } }];
  const code = sidecar(
    {
      args: ['inject', '-f', '-', '-o', 'json'],
      stdin: () => Buffer.from(items.map((item) => JSON.stringify(item)).join('\n---\n')),
      stdout: (text) => {
        stdout += text;
      },
      stderr: (text) => {
        stderr += text;
      },
      files: {
        isFolder: () => false,
        read: (path) => ({ message: path }),
        list: (path) => ({ message: path }),
        create: () => undefined,
        write: () => ({ message: 'not written', written: [] }),
      },
      colour: false,
      live: false,
    },
    {
      loadCatalog: () => ({ catalog, problems: [] }),
      kubectl: () => ({ message: 'no cluster' }),
      problemsPage: () => '',
      now: () => 0,
      pause: () => {},
      injector,
    },
  );
  return { code, stdout, stderr };
}

/** The spec of a pod without the volumes of claims, which the manifest does not have. */
function specOf(pod: Json | undefined, claims: readonly JsonObject[]): Json {
  const spec = isObject(pod) && isObject(pod.spec) ? pod.spec : {};
  if (claims.length === 0) return spec;
  const names = claims.map(({ name }) => name);
  return { ...spec, volumes: objectsOf(spec.volumes).filter(({ name }) => !names.includes(name)) };
}

/** The annotations of a pod but what carries those of the workload, and but the record of what was empty before. */
function annotationsIn(pod: Json | undefined): JsonObject {
  const { [fromWorkloadKey]: _, [statusKey]: text, ...others } = annotationsOf(pod) ?? {};
  const status = readStatus(typeof text === 'string' ? text : undefined);
  return status
    ? { ...others, sidecars: JSON.stringify({ ...status, added: { ...status.added, empty: {} } }) }
    : others;
}

describe('webhook and command line', { timeout: 7_200_000 }, () => {
  it('make the same of a workload', () => {
    const seen = { refused: 0, injected: 0, carried: 0 };
    holdsFor(
      'workloads',
      workloads,
      ({ kind, says, template, namespace, labels, claims: hasClaims }) => {
        const object = objectOf(kind, says, template, hasClaims);
        const state = {
          ...builtInState,
          namespaces: new Map([['shop', { annotations: namespace as Record<string, string>, labels }]]),
        };
        const { problems, warnings, stored } = written(kind, object, state);
        const { code, stdout, stderr } = injectedByHand(object, { annotations: namespace, labels }, state);
        expect(code, stderr).toBe(problems.length > 0 ? 1 : 0);
        for (const problem of problems) expect(stderr).toContain(problem.replace(/^namespace\./, ''));
        for (const warning of warnings)
          if (!warning.endsWith(' more')) expect(stderr).toContain(warning.replace(/…$/, ''));
        if (problems.length > 0) {
          seen.refused += 1;
          return;
        }
        const claims = claimVolumes(kind.kind, object);
        const byHand = templatesOf(JSON.parse(stdout).items[0], kind);
        for (const [i, { template: pod }] of templatesOf(stored, kind).entries()) {
          if (annotationsOf(pod)?.[fromWorkloadKey] !== undefined) seen.carried += 1;
          const outcome = inject({ pod: withClaims(pod, claims), namespace: 'shop' }, state);
          expect(['Injected', 'Unchanged']).toContain(outcome.kind);
          const patch = outcome.kind === 'Injected' ? outcome.patch : [];
          if (patch.length > 0) seen.injected += 1;
          const created = patched(withClaims(pod, claims) ?? null, patch);
          expect(specOf(created, claims)).toEqual(specOf(byHand[i]?.template, claims));
          expect(annotationsIn(created)).toEqual(annotationsIn(byHand[i]?.template));
        }
      },
      share,
    );
    for (const [what, count] of Object.entries(seen)) expect(count / share, what).toBeGreaterThan(0.1);
  });
});
