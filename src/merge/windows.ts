import { isObject, type Json, type JsonObject, objectsOf } from '../core/json.ts';
import type { Pod } from '../core/objects.ts';

const osLabels = ['kubernetes.io/os', 'beta.kubernetes.io/os'];
/** Only Windows nodes have it. */
const buildLabel = 'node.kubernetes.io/windows-build';

/**
 * Where the pod says that it runs on Windows: in `spec.os`, or in a way from before that field. Undefined for Linux. A
 * field that names an operating system counts before the options for Windows, which some tools write into every pod.
 */
export function windowsPath(pod: Pod, injected: ReadonlySet<string>): string | undefined {
  const { os, nodeSelector } = pod.spec;
  if (isObject(os)) return os.name === 'windows' ? 'spec.os.name' : undefined;
  const selector = isObject(nodeSelector) ? nodeSelector : {};
  const label =
    osLabels.find((key) => selector[key] === 'windows') ?? (buildLabel in selector ? buildLabel : undefined);
  if (label !== undefined) return `spec.nodeSelector['${label}']`;
  if (osLabels.some((key) => selector[key] !== undefined)) return undefined;
  const needed = neededSystem(pod.spec.affinity);
  if (needed) return needed === 'windows' ? 'spec.affinity.nodeAffinity' : undefined;
  return optionsPath(pod, injected);
}

/** The one operating system of the nodes that every term of the required node affinity allows. */
function neededSystem(affinity: Json | undefined): 'windows' | 'linux' | undefined {
  const required = objectIn(objectIn(affinity, 'nodeAffinity'), 'requiredDuringSchedulingIgnoredDuringExecution');
  const terms = objectsOf(required?.nodeSelectorTerms).map(({ matchExpressions }) => objectsOf(matchExpressions));
  if (terms.length === 0) return undefined;
  return (['windows', 'linux'] as const).find((system) =>
    terms.every((term) => term.some((expression) => needs(expression, system))),
  );
}

/** There are nodes of two systems, so one that must not be Linux is Windows. Of builds of Windows there are more. */
function needs({ key, operator, values }: JsonObject, system: 'windows' | 'linux'): boolean {
  if (key === buildLabel) return operator !== 'NotIn' && (system === 'windows') === (operator !== 'DoesNotExist');
  if (!osLabels.includes(String(key)) || !Array.isArray(values)) return false;
  const other = system === 'windows' ? 'linux' : 'windows';
  return (operator === 'In' && values.join() === system) || (operator === 'NotIn' && values.join() === other);
}

/** Options for Windows, of the pod or of one of the app's containers. */
function optionsPath({ spec }: Pod, injected: ReadonlySet<string>): string | undefined {
  if (hasOptions(spec)) return 'spec.securityContext.windowsOptions';
  for (const list of ['containers', 'initContainers'] as const) {
    const i = spec[list]?.findIndex((each) => hasOptions(each) && !injected.has(each.name)) ?? -1;
    if (i >= 0) return `spec.${list}[${i}].securityContext.windowsOptions`;
  }
  return undefined;
}

function hasOptions(holder: JsonObject): boolean {
  return objectIn(holder, 'securityContext')?.windowsOptions != null;
}

function objectIn(value: Json | undefined, key: string): JsonObject | undefined {
  const inner = isObject(value) ? value[key] : undefined;
  return isObject(inner) ? inner : undefined;
}
