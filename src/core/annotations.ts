/** The grammar of the annotations that users write; what the words mean is decided in `selection/`. */
export const prefix = 'sidecar.io/';
export const injectKey = 'sidecar.io/inject';
export const statusKey = 'sidecar.io/status';
/** Files of a sidecar travel as annotations below this prefix and are mounted with the downward API. */
export const filesPrefix = 'files.sidecar.io/';
export const defaultContainerKey = 'kubectl.kubernetes.io/default-container';
/** Set by the kubelet on the mirror image of a static pod, which nobody may change. */
export const mirrorKey = 'kubernetes.io/config.mirror';

/** A key below `sidecar.io/`, taken apart: `git-repo.docs` is the word `git-repo` for the instance `docs`. */
export interface AnnotationName {
  readonly word: string;
  readonly instance: string;
}

/** Takes a key apart at the first dot after the prefix; the default instance has the empty name. */
export function readAnnotationName(key: string): AnnotationName {
  const name = key.slice(prefix.length);
  const dot = name.indexOf('.');
  return dot < 0 ? { word: name, instance: '' } : { word: name.slice(0, dot), instance: name.slice(dot + 1) };
}

/** The key under which a parameter (or, without one, the switch) of a sidecar's instance is written. */
export function annotationKey(sidecar: string, parameter: string | undefined, instance: string): string {
  const word = parameter === undefined ? sidecar : `${sidecar}-${parameter}`;
  return `${prefix}${word}${instance === '' ? '' : `.${instance}`}`;
}

/** The place of an annotation as problems name it. */
export function annotationPath(key: string): string {
  return `metadata.annotations['${key}']`;
}
