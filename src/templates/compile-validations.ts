import type { TemplateDocument } from '../api/template.ts';
import type { Parameter } from './parameter.ts';
import { RenderError, type TreeFlaw } from './place.ts';
import type { Scope, Vocabulary } from './scope.ts';
import type { Validation } from './template.ts';
import { compileTree, renderNode } from './tree.ts';

/** The rules of a template; what is wrong with them is added to the flaws. */
export function compileValidations(
  { spec }: TemplateDocument,
  vocabulary: Vocabulary,
  parameters: ReadonlyMap<string, Parameter>,
  flaws: TreeFlaw[],
): Validation[] {
  return spec.validations.map(({ rule, parameter, sentence, fix }, i) => {
    const path = ['spec', 'validations', i];
    if (!parameters.has(parameter) && !flaws.some(({ path: [, place] }) => place === 'parameters')) {
      flaws.push({ path: [...path, 'parameter'], sentence: `there is no parameter ${parameter}` });
    }
    const text = (key: string, source: string) => {
      const node = compileTree(source, [...path, key], vocabulary);
      if ('flaws' in node) flaws.push(...node.flaws);
      return (scope: Scope) => ('flaws' in node ? '' : String(renderNode(node, scope)));
    };
    const [what, advice] = [text('sentence', sentence), text('fix', fix)];
    const condition = compileTree(rule, [...path, 'rule'], vocabulary);
    if ('flaws' in condition) flaws.push(...condition.flaws);
    if ('constant' in condition) {
      const sentence = 'must be one expression, such as ${ params.a != params.b }';
      flaws.push({ path: [...path, 'rule'], sentence });
    }
    const holds = (scope: Scope) => {
      const value = 'flaws' in condition ? undefined : renderNode(condition, scope);
      if (typeof value === 'boolean') return value;
      throw new RenderError([...path, 'rule'], new Error('the rule gives neither true nor false'));
    };
    return { holds, parameter, sentence: what, fix: advice };
  });
}
