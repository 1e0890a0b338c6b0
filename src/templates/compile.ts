import type { ZodError } from 'zod';
import { templateSchema } from '../api/template.ts';
import { bulkFlaw } from './bulk.ts';
import { commonParameters } from './common-parameters.ts';
import { compileParameters } from './compile-parameters.ts';
import { compileTrees } from './compile-trees.ts';
import { compileValidations } from './compile-validations.ts';
import { contradictions } from './contradictions.ts';
import type { Fragment } from './fragment.ts';
import { fieldName } from './parameter.ts';
import type { TreeFlaw } from './place.ts';
import { sampleFlaws } from './sample.ts';
import { vocabularyOf } from './scope.ts';
import { renderTrees, revisionOf, type Template } from './template.ts';
import { tenantFlaws } from './tenant.ts';
import { excessivePatterns, longParameters, tenantBudget, volumesOfTheApp } from './tenant-bounds.ts';

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
  flaws.push(...contradictions(read.data));
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
  return error.issues.flatMap((issue) => {
    const path = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ path: [...path, key], sentence: 'there is no such field' }));
    if (issue.code === 'invalid_key')
      return [{ path, sentence: issue.issues.map(({ message }) => message).join(', ') }];
    return [{ path, sentence: issue.message.replace(/^Invalid input: (.*), received undefined$/, 'is missing: $1') }];
  });
}
