import type { Json } from '../core/json.ts';
import { isObject } from '../core/json.ts';
import type { Pod } from '../core/pod.ts';
import type { Problem } from '../core/problem.ts';
import type { SelectedInstance } from '../select/select.ts';
import type { Merge, Placement } from './placement.ts';

/** Sets the fields of the pod that a sidecar needs, where the pod does not say otherwise; what it says is never overruled. */
export function mergePodFields({ pod, additions, problems }: Merge, { fragment, selected }: Placement): void {
  if (isWindows(pod)) problems.push(windowsPod(pod, selected));
  for (const field in fragment.pod) {
    const wanted = fragment.pod[field];
    const present = pod.spec[field];
    if (wanted === undefined || present === wanted) continue;
    if (present != null) problems.push(conflict(field, present, wanted, selected));
    else additions.fields.set(field, wanted);
  }
  if (fragment.pod.shareProcessNamespace === true && pod.spec.hostPID === true) problems.push(hostPid(selected));
}

/** `spec.os` is what the API server goes by; the node selector is what older manifests say. */
export function isWindows({ spec }: Pod): boolean {
  const { os, nodeSelector } = spec;
  if (isObject(os)) return os.name === 'windows';
  return isObject(nodeSelector) && nodeSelector['kubernetes.io/os'] === 'windows';
}

function windowsPod({ spec }: Pod, { template, because }: SelectedInstance): Problem {
  return {
    code: 'windows-pod',
    path: isObject(spec.os) ? 'spec.os.name' : "spec.nodeSelector['kubernetes.io/os']",
    message: `The sidecar ${template.name} (turned on by ${because}) runs on Linux, this pod on Windows.`,
    fix: 'Remove the annotation, or run the pod on Linux.',
  };
}

function conflict(field: string, present: Json, wanted: Json, { template, because }: SelectedInstance): Problem {
  return {
    code: 'pod-field-conflict',
    path: `spec.${field}`,
    message: `The sidecar ${template.name} (turned on by ${because}) needs ${field}: ${wanted}, but the pod says ${present}.`,
    fix: `Remove ${field} from the pod if it can do without, or turn the sidecar off.`,
  };
}

function hostPid({ template, because }: SelectedInstance): Problem {
  return {
    code: 'host-pid',
    path: 'spec.hostPID',
    message: `The sidecar ${template.name} (turned on by ${because}) shares the processes of the pod, but the pod uses those of the host; Kubernetes allows one of the two.`,
    fix: 'Remove hostPID from the pod, or turn the sidecar off.',
  };
}
