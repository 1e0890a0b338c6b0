import { annotationKey, annotationPath } from '../core/annotations.ts';
import type { Problem } from '../core/problem.ts';
import { pathOf } from '../core/source.ts';
import { firstLine } from '../language/cel.ts';
import type { Parameter } from '../language/parameter.ts';
import type { Scope } from '../language/scope.ts';
import type { Value } from '../language/types/value.ts';
import { sampleOf } from '../template/sample.ts';
import type { Mention } from './gather.ts';
import { idOf } from './instance.ts';
import { limitProblems, raiseDefaultLimits } from './limits.ts';
import { disagreement } from './parameters-disagree.ts';
import type { View } from './view.ts';

/** What a template may ask besides its parameters. */
export interface Surroundings {
  readonly cluster: { readonly version: string; readonly nativeSidecars: boolean };
  readonly injector: { readonly version: string; readonly image: string };
  /** Instances that the pod has in the other form than they would get; they keep it. */
  readonly otherForm?: ReadonlySet<string>;
}

/**
 * Reads the settings of an instance by their types, fills in defaults, and checks what must go together.
 * Where a value is wrong or missing, a stand-in takes its place in the scope, so that a collision elsewhere
 * in the pod is found in the same pass; a selection with problems is never carried out.
 */
export function resolveParameters(
  mention: Mention,
  surroundings: Surroundings,
  view: View | undefined,
): { readonly scope: Scope; readonly problems: readonly Problem[] } {
  const { template, instance, settings } = mention;
  const problems: Problem[] = [];
  const params: { [field: string]: Value } = {};
  const open: Parameter[] = [];
  for (const parameter of template.parameters.values()) {
    params[parameter.field] = null;
    const setting = settings.get(parameter.name);
    const { required } = parameter.declaration;
    const read = setting && parameter.read(setting.text);
    if (read && 'value' in read) params[parameter.field] = read.value;
    else if (required) params[parameter.field] = sampleOf(parameter);
    else open.push(parameter);
    if (read && 'problem' in read) problems.push({ ...read.problem, path: pathOf(setting.source) });
    else if (!setting && required) problems.push(missing(mention, parameter));
  }
  const bare = scopeOf(mention, params, surroundings);
  const scope = view ? { ...bare, ...view.scope } : bare;
  try {
    for (const parameter of open) params[parameter.field] = parameter.defaultValue(scope);
    raiseDefaultLimits(mention, params);
    if (problems.length === 0) problems.push(...disagreements(mention, scope), ...limitProblems(mention, params));
  } catch (error) {
    problems.push({
      code: 'template-failed',
      path: annotationPath(annotationKey(template.name, undefined, instance)),
      message: `The template ${template.name} cannot use these parameters: ${firstLine(error)}.`,
      fix: 'Change the parameters, or have the template mended.',
    });
  }
  return { scope, problems };
}

function disagreements(mention: Mention, scope: Scope): Problem[] {
  return mention.template.validations.flatMap(({ holds, parameter, message, fix }) => {
    return holds(scope) ? [] : [disagreement(mention, parameter, message(scope), fix(scope))];
  });
}

function scopeOf(mention: Mention, params: Scope['params'], surroundings: Surroundings): Scope {
  const { template, instance } = mention;
  const { native: wish } = params;
  const { cluster, injector, otherForm } = surroundings;
  const id = idOf(mention);
  const usual = wish === 'true' || (wish !== 'false' && cluster.nativeSidecars);
  const native = otherForm?.has(id) ? !usual : usual;
  return { params, instance: { id, name: instance, sidecar: template.name, native }, cluster, injector };
}

function missing({ template, instance, settings, switch: decided }: Mention, parameter: Parameter): Problem {
  const key = annotationKey(template.name, parameter.name, instance);
  const [other] = [...settings.values()];
  const source = decided?.source ?? other?.source;
  const example =
    parameter.declaration.example === undefined ? '' : `, for instance "${parameter.declaration.example}"`;
  return {
    code: 'missing-parameter',
    path: source ? pathOf(source) : annotationPath(key),
    message: `The sidecar ${template.name} needs ${key}: ${lowerFirst(parameter.declaration.description)}`,
    fix: `Add ${key}${example}.`,
  };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
