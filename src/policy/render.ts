import type { Problem } from '../core/problem.ts';
import type { Source } from '../core/source.ts';
import type { Parameter } from '../language/parameter.ts';
import { parameterTypes } from '../language/types/registry.ts';
import type { Setting } from '../select/gather.ts';
import { resolveParameters, type Surroundings } from '../select/parameters.ts';
import { dependenciesOf, viewOf } from '../select/view.ts';
import type { Fragment } from '../template/fragment.ts';
import type { Template } from '../template/template.ts';
import { isClosed, type RequiredSidecar } from './policy.ts';

/** A pod of which nothing is known. */
const pod = { metadata: {}, spec: { containers: [{ name: 'app', image: 'app' }] } };
const subject = { pod, namespace: 'default', labels: undefined, annotations: undefined };

type Texts = { readonly [parameter: string]: string };

/**
 * What a required sidecar becomes in a pod that says nothing, but for these settings. Throws what the template throws.
 */
export function renderRequired(
  template: Template,
  required: RequiredSidecar,
  surroundings: Surroundings,
  more: Texts = {},
): Fragment {
  return template.render(resolved(template, { ...required.settings, ...more }, surroundings).scope);
}

/**
 * Why such a pod is refused, where that does not depend on the rest of the pod: settings that are missing, or that do
 * not fit together.
 */
export function problemsWith(template: Template, settings: Texts, surroundings: Surroundings): readonly Problem[] {
  const { problems } = resolved(template, settings, surroundings);
  return template.dependencies.size === 0 ? problems : problems.filter(({ code }) => code === 'missing-parameter');
}

function resolved(template: Template, texts: Texts, surroundings: Surroundings) {
  const source: Source = { kind: 'lock', key: template.name };
  const settings = new Map(Object.entries(texts).map(([name, text]): [string, Setting] => [name, { text, source }]));
  const mention = { template, instance: '', settings, switch: undefined, leftOut: false, source };
  const view = template.dependencies.size > 0 ? viewOf(dependenciesOf([mention]), subject) : undefined;
  return resolveParameters(mention, surroundings, view);
}

/**
 * The same sidecar with other values of the parameters that are open, one after the other. Undefined where no other
 * value of a parameter is known, so that nothing follows from what they have in common.
 */
export function variations(
  template: Template,
  required: RequiredSidecar,
  surroundings: Surroundings,
): readonly Fragment[] | undefined {
  const open = [...template.parameters.values()].filter(({ name }) => !isClosed(required, name));
  const fragments: Fragment[] = [];
  for (const parameter of open) {
    const own = required.settings[parameter.name] ?? parameter.declaration.default;
    const others = valuesOf(parameter).filter((text) => text !== own);
    if (others.length === 0) return undefined;
    for (const text of others) {
      try {
        fragments.push(renderRequired(template, required, surroundings, { [parameter.name]: text }));
      } catch {
        // The value does not fit the others: no pod has it.
      }
    }
  }
  return fragments;
}

/** Values that the parameter can have, at least two of them where its type has so many. */
function valuesOf({ declaration, read }: Parameter): string[] {
  const { type, example, values = [], min, max } = declaration;
  const sample = example ?? parameterTypes[type].sample(declaration);
  const texts = ['true', 'false', ...values, sample, `${sample}x`, `${sample}1`, `${sample}/x`, 'x', 'x.*', min, max];
  return [
    ...new Set(texts.flatMap((text) => (text !== undefined && 'value' in read(String(text)) ? [String(text)] : []))),
  ];
}

/** Where no cluster is known: ports and missing settings hardly depend on it. */
export const anywhere: Surroundings = {
  cluster: { version: '', nativeSidecars: true, assignsUsers: false },
  injector: { version: '', image: 'sidecar' },
};
