/** The annotations that the injector reads and writes. What a user's annotation means is decided in `select/`. */
export const prefix = 'sidecar.io/';
export const injectKey = 'sidecar.io/inject';
export const statusKey = 'sidecar.io/status';
/** On a pod template, and so on its pods: what the annotations of the workload say. Written by the injector only. */
export const fromWorkloadKey = 'sidecar.io/from-workload';
/** Files of a sidecar are stored in annotations with this prefix and mounted with the downward API. */
export const filesPrefix = 'files.sidecar.io/';
/** The container that kubectl and the injector use when the user names none. */
export const defaultContainerKey = 'kubectl.kubernetes.io/default-container';
/** The kubelet sets it on the mirror pod of a static pod, which nobody can change. */
export const mirrorKey = 'kubernetes.io/config.mirror';
/** `kubectl apply` stores the whole object here as it was applied. */
export const lastAppliedKey = 'kubectl.kubernetes.io/last-applied-configuration';

/** The key of a parameter of a sidecar's instance; without a parameter, the key of its switch. */
export function annotationKey(sidecar: string, parameter: string | undefined, instance: string): string {
  const word = parameter === undefined ? sidecar : `${sidecar}-${parameter}`;
  return `${prefix}${word}${instance === '' ? '' : `.${instance}`}`;
}
