import { RE2JS } from 're2js';
import { fieldName } from '../language/parameter.ts';
import type { Budget } from '../language/scope.ts';
import type { TemplateProblem } from '../language/template-problem.ts';
import { parameterTypes } from '../language/types/registry.ts';
import { commonParameters } from './common-parameters.ts';
import type { TemplateSpec } from './schema.ts';

// The bounds of a SidecarTemplate, so that no template of a namespace can slow down the injector for the others.

/** Characters of the longest string that a parameter accepts. */
const maxLengthAllowed = 4096;
/** Characters that all expressions of a template build: the injector holds them in memory, once for each instance. */
const mostCharacters = 4 * 1024 * 1024;
/** Steps of all patterns together. RE2 takes at most this many for each character of a value. */
const mostSteps = 1000;

/** How much the expressions of a template can build, with the longest values of its parameters. */
export function tenantBudget(spec: TemplateSpec): Budget {
  const all = [...spec.parameters, ...commonParameters(spec)];
  const extents = all.map((each) => [fieldName(each.name), parameterTypes[each.type].longest(each)] as const);
  return { extents: new Map(extents), most: mostCharacters, spent: 0 };
}

/** Everything in a declaration that is out of these bounds. */
export function boundProblems(spec: TemplateSpec): TemplateProblem[] {
  return [...longParameters(spec), ...expensivePatterns(spec), ...volumesOfTheApp(spec)];
}

function longParameters({ parameters }: TemplateSpec): TemplateProblem[] {
  return parameters.flatMap(({ maxLength = 0 }, i) => {
    if (maxLength <= maxLengthAllowed) return [];
    const message = `must be at most ${maxLengthAllowed} in a template of a namespace`;
    return [{ path: ['spec', 'parameters', i, 'maxLength'], message }];
  });
}

function volumesOfTheApp({ appVolumes }: TemplateSpec): TemplateProblem[] {
  if (appVolumes.length === 0) return [];
  const message = 'is allowed only in a ClusterSidecarTemplate: a template of a namespace mounts only its own volumes';
  return [{ path: ['spec', 'appVolumes'], message }];
}

/** The first pattern that exceeds the steps; `{n}` counts n times. */
function expensivePatterns({ parameters }: TemplateSpec): TemplateProblem[] {
  let steps = 0;
  for (const [i, { pattern }] of parameters.entries()) {
    steps += pattern === undefined ? 0 : stepsOf(pattern);
    if (steps <= mostSteps) continue;
    const message = `the patterns up to this one have ${steps} steps, and a template of a namespace can have at most ${mostSteps}: lower counts such as {1000}, and limit the length with maxLength`;
    return [{ path: ['spec', 'parameters', i, 'pattern'], message }];
  }
  return [];
}

/** 0 for an invalid pattern, which compiling the parameter reports. */
function stepsOf(pattern: string): number {
  try {
    return RE2JS.compile(pattern).programSize();
  } catch {
    return 0;
  }
}
