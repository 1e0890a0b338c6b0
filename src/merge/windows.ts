import { isObject, type Json, type JsonObject, objectsOf } from '../core/json.ts';
import type { Pod } from '../core/objects.ts';

const windowsLabels = ['kubernetes.io/os', 'beta.kubernetes.io/os'];

/** Where the pod says that it runs on Windows: in `spec.os`, or in a way from before that field. Undefined for Linux. */
export function windowsPath({ spec }: Pod): string | undefined {
  const { os, nodeSelector, securityContext } = spec;
  if (isObject(os)) return os.name === 'windows' ? 'spec.os.name' : undefined;
  if (isObject(nodeSelector)) {
    const label = windowsLabels.find((key) => nodeSelector[key] === 'windows');
    if (label !== undefined) return `spec.nodeSelector['${label}']`;
  }
  if (isObject(securityContext) && securityContext.windowsOptions != null) return 'spec.securityContext.windowsOptions';
  return needsWindowsNode(spec.affinity) ? 'spec.affinity.nodeAffinity' : undefined;
}

/** True when every term of the required node affinity allows nodes with Windows only. */
function needsWindowsNode(affinity: Json | undefined): boolean {
  const required = objectIn(objectIn(affinity, 'nodeAffinity'), 'requiredDuringSchedulingIgnoredDuringExecution');
  const terms = objectsOf(required?.nodeSelectorTerms);
  const isWindows = ({ key, operator, values }: JsonObject) =>
    windowsLabels.includes(String(key)) && operator === 'In' && Array.isArray(values) && values.join() === 'windows';
  return terms.length > 0 && terms.every(({ matchExpressions }) => objectsOf(matchExpressions).some(isWindows));
}

function objectIn(value: Json | undefined, key: string): JsonObject | undefined {
  const inner = isObject(value) ? value[key] : undefined;
  return isObject(inner) ? inner : undefined;
}
