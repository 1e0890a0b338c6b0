import type { JsonObject } from '../../src/core/json.ts';
import { inject } from '../../src/engine/inject.ts';
import { builtInState } from '../engine/state.ts';
import { apply } from '../laws/weave.ts';

export interface Container {
  readonly name: string;
  readonly command?: readonly string[];
  readonly image: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: object }[];
  readonly envFrom: readonly object[];
  readonly ports: readonly { readonly containerPort: number; readonly protocol: string }[];
  readonly livenessProbe: object;
}

/** What becomes of a pod with these settings of `metrics`. */
export function outcomeOf(settings: Record<string, string>, state = builtInState) {
  const own = Object.entries(settings).map(([key, value]) => [`sidecar.io/metrics-${key}`, value]);
  const pod: JsonObject = {
    metadata: { annotations: Object.fromEntries(own) },
    spec: { containers: [{ name: 'app', image: 'app', ports: [{ containerPort: 8080 }] }] },
  };
  return { pod, outcome: inject({ pod, namespace: 'default' }, state) };
}

/** The container of the exporter, or another one of the sidecar. */
export function exporter(
  settings: Record<string, string>,
  state = builtInState,
  container = 'sidecar-metrics',
): Container {
  const { pod, outcome } = outcomeOf(settings, state);
  if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
  const { initContainers, containers } = apply(outcome.patch, pod).spec as unknown as Record<string, Container[]>;
  const found = [...(initContainers ?? []), ...(containers ?? [])].find(({ name }) => name === container);
  if (!found) throw new Error('no exporter');
  return found;
}
