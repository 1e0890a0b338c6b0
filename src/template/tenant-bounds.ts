import { fieldName } from '../language/parameter.ts';
import type { Budget } from '../language/scope.ts';
import type { TemplateProblem } from '../language/template-problem.ts';
import { compiledPattern } from '../language/types/pattern.ts';
import { parameterTypes } from '../language/types/registry.ts';
import { commonParameters } from './common-parameters.ts';
import type { TemplateSpec } from './schema.ts';

// The bounds of a SidecarTemplate, so that no template of a namespace can slow down the injector for the others.

/** Characters of the longest string that a parameter accepts. */
const maxLengthAllowed = 4096;
/** Units of work of all expressions of a template (`language/cost.ts`): 32 instances take less than 100 ms. */
const mostWork = 1024 * 1024;
/** Steps of all patterns together, which bounds their memory. */
const mostSteps = 1000;
/** A pattern of so few steps takes about as long whatever its value is: its automaton fits RE2's cache. */
const fewSteps = 12;
/**
 * Steps of all larger patterns together, each for every character of the longest value. A step takes about 0.1 µs for
 * the worst values, so 32 instances match their values in 60 ms.
 */
const mostMatching = 16_384;

/** How much work the expressions of a template can take, with the longest values of its parameters. */
export function tenantBudget(spec: TemplateSpec): Budget {
  const all = [...spec.parameters, ...commonParameters(spec)];
  const extents = all.map((each) => [fieldName(each.name), parameterTypes[each.type].longest(each)] as const);
  return { extents: new Map(extents), most: mostWork, spent: 0 };
}

/** Everything in a declaration that is out of these bounds. */
export function boundProblems(spec: TemplateSpec): TemplateProblem[] {
  return [...longParameters(spec), ...expensivePatterns(spec), ...volumesOfTheApp(spec), ...token(spec)];
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

function token({ serviceAccountToken }: TemplateSpec): TemplateProblem[] {
  if (!serviceAccountToken) return [];
  return [{ path: ['spec', 'serviceAccountToken'], message: 'is allowed only in a ClusterSidecarTemplate: remove it' }];
}

/** The first pattern that exceeds the steps; `{n}` counts n times. */
function expensivePatterns({ parameters }: TemplateSpec): TemplateProblem[] {
  let [steps, matching] = [0, 0];
  for (const [i, declared] of parameters.entries()) {
    const own = declared.pattern === undefined ? 0 : stepsOf(declared.pattern);
    const { size } = parameterTypes[declared.type].longest(declared);
    steps += own;
    matching += own > fewSteps ? own * size : 0;
    const path = ['spec', 'parameters', i, 'pattern'];
    if (steps > mostSteps) {
      const message = `the patterns up to this one have ${steps} steps, and a template of a namespace can have at most ${mostSteps}: lower repeat counts such as {1000}, and limit the length with maxLength`;
      return [{ path, message }];
    }
    if (matching > mostMatching) {
      const message = `the pattern has ${own} steps for each of up to ${size} characters, and those of all patterns with more than ${fewSteps} steps, multiplied, can be at most ${mostMatching} together in a template of a namespace: ${lowering(declared)}`;
      return [{ path, message }];
    }
  }
  return [];
}

function lowering({ type }: TemplateSpec['parameters'][number]): string {
  const counts = 'lower repeat counts such as {60}, or write * or + instead';
  return type === 'string' ? `lower maxLength, or ${counts}` : counts;
}

/** 0 for an invalid pattern, which compiling the parameter reports. */
function stepsOf(pattern: string): number {
  try {
    return compiledPattern(pattern).programSize();
  } catch {
    return 0;
  }
}
