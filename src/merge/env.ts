import type { JsonObject } from '../core/json.ts';
import { objectsOf } from '../core/json.ts';
import type { SelectedInstance } from '../select/select.ts';
import type { Merge } from './placement.ts';
import { includes } from './same.ts';

/**
 * Adds an environment variable to one app container, after those that are there. What the container, or a sidecar before
 * this one, says of the same variable stays; that it says something else is worth a warning. Values are never shown.
 */
export function mergeVariable(
  { pod, additions, warnings, problems }: Merge,
  index: number,
  variable: JsonObject,
  { template }: SelectedInstance,
): void {
  const container = pod.spec.containers[index];
  const place = `spec.containers[${index}].env`;
  if (container?.env != null && !Array.isArray(container.env)) {
    problems.push({
      code: 'malformed-pod',
      path: place,
      message: `${place} is not what Kubernetes expects there.`,
      fix: 'It must be a list.',
    });
    return;
  }
  const sameName = ({ name }: JsonObject) => name === variable.name;
  const present = objectsOf(container?.env).findLast(sameName);
  const other = present ?? additions.env.find((each) => each.index === index && sameName(each.variable))?.variable;
  if (other === undefined) additions.env.push({ index, variable });
  else if (!includes(other, variable)) {
    const owner = present ? 'the container' : 'another sidecar';
    warnings.push(
      `${place}: ${String(variable.name)} of ${container?.name} stays as ${owner} sets it; the sidecar ${template.name} would set something else`,
    );
  }
}
