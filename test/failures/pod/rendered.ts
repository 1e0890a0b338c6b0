// A pod with one sidecar, as the injector renders it.
import type { JsonObject } from '../../../src/core/json.ts';
import { inject } from '../../../src/engine/inject.ts';
import { builtInState, classicState } from '../../engine/state.ts';
import { apply } from '../../laws/weave.ts';
import type { Form } from '../failures.ts';

/** Parameters of a sidecar, without the prefix. */
export type Settings = Readonly<Record<string, string>>;

export interface Probe {
  readonly exec?: { readonly command: readonly string[] };
  readonly httpGet?: { readonly path: string; readonly port: number; readonly scheme?: 'HTTP' | 'HTTPS' };
  readonly tcpSocket?: { readonly port: number };
  readonly periodSeconds: number;
  readonly failureThreshold?: number;
}

export interface Mount {
  readonly name: string;
  readonly mountPath: string;
  readonly subPath?: string;
  readonly readOnly?: boolean;
}

export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: {
      readonly fieldRef?: { readonly fieldPath: string };
      readonly secretKeyRef?: { readonly name: string; readonly key: string };
    };
  }[];
  readonly volumeMounts?: readonly Mount[];
  readonly securityContext: {
    readonly runAsUser: number;
    readonly runAsGroup: number;
    readonly readOnlyRootFilesystem: boolean;
  };
  readonly restartPolicy?: 'Always';
  readonly lifecycle?: { readonly preStop: { readonly exec: { readonly command: readonly string[] } } };
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
}

interface Source {
  readonly secret?: { readonly name: string };
  readonly configMap?: { readonly name: string };
}

export interface Volume {
  readonly name: string;
  readonly emptyDir?: JsonObject;
  readonly secret?: { readonly secretName: string };
  readonly projected?: { readonly sources: readonly Source[] };
  readonly downwardAPI?: {
    readonly items?: readonly { readonly path: string; readonly fieldRef: { readonly fieldPath: string } }[];
  };
}

export interface RenderedPod {
  readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
  readonly spec: {
    readonly initContainers?: readonly ContainerSpec[];
    readonly containers: readonly ContainerSpec[];
    readonly volumes?: readonly Volume[];
  };
}

/** The pod of an app with this sidecar. Throws where the injector refuses it. */
export function renderPod(sidecar: string, settings: Settings, form: Form): RenderedPod {
  const given = Object.entries(settings).map(([name, value]) => [`sidecar.io/${sidecar}-${name}`, value]);
  const annotations = { [`sidecar.io/${sidecar}`]: 'true', ...Object.fromEntries(given) };
  const pod: JsonObject = { metadata: { annotations }, spec: { containers: [{ name: 'app', image: 'app' }] } };
  const outcome = inject({ pod, namespace: 'shop' }, form === 'native' ? builtInState : classicState);
  if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
  return apply(outcome.patch, pod) as unknown as RenderedPod;
}

/** The containers that the injector has added. */
export function sidecarContainers({ spec }: RenderedPod): readonly ContainerSpec[] {
  return [...(spec.initContainers ?? []), ...spec.containers].filter(({ name }) => name !== 'app');
}
