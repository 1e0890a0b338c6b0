import { annotationKey, statusKey } from '../core/annotations.ts';
import { instanceName } from '../core/instance.ts';
import { type Json, objectsOf, scalarText } from '../core/json.ts';
import type { Pod } from '../core/objects.ts';
import { type Problem, solvedBy, type Warning, type Way } from '../core/problem.ts';
import { pathOf } from '../core/source.ts';
import type { SelectedInstance } from '../select/select.ts';
import type { Fragment } from '../template/fragment.ts';
import { containersOf, isPresent } from './containers-and-volumes.ts';
import type { Merge } from './operations.ts';
import type { Placement } from './placement.ts';
import { windowsPath } from './windows.ts';

/** Sets the fields of the pod's spec that a sidecar needs. A field that the pod sets is never overruled. */
export function mergePodFields(merging: Merge, { fragment, selected }: Placement): void {
  const { pod, names, additions, problems, warnings } = merging;
  const windows = canBeOfWindows(pod) ? windowsPath(pod, names) : undefined;
  if (windows !== undefined) problems.push(windowsPod(windows, selected));
  for (const field in fragment.pod) {
    const needed = fragment.pod[field];
    const present = pod.spec[field];
    if (needed === undefined || present === needed) continue;
    if (present != null) problems.push(conflict(field, present, needed, selected));
    else additions.fields.set(field, needed);
  }
  if (fragment.pod.shareProcessNamespace === true && pod.spec.hostPID === true) problems.push(hostPid(selected));
  if (pod.spec.hostNetwork === true && containersOf(fragment).some(({ ports }) => objectsOf(ports).length > 0))
    problems.push(hostNetwork(selected));
  const ends = pod.spec.restartPolicy === 'Never' || pod.spec.restartPolicy === 'OnFailure';
  if (ends && fragment.containers.length > 0 && !isPresent(pod, fragment)) {
    const message = `spec.restartPolicy: ${described(selected)} does not end with the app, so this pod never completes. Native sidecars (Kubernetes 1.29) do.`;
    warnings.push({ code: 'never-completes', sidecar: selected.template.name, message });
  }
}

/** False for most pods: nothing in them can say on what they run. */
function canBeOfWindows({ spec }: Pod): boolean {
  const { os, nodeSelector, securityContext, affinity, containers, initContainers = [] } = spec;
  if ((os ?? nodeSelector ?? securityContext ?? affinity) != null) return true;
  return [containers, initContainers].some((list) => list?.some((each) => each.securityContext != null));
}

function windowsPod(path: string, selected: SelectedInstance): Problem {
  return {
    code: 'windows-pod',
    path,
    message: `${described(selected)} runs on Linux, but this pod runs on Windows.`,
    ...solvedBy({ ...turnedOff(selected), text: 'remove the annotation' }, { text: 'run the pod on Linux' }),
  };
}

function conflict(field: string, present: Json, needed: Json, selected: SelectedInstance): Problem {
  return {
    code: 'pod-field-conflict',
    path: `spec.${field}`,
    message: `${described(selected)} needs ${field}: ${needed}, but the pod has ${field}: ${scalarText(present)}.`,
    ...solvedBy({ text: `remove ${field} from the pod` }, turnedOff(selected)),
  };
}

function hostPid(selected: SelectedInstance): Problem {
  return {
    code: 'host-pid',
    path: 'spec.hostPID',
    message: `${described(selected)} shares the process namespace of the pod, but hostPID makes the pod use the process namespace of the node. Kubernetes allows only one of the two.`,
    ...solvedBy({ text: 'remove hostPID from the pod' }, turnedOff(selected)),
  };
}

function hostNetwork(selected: SelectedInstance): Problem {
  return {
    code: 'host-network',
    path: 'spec.hostNetwork',
    message: `${described(selected)} listens on a port. With hostNetwork, that is a port of the node, open to its whole network.`,
    ...solvedBy({ text: 'remove hostNetwork from the pod' }, turnedOff(selected)),
  };
}

