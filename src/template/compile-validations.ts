import type { Parameter } from '../language/parameter.ts';
import type { Vocabulary } from '../language/scope.ts';
import type { TemplateProblem } from '../language/template-problem.ts';
import { compileTexts, compileTree, type Node } from '../language/tree.ts';
import { conditionOf, textOf } from './render.ts';
import type { TemplateDocument } from './schema.ts';
import type { Validation } from './template.ts';

/** Stands for a text that has problems. */
const nothing: Node = { constant: null };

/** Compiles the rules of a template. Adds what is wrong with them to `problems`. */
export function compileValidations(
  { spec }: TemplateDocument,
  vocabulary: Vocabulary,
  parameters: ReadonlyMap<string, Parameter>,
  problems: TemplateProblem[],
): Validation[] {
  return spec.validations.map(({ rule, parameter, message, fix }, i) => {
    const path = ['spec', 'validations', i];
    if (!parameters.has(parameter) && !problems.some(({ path: [, field] }) => field === 'parameters')) {
      problems.push({ path: [...path, 'parameter'], message: `unknown parameter ${parameter}` });
    }
    const compile = (key: string, source: string, compileAs = compileTexts): Node => {
      const node = compileAs(source, [...path, key], vocabulary);
      if (!('problems' in node)) return node;
      problems.push(...node.problems);
      return nothing;
    };
    const [condition, what, advice] = [
      compile('rule', rule, compileTree),
      compile('message', message),
      compile('fix', fix),
    ];
    if ('constant' in condition && condition !== nothing) {
      const message = 'must be one expression, such as ${ params.a != params.b }';
      problems.push({ path: [...path, 'rule'], message });
    }
    const holds = conditionOf(condition, [...path, 'rule']);
    return { holds, parameter, message: textOf(what), fix: textOf(advice) };
  });
}
