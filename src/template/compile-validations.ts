import type { Parameter } from '../language/parameter.ts';
import type { Scope, Vocabulary } from '../language/scope.ts';
import { RenderError, type TemplateProblem } from '../language/template-problem.ts';
import { compileTree, renderNode } from '../language/tree.ts';
import type { TemplateDocument } from './schema.ts';
import type { Validation } from './template.ts';

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
    const text = (key: string, source: string) => {
      const node = compileTree(source, [...path, key], vocabulary);
      if ('problems' in node) problems.push(...node.problems);
      return (scope: Scope) => ('problems' in node ? '' : String(renderNode(node, scope)));
    };
    const [what, advice] = [text('message', message), text('fix', fix)];
    const condition = compileTree(rule, [...path, 'rule'], vocabulary);
    if ('problems' in condition) problems.push(...condition.problems);
    if ('constant' in condition) {
      const message = 'must be one expression, such as ${ params.a != params.b }';
      problems.push({ path: [...path, 'rule'], message });
    }
    const holds = (scope: Scope) => {
      const value = 'problems' in condition ? undefined : renderNode(condition, scope);
      if (typeof value === 'boolean') return value;
      throw new RenderError([...path, 'rule'], new Error('the rule must be true or false'));
    };
    return { holds, parameter, message: what, fix: advice };
  });
}