/** A sidecar in a message, with what turned it on. */
export function described({ template, source }: SelectedInstance): string {
  return `The sidecar ${template.name} (turned on by ${pathOf(source)})`;
}

/** A way to solve a problem that only pods with this sidecar have. */
export function turnedOff({ template, instance }: SelectedInstance): Way {
  return { text: 'turn the sidecar off', keys: [annotationKey(template.name, undefined, instance)] };
}

/** Sets an annotation of the injector, whatever the pod has. */
export function addAnnotation({ pod, additions }: Merge, key: string, value: string): void {
  if (pod.metadata?.annotations?.[key] !== value) additions.annotations.set(key, value);
}

/**
 * Adds the annotations of a sidecar that describe one thing together, such as where to scrape the pod. Half of them
 * beside half of somebody else's would describe something that does not exist, so all are added, or none where one has
 * another value.
 */
export function mergePodAnnotations({ pod, additions, warnings }: Merge, { fragment, selected }: Placement): void {
  const { podAnnotations } = fragment;
  const present = pod.metadata?.annotations ?? {};
  const current = (key: string) => (Object.hasOwn(present, key) ? present[key] : additions.annotations.get(key));
  const missing = Object.entries(podAnnotations).filter(([key, value]) => current(key) !== value);
  const other = missing.find(([key]) => current(key) !== undefined);
  if (!other) for (const [key, value] of missing) additions.annotations.set(key, value);
  // A reinvocation would only repeat the warning.
  else if (!isPresent(pod, fragment))
    warnings.push(leftOut(podAnnotations, other[0], current(other[0]) ?? '', selected));
}

function leftOut(
  podAnnotations: Fragment['podAnnotations'],
  key: string,
  value: string,
  { template, instance }: SelectedInstance,
): Warning {
  const name = instanceName(template.name, instance);
  const shown = JSON.stringify(value.length > 40 ? `${value.slice(0, 39)}…` : value);
  const message = `${pathOf({ kind: 'pod', key })} is ${shown}: the sidecar ${name} sets none of ${Object.keys(podAnnotations).join(', ')}`;
  return { code: 'annotations-kept', sidecar: template.name, message };
}

/** The limit of Kubernetes for keys and values together, in bytes. Source: apimachinery, TotalAnnotationSizeLimitB. */
const limit = 256 * 1024;

type Annotations = { readonly [key: string]: string };

/** Annotations that the API server would refuse. With those of the sidecars it does not even name the cause. */
export function annotationProblems(present: Annotations, added: ReadonlyMap<string, string>): Problem[] {
  if (upperBound(present, added) <= limit) return [];
  const all: Annotations = { ...present, ...Object.fromEntries(added) };
  let size = 0;
  for (const key in all) size += Buffer.byteLength(key) + Buffer.byteLength(scalarText(all[key] ?? ''));
  if (size <= limit) return [];
  const [largest = ''] = Object.keys(all).sort((a, b) => (all[b]?.length ?? 0) - (all[a]?.length ?? 0));
  return [
    {
      code: 'annotation-too-large',
      path: pathOf({ kind: 'pod', key: largest }),
      message: `${added.size > 0 ? 'With those of the sidecars, the' : 'The'} annotations have ${size} bytes; Kubernetes allows ${limit}.`,
      fix:
        largest === statusKey
          ? 'Name the containers that need the sidecar, instead of all of them.'
          : 'Shorten the largest annotation.',
    },
  ];
}

/** In bytes. A UTF-16 unit has at most three bytes in UTF-8, so this is cheap and nearly always enough. */
function upperBound(present: Annotations, added: ReadonlyMap<string, string>): number {
  let units = 0;
  for (const key in present) units += key.length + (present[key]?.length ?? 0);
  for (const [key, value] of added) units += key.length + value.length;
  return units * 3;
}
