import { annotationKey } from '../core/annotations.ts';
import { instanceId } from '../core/instance.ts';
import { type Problem, solvedBy, type Warning, type Way } from '../core/problem.ts';
import { pathOf, type Source } from '../core/source.ts';
import { exceeds, quantityOf } from '../core/units.ts';
import { DefaultError, type Parameter } from '../language/parameter.ts';
import type { Scope } from '../language/scope.ts';
import { failureText, sentence } from '../language/template-problem.ts';
import type { Value } from '../language/types/value.ts';
import { sampleOf } from '../template/sample.ts';
import type { Mention } from './gather.ts';
import type { View } from './view.ts';

type Params = { [field: string]: Value };

/** What a template can read besides its parameters. */
export interface Surroundings {
  readonly cluster: Scope['cluster'];
  readonly injector: { readonly version: string; readonly image: string };
  /** The ids of instances that a reinvoked pod has in the other form than they would get now. They keep it. */
  readonly otherForm?: ReadonlySet<string>;
}

/** An instance that the pod gets, and what turned it on. */
export interface ActiveMention extends Mention {
  readonly source: Source;
}

/**
 * Reads the settings of an instance by their types, fills in defaults, and checks what must fit together.
 * A wrong or missing value is replaced by a sample, so that collisions elsewhere in the pod are found at the same time;
 * a selection with problems is never carried out.
 */
export function resolveParameters(
  mention: ActiveMention,
  surroundings: Surroundings,
  view: View | undefined,
): { readonly scope: Scope; readonly problems: readonly Problem[] } {
  const { template, settings } = mention;
  const problems: Problem[] = [];
  const params: Params = { ...template.defaults };
  const open: { readonly field: string; readonly byDefault: (scope: Scope) => Value }[] = [];
  for (const parameter of template.parameters.values()) {
    const setting = settings.get(parameter.name);
    const { field, byDefault } = parameter;
    const { required } = parameter.declaration;
    const read = setting && parameter.read(setting.text);
    if (read && 'value' in read) params[field] = read.value;
    else if (required) params[field] = sampleOf(parameter);
    else if (typeof byDefault === 'function') open.push({ field, byDefault });
    if (read && 'problem' in read) problems.push({ ...read.problem, path: pathOf(setting.source) });
    else if (!setting && required) problems.push(missing(mention, parameter));
  }
  const bare = scopeOf(mention, params, surroundings);
  const scope = view ? { ...bare, ...view.scope } : bare;
  try {
    for (const { field, byDefault } of open) params[field] = byDefault(scope);
    raiseDefaultLimits(mention, params);
    if (problems.length === 0) problems.push(...failedValidations(mention, scope), ...lowLimits(mention, params));
  } catch (error) {
    problems.push(error instanceof DefaultError ? wrongDefault(mention, error) : failure(mention, error));
  }
  return { scope, problems };
}

function failure({ template, source }: ActiveMention, error: unknown): Problem {
  return {
    code: 'template-failed',
    path: pathOf(source),
    message: sentence(`The template ${template.name} cannot use these parameters: ${failureText(error)}`),
    fix: 'Change the parameters, or correct the template.',
  };
}

/** What others say gives a default that its parameter cannot have: a folder of the system, from the path of a file. */
function wrongDefault({ template, instance, source }: ActiveMention, { parameter, problem }: DefaultError): Problem {
  const key = annotationKey(template.name, parameter, instance);
  const message = `The default of ${key} follows from the other settings, and cannot be used: ${problem.message}`;
  const fix = solvedBy({ text: problem.fix, keys: [key] });
  return { code: 'parameters-disagree', path: pathOf(source), message, ...fix };
}

function scopeOf(mention: Mention, params: Params, surroundings: Surroundings): Scope {
  const { template, instance } = mention;
  const { native: choice } = params;
  const { cluster, injector, otherForm } = surroundings;
  const id = instanceId(template.name, instance);
  const usual = choice === 'true' || (choice !== 'false' && cluster.nativeSidecars);
  const native = otherForm?.has(id) ? !usual : usual;
  return { params, instance: { id, name: instance, sidecar: template.name, native }, cluster, injector };
}

