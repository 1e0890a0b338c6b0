import { RE2JS } from 're2js';
import type { Extent } from '../language/growth.ts';
import { fieldName } from '../language/parameter.ts';
import type { ParameterDeclaration } from '../language/parameter-declaration.ts';
import type { TemplateProblem } from '../language/place.ts';
import type { Budget } from '../language/scope.ts';
import { commonParameters } from './common-parameters.ts';
import type { TemplateSpec } from './schema.ts';

/** The longest value of a parameter, in characters, and of a list. */
const [longest, longestList] = [4096, 16_384];
/** What all expressions of a template put together: it is held in the memory of the injector, once for each instance. */
const mostCharacters = 4 * 1024 * 1024;
/** Steps of all patterns together. RE2 takes at most this many for each character of a value. */
const mostSteps = 1000;

/** What the expressions of a tenant's template may put together, and how long its parameters can be. */
export function tenantBudget(spec: TemplateSpec): Budget {
  const all = [...spec.parameters, ...commonParameters(spec)];
  return {
    extents: new Map(all.map((each) => [fieldName(each.name), extentOf(each)])),
    most: mostCharacters,
    spent: 0,
  };
}

function extentOf({ type, maxLength, values = [] }: ParameterDeclaration): Extent {
  if (type === 'list') return { size: longestList, items: 200 };
  return { size: Math.max(maxLength ?? longest, ...values.map(({ length }) => length)), items: 0 };
}

/** Parameters that could be longer than what the other bounds count on. */
export function longParameters({ parameters }: TemplateSpec): TemplateProblem[] {
  return parameters.flatMap(({ maxLength = 0 }, i) => {
    if (maxLength <= longest) return [];
    return [
      { path: ['spec', 'parameters', i, 'maxLength'], message: `is at most ${longest} in a template of a namespace` },
    ];
  });
}

/** A tenant's template has volumes of its own only. */
export function volumesOfTheApp({ appVolumes }: TemplateSpec): TemplateProblem[] {
  if (appVolumes.length === 0) return [];
  const message = 'is for templates of the cluster: one of a namespace has volumes of its own only';
  return [{ path: ['spec', 'appVolumes'], message }];
}

/** The first pattern with which a value could keep the injector busy: a repeat counts as often as it says. */
export function excessivePatterns({ parameters }: TemplateSpec): TemplateProblem[] {
  let steps = 0;
  for (const [i, { pattern }] of parameters.entries()) {
    steps += pattern === undefined ? 0 : stepsOf(pattern);
    if (steps > mostSteps) {
      const message = `the patterns up to this one have ${steps} steps, in a template of a namespace ${mostSteps} are allowed: repeat less than {1000}, and use maxLength for the length`;
      return [{ path: ['spec', 'parameters', i, 'pattern'], message }];
    }
  }
  return [];
}

/** None for what is no pattern: that is told where it is compiled. */
function stepsOf(pattern: string): number {
  try {
    return RE2JS.compile(pattern).programSize();
  } catch {
    return 0;
  }
}
