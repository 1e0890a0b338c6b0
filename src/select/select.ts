import type { Catalog } from '../catalog/catalog.ts';
import { annotationKey } from '../core/annotations.ts';
import type { Problem } from '../core/problem.ts';
import { type Layer, outranks, pathOf, type Source } from '../core/source.ts';
import type { Scope } from '../language/scope.ts';
import type { Template } from '../template/template.ts';
import { type Gathered, gather, type Mention, type Setting } from './gather.ts';
import { resolveParameters, type Surroundings } from './parameters.ts';
import { type Dependencies, dependenciesOf, excessOf, type Subject, viewOf } from './view.ts';

/** One instance of a sidecar that a pod gets, with everything its template needs. */
export interface SelectedInstance {
  readonly template: Template;
  readonly instance: string;
  readonly scope: Scope;
  /** What was written by somebody; what is missing here came from a default. */
  readonly settings: ReadonlyMap<string, Setting>;
  /** What turned it on. */
  readonly because: string;
}

export interface Selection {
  readonly instances: readonly SelectedInstance[];
  readonly optedOut: Source | undefined;
  /** True when sidecars are named, but none is on. */
  readonly turnedOff: boolean;
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
  /** What of the pod and its namespace the sidecars read, where they do. */
  readonly reading: Dependencies | undefined;
}

/**
 * Which sidecars a pod gets, with which parameters, and why. Every problem is reported, not only the first.
 */
export function select(
  layers: readonly Layer[],
  catalog: Catalog,
  surroundings: Surroundings,
  subject: Subject,
): Selection {
  const gathered = gather(layers, catalog);
  const { optedOut, problems, warnings } = gathered;
  const wanted: { readonly mention: Mention; readonly because: string }[] = [];
  let turnedOff = false;
  for (const mention of optedOut ? [] : gathered.mentions) {
    const because = reasonFor(mention, gathered);
    if (because === undefined) turnedOff ||= mention.switch?.on === false;
    else wanted.push({ mention, because: pathOf(because) });
  }
  const reading = dependenciesOf(wanted.map(({ mention }) => mention));
  const view = reading && viewOf(reading, subject);
  const instances: SelectedInstance[] = [];
  for (const { mention, because } of wanted) {
    const { template, instance, settings } = mention;
    const excess = view && excessOf(template, view, because);
    if (excess) {
      problems.push(excess);
      continue;
    }
    const { scope, problems: wrong } = resolveParameters(mention, surroundings, view);
    instances.push({ template, instance, settings, scope, because });
    problems.push(...wrong);
    warnings.push(...deprecations(mention));
  }
  problems.push(...conflictsAmong(instances));
  return { instances, optedOut, turnedOff, problems, warnings, reading };
}

function deprecations({ template, settings }: Mention): string[] {
  return [...settings].flatMap(([name, { source }]) => {
    const instead = template.parameters.get(name)?.declaration.deprecated;
    return instead === undefined ? [] : [`${pathOf(source)} is deprecated: ${instead}`];
  });
}

function conflictsAmong(instances: readonly SelectedInstance[]): Problem[] {
  const present = new Set(instances.map(({ template }) => template.name));
  const seen = new Set<Template>();
  return instances.flatMap(({ template, because }) => {
    if (seen.has(template)) return [];
    seen.add(template);
    return template.document.spec.conflicts
      .filter((name) => present.has(name))
      .map((name) => ({
        code: 'sidecars-conflict',
        path: because,
        message: `The sidecars ${template.name} and ${name} cannot be in the same pod.`,
        fix: `Turn one of them off, for instance with ${annotationKey(name, undefined, '')}: "false".`,
      }));
  });
}

/**
 * What turns an instance on: its switch, or a parameter that activates it, whichever stands in the higher layer;
 * in one layer the switch counts. Gives undefined, and says so where that is likely a problem, when it stays off.
 */
function reasonFor(mention: Mention, { problems, warnings }: Gathered): Source | undefined {
  const activating = activatingSource(mention);
  const { switch: decided } = mention;
  if (!decided || (activating && outranks(activating.kind, decided.source.kind))) {
    if (activating) return activating;
    reportLoneSettings(mention, problems);
    return undefined;
  }
  if (decided.on) return decided.source;
  const [idle] = [...mention.settings.values()].filter(({ source }) => source.kind === decided.source.kind);
  if (idle) warnings.push(`${pathOf(idle.source)} has no effect: ${decided.source.key} is "false"`);
  return undefined;
}

function activatingSource({ template, settings }: Mention): Source | undefined {
  const sources = template.activating.flatMap((name) => settings.get(name)?.source ?? []);
  return sources.find((a) => !sources.some((b) => outranks(b.kind, a.kind)));
}

/** Parameters of a namespace or a workload are defaults and may stand alone; on the pod they show a slip. */
function reportLoneSettings({ template, instance, settings }: Mention, problems: Problem[]): void {
  const [lone] = [...settings.values()].filter(({ source }) => source.kind === 'pod');
  if (!lone) return;
  const name = instance === '' ? template.name : `${template.name}.${instance}`;
  const keys = template.activating.map((parameter) => annotationKey(template.name, parameter, instance));
  const key = keys[0] ?? `${annotationKey(template.name, undefined, instance)}: "true"`;
  problems.push({
    code: 'not-turned-on',
    path: pathOf(lone.source),
    message: `The sidecar ${name} is not turned on, so this has no effect.`,
    fix: `Add ${key}, or remove this annotation.`,
  });
}