function missing({ template, instance, source }: ActiveMention, parameter: Parameter): Problem {
  const key = annotationKey(template.name, parameter.name, instance);
  const { description, example } = parameter.declaration;
  return {
    code: 'missing-parameter',
    path: pathOf(source),
    message: `The sidecar ${template.name} needs ${key}: ${description.charAt(0).toLowerCase()}${description.slice(1)}`,
    ...solvedBy({ text: `add ${key}${example === undefined ? '' : `, for example "${example}"`}`, keys: [key] }),
  };
}

function failedValidations(mention: ActiveMention, scope: Scope): Problem[] {
  const { template, instance } = mention;
  return template.validations.flatMap(({ holds, parameter, message, fix }, i) => {
    if (holds(scope)) return [];
    const { rule } = template.document.spec.validations[i] ?? { rule: '' };
    const fields = new Set([...rule.matchAll(/\bparams\.(\w+)/g)].map(([, field]) => field));
    const read = [...template.parameters.values()].filter(({ field }) => fields.has(field));
    const keys = read.map(({ name }) => annotationKey(template.name, name, instance));
    return [disagreement(mention, parameter, message(scope), { text: fix(scope), keys })];
  });
}

const resources = [
  { request: 'cpu', field: 'cpu', limit: 'cpu-limit', limitField: 'cpuLimit' },
  { request: 'memory', field: 'memory', limit: 'memory-limit', limitField: 'memoryLimit' },
  {
    ...{ request: 'ephemeral-storage', field: 'ephemeralStorage' },
    ...{ limit: 'ephemeral-storage-limit', limitField: 'ephemeralStorageLimit' },
  },
] as const;

/** A default limit is raised to a request that somebody set: a default never makes a pod invalid. */
function raiseDefaultLimits({ settings }: Mention, params: Params): void {
  for (const { request, field, limit, limitField } of resources) {
    if (settings.has(request) && !settings.has(limit) && isAbove(params[field], params[limitField]))
      params[limitField] = params[field] ?? null;
  }
}

/** A limit below its request: the API server would refuse the pod with a message that names no annotation. */
function lowLimits(mention: ActiveMention, params: Params): Problem[] {
  const { template, instance, settings } = mention;
  return resources.flatMap(({ request, field, limit, limitField }) => {
    if (!settings.has(limit) || !isAbove(params[field], params[limitField])) return [];
    const message = `The limit ${params[limitField]} is lower than the request ${params[field]}.`;
    const lower = annotationKey(template.name, request, instance);
    const ways = [
      { text: `write at least "${params[field]}"`, keys: [annotationKey(template.name, limit, instance)] },
      { text: `lower ${lower}`, keys: [lower] },
    ];
    return [disagreement(mention, limit, message, ...ways)];
  });
}

function isAbove(request: Value | undefined, limit: Value | undefined): boolean {
  if (typeof request !== 'string' || typeof limit !== 'string') return false;
  return exceeds(quantityOf(request) ?? 0, quantityOf(limit) ?? 0);
}

/** The problem of parameters that do not fit together, at the path of one of them. */
function disagreement(mention: ActiveMention, name: string, message: string, ...ways: readonly Way[]): Problem {
  const path = pathOf(mention.settings.get(name)?.source ?? unsetSource(mention, name));
  return { code: 'parameters-disagree', path, message, ...solvedBy(...ways) };
}

/**
 * The source of a parameter that nobody set: what turned the instance on for a namespace, else where the pod can set
 * it.
 */
export function unsetSource(
  { template, instance, source }: Pick<ActiveMention, 'template' | 'instance' | 'source'>,
  name: string,
): Source {
  return source.kind === 'namespace' ? source : { kind: 'pod', key: annotationKey(template.name, name, instance) };
}

/** A warning for each deprecated parameter that is set. */
export function deprecations({ template, settings }: Mention): Warning[] {
  return [...settings].flatMap(([name, { source }]) => {
    const instead = template.parameters.get(name)?.declaration.deprecated;
    if (instead === undefined) return [];
    const message = `${pathOf(source)} is deprecated: ${instead}`;
    return [{ code: 'deprecated-parameter', sidecar: template.name, message }];
  });
}
