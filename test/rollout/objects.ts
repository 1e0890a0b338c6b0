// Workloads, pods and budgets as an API server gives them, as far as a rollout reads them.
import type { JsonObject } from '../../src/core/json.ts';
import type { Observation } from '../../src/rollout/observation.ts';

const restartKey = 'kubectl.kubernetes.io/restartedAt';
const annotated = (restart: string | undefined) =>
  restart === undefined ? {} : { annotations: { [restartKey]: restart } };

export interface Workload {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly restart?: string;
  readonly spec?: JsonObject;
  readonly status?: JsonObject;
}

/** A workload called `web` with three pods, all of which its controller has made. */
export function workload({
  kind = 'Deployment',
  apiVersion = 'apps/v1',
  restart,
  spec,
  status,
}: Workload = {}): JsonObject {
  return {
    ...{ apiVersion, kind, metadata: { name: 'web', namespace: 'shop', uid: 'u', generation: 2 } },
    spec: { replicas: 3, template: { metadata: { labels: { app: 'web' }, ...annotated(restart) } }, ...spec },
    status: { observedGeneration: 2, replicas: 3, availableReplicas: 3, ...status },
  };
}

export interface PodState {
  readonly restart?: string;
  readonly ready?: boolean;
  readonly phase?: string;
  readonly leaving?: boolean;
  readonly conditions?: readonly JsonObject[];
  /** Of the container `sidecar-git`, which the injector has added. */
  readonly waiting?: JsonObject;
  readonly lastState?: JsonObject;
  /** Of the app. */
  readonly restarts?: number;
}

export function pod(name: string, state: PodState = {}): JsonObject {
  const {
    restart,
    ready = true,
    phase = 'Running',
    leaving = false,
    conditions = [],
    waiting,
    lastState,
    restarts = 0,
  } = state;
  const status = JSON.stringify({ sidecars: [{ name: 'git', containers: ['sidecar-git'] }], added: {} });
  return {
    metadata: {
      ...{ name, namespace: 'shop', ...(leaving ? { deletionTimestamp: '2026-11-26T10:00:00Z' } : {}) },
      annotations: { 'sidecar.io/status': status, ...annotated(restart).annotations },
    },
    status: {
      phase,
      conditions: [...conditions, { type: 'Ready', status: ready ? 'True' : 'False' }],
      containerStatuses: [{ name: 'app', restartCount: restarts, state: { running: {} } }],
      ...(waiting && {
        initContainerStatuses: [{ name: 'sidecar-git', state: { waiting }, lastState: lastState ?? {} }],
      }),
    },
  };
}

export function budget(
  allowed: number,
  healthy: number,
  needed: number,
  labels: JsonObject = { app: 'web' },
): JsonObject {
  return {
    metadata: { name: 'web' },
    spec: { selector: { matchLabels: labels } },
    status: { disruptionsAllowed: allowed, currentHealthy: healthy, desiredHealthy: needed },
  };
}

export function seen(owner: JsonObject, pods: readonly JsonObject[], more: Partial<Observation> = {}): Observation {
  return { owner, pods, budgets: [], refusals: [], ...more };
}
