import { annotationKey } from '../core/annotations.ts';
import type { JsonObject } from '../core/json.ts';
import { isObject } from '../core/json.ts';
import { solvedBy, type Way } from '../core/problem.ts';
import { pathOf } from '../core/source.ts';
import { exceeds } from '../core/units.ts';
import type { SelectedInstance } from '../select/select.ts';
import { type Span, takes } from './budget.ts';
import { limitRangerKey } from './limit-range.ts';
import type { Merge } from './operations.ts';
import { amountOf, quantitiesIn } from './quantities.ts';

/** The requests and limits of an injected container while they are adapted. */
interface Draft {
  readonly requests: Map<string, string>;
  readonly limits: Map<string, string>;
}

/**
 * The container with resources that the pod can hold. A setting that does not fit is a problem; a default is lowered,
 * with a warning. What the API server would fill in from a LimitRange is set, so that it has nothing to change
 * afterwards and does not call again.
 */
export function withFittingResources(
  merging: Merge,
  container: JsonObject,
  span: Span,
  selected: SelectedInstance,
): JsonObject {
  const own = isObject(container.resources) ? container.resources : {};
  const draft: Draft = { requests: quantitiesIn(own.requests), limits: quantitiesIn(own.limits) };
  addDefaults(merging, draft, selected);
  fitLimits(merging, draft, selected);
  fitRequests(merging, draft, span, selected);
  const resources = {
    ...own,
    requests: Object.fromEntries(draft.requests),
    limits: Object.fromEntries(draft.limits),
  };
  return { ...container, resources };
}

function addDefaults(merging: Merge, { requests, limits }: Draft, { template }: SelectedInstance): void {
  for (const [name, value] of merging.defaults?.limits ?? []) {
    if (limits.has(name)) continue;
    const request = requests.get(name);
    const low = request !== undefined && exceeds(amountOf(request), amountOf(value));
    limits.set(name, low ? request : value);
    if (low)
      adapted(
        merging,
        template,
        pathOf({ kind: 'pod', key: limitRangerKey }),
        `the default limit of the namespace for ${name}, ${value}, is below the request of the sidecar ${template.name}, so its limit is ${request}`,
      );
  }
  for (const [name, value] of merging.defaults?.requests ?? []) {
    if (requests.has(name)) continue;
    const limit = limits.get(name);
    requests.set(name, limit !== undefined && exceeds(amountOf(value), amountOf(limit)) ? limit : value);
  }
}

function fitLimits(merging: Merge, { limits }: Draft, selected: SelectedInstance): void {
  for (const [name, most] of merging.budget?.limits ?? []) {
    const limit = limits.get(name);
    if (limit === undefined || !exceeds(amountOf(limit), amountOf(most))) continue;
    const path = `spec.resources.limits.${name}`;
    const setting = settingOf(selected, `${name}-limit`, limit);
    limits.set(name, most);
    if (setting)
      exceeded(
        merging,
        setting.path,
        `The ${name} limit of the sidecar ${selected.template.name} is ${limit}, above the limit of the pod, ${most}.`,
        { text: `lower ${setting.key} to "${most}"`, keys: [setting.key] },
        `raise ${path} of the pod`,
      );
    else
      adapted(
        merging,
        selected.template,
        path,
        `the limit of the sidecar ${selected.template.name} is ${most} instead of ${limit}`,
      );
  }
}

function fitRequests(merging: Merge, { requests, limits }: Draft, span: Span, selected: SelectedInstance): void {
  for (const [name, reservation] of merging.budget?.requests ?? []) {
    const request = requests.get(name) ?? limits.get(name);
    if (request === undefined || takes(reservation, amountOf(request), span)) continue;
    const path = `spec.resources.requests.${name}`;
    const setting = settingOf(selected, name, request);
    const more = {
      requests: `raise ${path} of the pod`,
      limits: `raise spec.resources.limits.${name} of the pod`,
      containers: `set ${path} of the pod: without it, the pod has what its containers request`,
    };
    // Not left out, or the request would be that of the limit.
    requests.set(name, '0');
    if (setting)
      exceeded(
        merging,
        setting.path,
        `The sidecar ${selected.template.name} requests ${request} of ${name}, but the pod has ${reservation.text} for all of its containers, and the others leave less.`,
        { text: `lower ${setting.key}`, keys: [setting.key] },
        more[reservation.from],
      );
    else
      adapted(
        merging,
        selected.template,
        path,
        `the sidecar ${selected.template.name} requests 0 instead of ${request}, which does not fit beside the other containers`,
      );
  }
}

/** The annotation that has set this value; undefined for a default. */
function settingOf(
  { template, instance, scope, settings }: SelectedInstance,
  parameter: string,
  value: string,
): { readonly key: string; readonly path: string } | undefined {
  const setting = settings.get(parameter);
  const field = template.parameters.get(parameter)?.field;
  if (!setting || field === undefined || scope.params[field] !== value) return undefined;
  return { key: annotationKey(template.name, parameter, instance), path: pathOf(setting.source) };
}

function exceeded({ problems }: Merge, path: string, message: string, lower: Way, more: string): void {
  problems.push({ code: 'pod-resources-exceeded', path, message, ...solvedBy(lower, { text: more }) });
}

/** The containers of a sidecar mostly have the same resources, so one warning is enough. */
function adapted({ warnings }: Merge, { name }: SelectedInstance['template'], path: string, text: string): void {
  const message = `${path}: ${text}`;
  if (!warnings.some((warning) => warning.message === message))
    warnings.push({ code: 'resources-adapted', sidecar: name, message });
}
