import type { TemplateDocument } from '../api/template.ts';
import { commonParameters } from './common-parameters.ts';
import { placeOf } from './declaration.ts';
import { compileParameter, fieldName, type Parameter } from './parameter.ts';
import type { TreeFlaw } from './place.ts';
import type { Vocabulary } from './scope.ts';

/** The parameters of a template, those that every sidecar has included; what is wrong with them is added to the flaws. */
export function compileParameters(
  { spec }: TemplateDocument,
  vocabulary: Vocabulary,
  flaws: TreeFlaw[],
): Map<string, Parameter> {
  const parameters = new Map<string, Parameter>();
  const common = commonParameters(spec);
  const all = [...spec.parameters, ...common];
  const owners = new Map(common.map(({ name }) => [fieldName(name), `every sidecar has it already: ${name}`]));
  for (const [i, declaration] of all.entries()) {
    const { name, required } = declaration;
    const owner = i < spec.parameters.length ? owners.get(fieldName(name)) : undefined;
    if (owner !== undefined) {
      const sentence = `the parameter ${name} is there twice (${owner}): choose another name`;
      flaws.push({ path: ['spec', 'parameters', i, 'name'], sentence });
      continue;
    }
    if (i < spec.parameters.length) owners.set(fieldName(name), `parameters[${i}] is ${name}`);
    const before = all
      .filter((other, j) => j < i || (other.required && !required))
      .map((other) => fieldName(other.name));
    const parameter = compileParameter(declaration, vocabulary, before);
    if ('flaws' in parameter)
      flaws.push(...parameter.flaws.map(({ key, sentence }) => ({ path: placeOf(spec, name, key), sentence })));
    else if (!parameters.has(name)) parameters.set(name, parameter);
  }
  return parameters;
}
