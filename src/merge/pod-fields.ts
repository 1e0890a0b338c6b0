import type { Json } from '../core/json.ts';
import { isObject } from '../core/json.ts';
import type { Pod } from '../core/objects.ts';
import type { Problem } from '../core/problem.ts';
import { pathOf } from '../core/source.ts';
import type { SelectedInstance } from '../select/select.ts';
import type { Merge } from './operations.ts';
import type { Placement } from './placement.ts';

/** Sets the fields of the pod's spec that a sidecar needs. A field that the pod sets is never overruled. */
export function mergePodFields({ pod, additions, problems }: Merge, { fragment, selected }: Placement): void {
  if (isWindows(pod)) problems.push(windowsPod(pod, selected));
  for (const field in fragment.pod) {
    const needed = fragment.pod[field];
    const present = pod.spec[field];
    if (needed === undefined || present === needed) continue;
    if (present != null) problems.push(conflict(field, present, needed, selected));
    else additions.fields.set(field, needed);
  }
  if (fragment.pod.shareProcessNamespace === true && pod.spec.hostPID === true) problems.push(hostPid(selected));
}

/** The API server reads `spec.os`; manifests from before that field have only a node selector. */
function isWindows({ spec }: Pod): boolean {
  const { os, nodeSelector } = spec;
  if (isObject(os)) return os.name === 'windows';
  return isObject(nodeSelector) && nodeSelector['kubernetes.io/os'] === 'windows';
}

function windowsPod({ spec }: Pod, selected: SelectedInstance): Problem {
  return {
    code: 'windows-pod',
    path: isObject(spec.os) ? 'spec.os.name' : "spec.nodeSelector['kubernetes.io/os']",
    message: `${described(selected)} runs on Linux, but this pod runs on Windows.`,
    fix: 'Remove the annotation, or run the pod on Linux.',
  };
}

function conflict(field: string, present: Json, needed: Json, selected: SelectedInstance): Problem {
  return {
    code: 'pod-field-conflict',
    path: `spec.${field}`,
    message: `${described(selected)} needs ${field}: ${needed}, but the pod has ${field}: ${present}.`,
    fix: `Remove ${field} from the pod, or turn the sidecar off.`,
  };
}

function hostPid(selected: SelectedInstance): Problem {
  return {
    code: 'host-pid',
    path: 'spec.hostPID',
    message: `${described(selected)} shares the process namespace of the pod, but the pod uses the one of the host. Kubernetes allows only one of the two.`,
    fix: 'Remove hostPID from the pod, or turn the sidecar off.',
  };
}

function described({ template, source }: SelectedInstance): string {
  return `The sidecar ${template.name} (turned on by ${pathOf(source)})`;
}
