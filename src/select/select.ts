import type { Catalog } from '../catalog/catalog.ts';
import { annotationKey } from '../core/annotations.ts';
import { type Problem, solvedBy, type Warning } from '../core/problem.ts';
import { type Layer, outranks, pathOf, type Source } from '../core/source.ts';
import type { Scope } from '../language/scope.ts';
import type { Template } from '../template/template.ts';
import { type Gathered, gather, type Mention, maxNamed, type Setting } from './gather.ts';
import { namespaceOptedOut, reportIdle } from './idle.ts';
import { type ActiveMention, deprecations, resolveParameters, type Surroundings } from './parameters.ts';
import { type Dependencies, dependenciesOf, type Subject, tooLongForTenant, viewOf } from './view.ts';

/** One instance of a sidecar that a pod gets, with everything its template needs. */
export interface SelectedInstance {
  readonly template: Template;
  readonly instance: string;
  readonly scope: Scope;
  /** What somebody wrote; a parameter that is missing here has its default. */
  readonly settings: ReadonlyMap<string, Setting>;
  /** What turned it on. */
  readonly source: Source;
  /** True where its parameters have problems, and some of them are samples. */
  readonly isRefused: boolean;
}

export interface Selection {
  readonly instances: readonly SelectedInstance[];
  readonly optedOut: Source | undefined;
  /** True when annotations name sidecars but turn none on. */
  readonly turnedOff: boolean;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
  /** What the sidecars read of the pod and its namespace, where they do. */
  readonly dependencies: Dependencies | undefined;
}

/** Instances in one pod. Each is rendered and merged, and no app needs more. */
const maxInstances = 32;

/** Units of work (`language/cost.ts`) of all instances from templates of the namespace: 80 ms at most. */
const maxWork = 16 * 1024 * 1024;

const nothing: Omit<Selection, 'problems' | 'warnings'> = {
  instances: [],
  optedOut: undefined,
  turnedOff: false,
  dependencies: undefined,
};

/** The problem of an instance that is one too many for a pod, or that takes more work than is left. */
function tooMany(turnedOn: readonly ActiveMention[]): Problem | undefined {
  let work = 0;
  for (const [i, { template, source }] of turnedOn.entries()) {
    work += template.work;
    if (i < maxInstances && work <= maxWork) continue;
    const message =
      i < maxInstances
        ? `The template ${template.name} takes so much work that a pod can have ${i} instances of sidecars, not ${turnedOn.length}.`
        : `The pod asks for ${turnedOn.length} instances of sidecars; a pod can have ${maxInstances}.`;
    return { code: 'too-many-instances', path: pathOf(source), message, fix: 'Remove some of the annotations.' };
  }
  return undefined;
}

/** The problem of annotations that name many more instances than a pod can have. */
function namedTooMany({ mentions }: Gathered): Problem | undefined {
  if (mentions.length <= maxNamed) return undefined;
  const sources = mentions.flatMap(({ switch: decided, settings }) =>
    [...(decided ? [decided] : []), ...settings.values()].map(({ source }) => source),
  );
  const source = sources.findLast(({ kind }) => kind !== 'lock' && kind !== 'defaults');
  if (!source) return undefined;
  const message = `The annotations name ${mentions.length} instances of sidecars; a pod can have ${maxInstances}.`;
  return { code: 'too-many-instances', path: pathOf(source), message, fix: 'Remove some of the annotations.' };
}

/** Which sidecars a pod gets, with which parameters, and why. Gives every problem, not only the first. */
export function select(
  layers: readonly Layer[],
  catalog: Catalog,
  surroundings: Surroundings,
  subject: Subject,
): Selection {
  const gathered = gather(layers, catalog);
  const { optedOut, problems, warnings } = gathered;
  const tooManyNamed = optedOut ? undefined : namedTooMany(gathered);
  if (tooManyNamed) return { ...nothing, problems: [tooManyNamed], warnings };
  const turnedOn: ActiveMention[] = [];
  let turnedOff = false;
  const overruled = askedFor(gathered);
  if (optedOut && overruled) warnings.push(namespaceOptedOut(overruled, optedOut));
  for (const mention of optedOut ? [] : gathered.mentions) {
    const source = turnedOnBy(mention);
    if (source) {
      turnedOn.push({ ...mention, source });
      continue;
    }
    reportIdle(mention, gathered);
    turnedOff ||= mention.switch?.on === false;
  }
  const tooManyProblem = tooMany(turnedOn);
  if (tooManyProblem) return { ...nothing, problems: [tooManyProblem], warnings };
  const dependsOnPod = turnedOn.some(({ template }) => template.dependencies.size > 0);
  const dependencies = dependsOnPod ? dependenciesOf(turnedOn) : undefined;
  const view = dependencies && viewOf(dependencies, subject);
  const instances: SelectedInstance[] = [];
  for (const mention of turnedOn) {
    const { template, instance, settings, source } = mention;
    const tooLong = view && tooLongForTenant(template, view, source);
    if (tooLong) {
      problems.push(tooLong);
      continue;
    }
    const resolved = resolveParameters(mention, surroundings, view);
    const isRefused = resolved.problems.length > 0;
    instances.push({ template, instance, settings, scope: resolved.scope, source, isRefused });
    problems.push(...resolved.problems);
    warnings.push(...deprecations(mention));
  }
  problems.push(...conflictsAmong(instances));
  return { instances, optedOut, turnedOff, problems, warnings, dependencies };
}

/** The first sidecar that a pod or its workload asks for, where its namespace turns injection off. */
function askedFor({ mentions, optedOut }: Gathered): Mention | undefined {
  if (optedOut?.kind !== 'namespace') return undefined;
  return mentions.find((mention) => {
    const source = turnedOnBy(mention);
    return source && outranks(source.kind, optedOut.kind);
  });
}

/**
 * What turns an instance on: its switch, or a parameter that activates it, whichever has the higher precedence. In one
 * layer the switch wins. Undefined when the instance stays off.
 */
function turnedOnBy({ template, settings, switch: decided }: Mention): Source | undefined {
  const sources = template.activating.flatMap((name) => settings.get(name)?.source ?? []);
  const activating = sources.find((a) => !sources.some((b) => outranks(b.kind, a.kind)));
  if (!decided || (activating && outranks(activating.kind, decided.source.kind))) return activating;
  return decided.on ? decided.source : undefined;
}

function conflictsAmong(instances: readonly SelectedInstance[]): Problem[] {
  const present = new Map(instances.map(({ template, source }) => [template.name, source.kind]));
  const seen = new Set<Template>();
  return instances.flatMap(({ template, source }) => {
    if (seen.has(template)) return [];
    seen.add(template);
    return template.document.spec.conflicts
      .filter((name) => present.has(name))
      .map((name): Problem => {
        const key = annotationKey(present.get(name) === 'lock' ? template.name : name, undefined, '');
        return {
          code: 'sidecars-conflict',
          path: pathOf(source),
          message: `The sidecars ${template.name} and ${name} cannot be in the same pod.`,
          ...solvedBy({ text: `turn one of them off, for example with ${key}: "false"`, keys: [key] }),
        };
      });
  });
}
