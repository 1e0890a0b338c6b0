import type { Template } from '../template/template.ts';
import type { State } from './state.ts';

/**
 * What becomes of pods when no injector answers is decided by the API server, from a list of names that the chart gives
 * it. A message where that is not what the template says; undefined where it is, or where the list is not known.
 */
export function failurePolicyNote({ name, failurePolicy }: Template, { requiredSidecars }: State): string | undefined {
  if (!requiredSidecars || requiredSidecars.has(name) === (failurePolicy === 'Fail')) return undefined;
  return failurePolicy === 'Fail'
    ? `failurePolicy is Fail, but requiredSidecars of the chart does not list ${name}: while no injector is available, pods start without it. Add it.`
    : `failurePolicy is Ignore, but requiredSidecars of the chart lists ${name}: while no injector is available, pods with it are refused. Remove it.`;
}
