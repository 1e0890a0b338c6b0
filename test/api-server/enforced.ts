// The rules of the chart on a real API server, bound to policies, with no injector at all: what holds while every
// replica is away.
import jsonPatch from 'fast-json-patch';
import { expect, vi } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { inject } from '../../src/engine/inject.ts';
import type { PolicyObject } from '../../src/policy/compile.ts';
import { enforcementOf } from '../../src/policy/enforcement.ts';
import { createClusterState } from '../../src/state/cluster-state.ts';
import type { ControlPlane } from '../cluster/control-plane.ts';
import { builtInState } from '../engine/state.ts';
import { release, renderedChart } from './chart.ts';
import { applied } from './setup.ts';

export const installation = { name: release, namespace: release, excludedNamespaces: [], injects: false };

/** The rules of the chart, and its namespace. */
export async function installRules(cluster: ControlPlane, ...settings: readonly string[]): Promise<void> {
  const all = (await renderedChart(...settings)).filter(({ metadata }) => metadata.name.includes('policies'));
  const rules = all.filter(({ kind }) => kind.startsWith('ValidatingAdmissionPolicy'));
  expect(rules.map(({ kind }) => kind.slice('ValidatingAdmissionPolicy'.length)).sort()).toEqual([
    '',
    '',
    '',
    '',
    'Binding',
  ]);
  await applied(cluster, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: release } }, ...all);
}

/** The state that a cluster with these policies has, where `shop` is a namespace with the label team=shop. */
export function stateWith(...objects: readonly PolicyObject[]) {
  const namespaces = [{ name: 'shop', annotations: {}, labels: { team: 'shop' } }];
  return createClusterState(builtInState)(namespaces, [], objects).state;
}

/** Applies what holds the policies, and waits until a pod without sidecars is refused in `shop`. */
export async function enforce(cluster: ControlPlane, ...objects: readonly PolicyObject[]): Promise<void> {
  const state = stateWith(...objects);
  await applied(
    cluster,
    ...state.policies.flatMap((policy) => enforcementOf(policy, state.catalog, state, installation)),
  );
  const refused = async () => expect((await create(cluster, bare)).stderr).toContain('The policy ');
  await vi.waitFor(refused, { timeout: 120_000, interval: 200 });
}

export interface TriedPod {
  readonly apiVersion: 'v1';
  readonly kind: 'Pod';
  readonly metadata: { readonly name: string; readonly namespace: string; readonly [field: string]: unknown };
  // biome-ignore lint/suspicious/noExplicitAny: tests change any part of a pod
  readonly spec: any;
}

export const bare: TriedPod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { containers: [{ name: 'web', image: 'web' }] },
};

/** The pod as the injector would make it. */
export function injected(pod: TriedPod, ...objects: readonly PolicyObject[]): TriedPod {
  const outcome = inject({ pod: pod as unknown as Json, namespace: 'shop' }, stateWith(...objects));
  if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
  const patch = JSON.parse(Buffer.from(outcome.encoded.base64, 'base64').toString());
  return jsonPatch.applyPatch(structuredClone(pod), patch).newDocument;
}

/** A dry run of its creation. */
export function create(cluster: ControlPlane, pod: object, ...flags: readonly string[]) {
  return cluster.kubectl(['create', '--dry-run=server', '-o', 'name', ...flags, '-f', '-'], {
    stdin: JSON.stringify(pod),
  });
}
