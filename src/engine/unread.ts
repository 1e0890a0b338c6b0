import { fromWorkloadKey, injectKey } from '../core/annotations.ts';
import { isCarried, readCarried } from '../core/from-workload.ts';
import { isObject, type Json, type JsonObject } from '../core/json.ts';
import type { Outcome } from '../core/outcome.ts';
import { mistypedAnnotations } from '../core/pod.ts';
import type { Problem, Warning } from '../core/problem.ts';
import type { State } from '../state/state.ts';
import { type InjectionRequest, refused, unchanged } from './injection-request.ts';

/**
 * What becomes of a pod template without containers, such as a patch of a kustomization or the template of a virtual
 * machine: it stays as it is. Its pods are decided about when they are created. Undefined
 * for any other template.
 */
export function withoutContainers({ pod, workload }: InjectionRequest): Outcome | undefined {
  if (!isObject(pod) || !lacksContainers(pod.spec)) return undefined;
  const mistyped = mistypedAnnotations(pod);
  if (mistyped) return refused(mistyped);
  const path = 'spec.containers';
  const own = annotationsIn(pod);
  const says = { ...(workload?.annotations ?? carriedIn(own)), ...own };
  const warning: Warning = {
    ...{ code: 'not-tried', sidecar: '' },
    message: `${path}: There are none here, so injection was not tried. Problems are reported when the pods are created.`,
  };
  const warnings = asks(says) && says[injectKey] !== 'false' ? [warning] : [];
  return unchanged('no-containers', path, 'The pod template has no containers.', warnings);
}

function lacksContainers(spec: Json | undefined): boolean {
  return !isObject(spec) || spec.containers == null;
}

/** What becomes of a pod that cannot be read. One that nobody wants a sidecar in is left to the API server. */
export function unreadable(request: InjectionRequest, problems: readonly Problem[], state: State): Outcome {
  const { pod, workload } = request;
  const namespace = state.namespaces.get(request.namespace);
  const isAsked =
    !isObject(pod) ||
    problems.some(({ path }) => path.startsWith('metadata')) ||
    [annotationsIn(pod), workload?.annotations, namespace?.annotations].some((each) => each && asks(each)) ||
    (namespace?.policies ?? []).length > 0;
  if (isAsked) return refused(problems);
  return unchanged('nothing-asked', 'metadata.annotations', 'No annotation asks for a sidecar.', []);
}

function asks(annotations: JsonObject): boolean {
  return Object.keys(annotations).some((key) => isCarried(key) || key === fromWorkloadKey);
}

function carriedIn(annotations: JsonObject): JsonObject | undefined {
  const text = annotations[fromWorkloadKey];
  return typeof text === 'string' ? readCarried(text) : undefined;
}

function annotationsIn({ metadata }: JsonObject): JsonObject {
  return isObject(metadata) && isObject(metadata.annotations) ? metadata.annotations : {};
}
