import type { ZodError } from 'zod';
import { type TemplateDocument, templateSchema } from '../api/template.ts';
import { bulkFlaw } from './bulk.ts';
import { commonParameters } from './common-parameters.ts';
import { compileTrees } from './compile-trees.ts';
import { placeOf } from './declaration.ts';
import type { Fragment } from './fragment.ts';
import { compileParameter, fieldName, type Parameter } from './parameter.ts';
import { sampleFlaws } from './sample.ts';
import { type Scope, type Vocabulary, vocabularyOf } from './scope.ts';
import { renderTrees, revisionOf, type Template, type Validation } from './template.ts';
import { tenantFlaws } from './tenant.ts';
import { excessivePatterns, longParameters, tenantBudget, volumesOfTheApp } from './tenant-bounds.ts';
import { compileTree, renderNode, type TreeFlaw } from './tree.ts';

type Flaws = { readonly flaws: readonly TreeFlaw[] };

/** Compiles and checks a template document; gives every flaw found, each with the path of the mistake. */
export function compileTemplate(document: unknown): Template | Flaws {
  const bulk = bulkFlaw(document);
  if (bulk) return { flaws: [bulk] };
  const read = templateSchema.safeParse(document);
  if (!read.success) return { flaws: flawsOfShape(read.error) };
  const { spec, metadata, kind } = read.data;
  const isTenants = kind === 'SidecarTemplate';
  const excess = isTenants ? [...longParameters(spec), ...excessivePatterns(spec), ...volumesOfTheApp(spec)] : [];
  if (excess.length > 0) return { flaws: excess };

  const flaws: TreeFlaw[] = [];
  const vocabulary = vocabularyOf(
    [...spec.parameters, ...commonParameters(spec)].map(({ name }) => fieldName(name)),
    new Set(),
    isTenants ? tenantBudget(spec) : undefined,
  );
  const parameters = compileParameters(read.data, vocabulary, flaws);
  const trees = compileTrees(read.data, vocabulary, flaws);
  const validations = compileValidations(read.data, vocabulary, parameters, flaws);
  if (flaws.length > 0) return { flaws };

  const template: Template = {
    name: metadata.name,
    document: read.data,
    revision: revisionOf(spec),
    failurePolicy: spec.failurePolicy,
    parameters,
    activating: spec.parameters.flatMap(({ name, activates }) => (activates === true ? [name] : [])),
    validations,
    reads: vocabulary.reads,
    render: isTenants ? (scope) => withinTenancy(renderTrees(trees, scope)) : (scope) => renderTrees(trees, scope),
  };
  const wrong = sampleFlaws(template);
  return wrong.length > 0 ? { flaws: wrong } : template;
}

/** Looked at each time: an expression could give with other parameters what the samples did not show. */
function withinTenancy(fragment: Fragment): Fragment {
  const flaws = tenantFlaws(fragment);
  if (flaws.length > 0) throw new Error(`in a template of a namespace ${flaws.join(', ')}`);
  return fragment;
}

function flawsOfShape(error: ZodError): TreeFlaw[] {
  return error.issues.map((issue) => ({
    path: issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key)),
    sentence: issue.message,
  }));
}

function compileParameters(
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

function compileValidations(
  { spec }: TemplateDocument,
  vocabulary: Vocabulary,
  parameters: ReadonlyMap<string, Parameter>,
  flaws: TreeFlaw[],
): Validation[] {
  return spec.validations.flatMap(({ rule, parameter, sentence, fix }, i) => {
    const path = ['spec', 'validations', i];
    if (!parameters.has(parameter)) {
      flaws.push({ path: [...path, 'parameter'], sentence: `there is no parameter ${parameter}` });
    }
    const condition = compileTree(rule, [...path, 'rule'], vocabulary);
    const advice = compileTree(fix, [...path, 'fix'], vocabulary);
    if ('flaws' in condition) flaws.push(...condition.flaws);
    if ('flaws' in advice) flaws.push(...advice.flaws);
    if ('flaws' in condition || 'flaws' in advice) return [];
    if ('constant' in condition) {
      const sentence = 'must be one expression, such as ${ params.a != params.b }';
      flaws.push({ path: [...path, 'rule'], sentence });
      return [];
    }
    const holds = (scope: Scope) => condition.render(scope) === true;
    return [{ holds, parameter, sentence, fix: (scope: Scope) => String(renderNode(advice, scope)) }];
  });
}
