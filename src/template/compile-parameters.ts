import { compileParameter, fieldName, type Parameter } from '../language/parameter.ts';
import type { Vocabulary } from '../language/scope.ts';
import type { TemplateProblem } from '../language/template-problem.ts';
import { commonParameters, declarationPath } from './common-parameters.ts';
import type { TemplateDocument } from './schema.ts';
import type { Template } from './template.ts';

/** Compiles the parameters of a template and the common ones. Adds what is wrong with them to `problems`. */
export function compileParameters(
  { spec }: TemplateDocument,
  vocabulary: Vocabulary,
  problems: TemplateProblem[],
): Map<string, Parameter> {
  const parameters = new Map<string, Parameter>();
  const common = commonParameters(spec);
  const all = [...spec.parameters, ...common];
  const owners = new Map(common.map(({ name }) => [fieldName(name), `every sidecar has the parameter ${name}`]));
  for (const [i, declaration] of all.entries()) {
    const { name, required } = declaration;
    const owner = i < spec.parameters.length ? owners.get(fieldName(name)) : undefined;
    if (owner !== undefined) {
      const message = `duplicates another parameter (${owner}): choose another name`;
      problems.push({ path: ['spec', 'parameters', i, 'name'], message });
      continue;
    }
    if (i < spec.parameters.length) owners.set(fieldName(name), `parameters[${i}] is ${name}`);
    const before = all
      .filter((other, j) => j < i || (other.required && !required))
      .map((other) => fieldName(other.name));
    const parameter = compileParameter(declaration, vocabulary, before);
    if ('problems' in parameter)
      problems.push(
        ...parameter.problems.map(({ key, message }) => ({ path: declarationPath(spec, name, key), message })),
      );
    else if (!parameters.has(name)) parameters.set(name, parameter);
  }
  return parameters;
}

/** The defaults that are the same for every pod, by field. A pod starts with a copy of these. */
export function fixedDefaults(parameters: ReadonlyMap<string, Parameter>): Template['defaults'] {
  return Object.fromEntries(
    [...parameters.values()].map(({ field, byDefault }) => [field, typeof byDefault === 'function' ? null : byDefault]),
  );
}
