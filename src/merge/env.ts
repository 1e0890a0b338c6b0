import type { JsonObject } from '../core/json.ts';
import { objectsOf } from '../core/json.ts';
import type { SelectedInstance } from '../select/select.ts';
import { containerAt, pathTo } from './app-containers.ts';
import type { Merge } from './operations.ts';
import { includes } from './same.ts';

/**
 * Adds an environment variable to one app container, after those it has. A variable that the container or another sidecar
 * sets already stays as it is, with a warning where the value differs. Values are never shown: they can be secret.
 */
export function mergeVariable(
  { pod, additions, warnings, problems }: Merge,
  index: number,
  variable: JsonObject,
  { template }: SelectedInstance,
): void {
  const container = containerAt(pod, index);
  const path = `${pathTo(pod, index)}.env`;
  if (container?.env != null && !Array.isArray(container.env)) {
    problems.push({ code: 'malformed-pod', path, message: `${path} has the wrong type.`, fix: 'It must be a list.' });
    return;
  }
  const hasSameName = ({ name }: JsonObject) => name === variable.name;
  // Where a name is there twice, Kubernetes takes the last value.
  const present = objectsOf(container?.env).findLast(hasSameName);
  const added = additions.env.find((each) => each.index === index && hasSameName(each.variable))?.variable;
  const other = present ?? added;
  if (other === undefined) additions.env.push({ index, variable });
  else if (!includes(other, variable)) {
    const owner = present ? 'the container' : 'another sidecar';
    const message = `${path}: ${String(variable.name)} of ${container?.name} keeps the value that ${owner} sets; the sidecar ${template.name} would set another one`;
    warnings.push({ code: 'variable-kept', sidecar: template.name, message });
  }
}
