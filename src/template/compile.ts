import { fieldName } from '../language/parameter.ts';
import { vocabularyOf } from '../language/scope.ts';
import { shapeProblems } from '../language/shape-problems.ts';
import type { TemplateProblem } from '../language/template-problem.ts';
import { bulkProblem } from './bulk.ts';
import { commonParameters } from './common-parameters.ts';
import { compileParameters, fixedDefaults } from './compile-parameters.ts';
import { compileTrees } from './compile-trees.ts';
import { compileValidations } from './compile-validations.ts';
import { contradictions } from './contradictions.ts';
import type { Fragment } from './fragment.ts';
import { rendererOf } from './render.ts';
import { sampleProblems } from './sample.ts';
import { type TemplateDocument, templateSchema } from './schema.ts';
import { activatingIn, revisionOf, type Template } from './template.ts';
import { tenantProblems } from './tenant.ts';
import { boundProblems, tenantBudget } from './tenant-bounds.ts';

type Problems = { readonly problems: readonly TemplateProblem[] };

/** Compiles and checks a template document. Gives every problem that it finds. */
export function compileTemplate(document: unknown): Template | Problems {
  const bulk = bulkProblem(document);
  if (bulk) return { problems: [bulk] };
  const read = templateSchema.safeParse(document);
  if (!read.success) return { problems: shapeProblems(read.error, templateSchema, document) };
  return compileDocument(read.data);
}

/** Compiles and checks a document that has the shape of a template. */
export function compileDocument(document: TemplateDocument): Template | Problems {
  const { spec, metadata, kind } = document;
  const isTenants = kind === 'SidecarTemplate';
  const unbounded = isTenants ? boundProblems(spec) : [];
  if (unbounded.length > 0) return { problems: unbounded };

  const problems: TemplateProblem[] = [];
  const declared = [...spec.parameters, ...commonParameters(spec)];
  const fields = (parameters: typeof declared) => parameters.map(({ name }) => fieldName(name));
  const vocabulary = vocabularyOf(
    fields(declared),
    new Set(),
    isTenants ? tenantBudget(spec) : undefined,
    fields(declared.filter(({ type }) => type === 'list')),
  );
  const parameters = compileParameters(document, vocabulary, problems);
  problems.push(...contradictions(document));
  const trees = compileTrees(document, vocabulary, problems);
  const validations = compileValidations(document, vocabulary, parameters, problems);
  if (problems.length > 0) return { problems };

  const render = rendererOf(trees);
  const template: Template = {
    name: metadata.name,
    document,
    revision: revisionOf(spec),
    failurePolicy: spec.failurePolicy,
    parameters,
    defaults: fixedDefaults(parameters),
    activating: activatingIn(spec),
    validations,
    work: isTenants ? vocabulary.budget.spent : 0,
    dependencies: vocabulary.dependencies,
    render: isTenants ? (scope) => withinTenancy(render(scope)) : render,
  };
  const wrong = sampleProblems(template);
  return wrong.length > 0 ? { problems: wrong } : template;
}

/** Characters of text in what one instance brings: 32 of them are quickly found to be too much for a patch. */
const mostText = 128 * 1024;
/** Values in it: names, numbers, arguments, annotations. 32 instances of so many take less than 100 ms. */
const mostValues = 1024;
/** Problems that a message names. */
const mostNamed = 10;

/** Checked for each pod: with other parameters, expressions can give what the samples did not show. */
function withinTenancy(fragment: Fragment): Fragment {
  const size = { text: 0, values: 0 };
  measure(fragment, size);
  if (size.text > mostText) throw new Error(`a template of a namespace can bring ${mostText} characters of text`);
  if (size.values > mostValues)
    throw new Error(`a template of a namespace can bring ${mostValues} values, and this one brings ${size.values}`);
  const problems = [...new Set(tenantProblems(fragment))];
  if (problems.length === 0) return fragment;
  const more = problems.length > mostNamed ? ` and ${problems.length - mostNamed} more` : '';
  throw new Error(`in a template of a namespace, ${problems.slice(0, mostNamed).join(', ')}${more}`);
}

/** Adds up the characters of all texts and keys, and the number of all values. */
function measure(value: unknown, size: { text: number; values: number }): void {
  if (typeof value !== 'object' || value === null) {
    size.values += 1;
    if (typeof value === 'string') size.text += value.length;
  } else
    for (const [key, item] of Object.entries(value)) {
      size.text += key.length;
      measure(item, size);
    }
}
