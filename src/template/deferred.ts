import { commonParameters } from './common-parameters.ts';
import { compileDocument } from './compile.ts';
import type { TemplateDocument } from './schema.ts';
import { activatingIn, type Template } from './template.ts';

/**
 * A template of a document that was compiled before without a problem, as the built-in ones are by the build. It is
 * compiled again when more is asked for than its document says: a command line that needs one sidecar does not compile
 * the others. Throws then if the document does have a problem.
 */
export function deferredTemplate(document: TemplateDocument): Template {
  const { metadata, spec } = document;
  let compiled: Template | undefined;
  const whole = (): Template => {
    if (compiled) return compiled;
    const result = compileDocument(document);
    if ('problems' in result) throw new Error(`The built-in template ${metadata.name} has problems.`);
    compiled = result;
    return result;
  };
  return {
    isDeferred: true,
    name: metadata.name,
    document,
    failurePolicy: spec.failurePolicy,
    activating: activatingIn(spec),
    get revision() {
      return whole().revision;
    },
    get parameters() {
      return whole().parameters;
    },
    get defaults() {
      return whole().defaults;
    },
    get validations() {
      return whole().validations;
    },
    get work() {
      return whole().work;
    },
    get dependencies() {
      return whole().dependencies;
    },
    render: (scope) => whole().render(scope),
  };
}

/** The names of all parameters of a template, common ones included. */
export function parameterNames({ document: { spec } }: Template): string[] {
  return [...spec.parameters, ...commonParameters(spec)].map(({ name }) => name);
}
