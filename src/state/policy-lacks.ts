import { type Catalog, templateOf } from '../catalog/catalog.ts';
import { prefix } from '../core/annotations.ts';
import type { Warning } from '../core/problem.ts';
import type { Policy } from '../policy/policy.ts';
import { problemsWith } from '../policy/render.ts';
import { selects } from '../policy/selector.ts';
import type { Template } from '../template/template.ts';
import type { State } from './state.ts';

type Annotations = { readonly [key: string]: string };

/** What is said of a policy; the message can begin with a path. */
export type PolicyWarning = Pick<Warning, 'code' | 'message'>;

/** Namespaces that a warning names. */
const maxNamed = 3;

/**
 * A warning for each sidecar that an enforced policy requires without all that it needs: pods that do not set the rest
 * themselves are refused, unless their namespace or another policy sets it.
 */
export function lacksOf(policy: Policy, state: State): PolicyWarning[] {
  if (policy.action !== 'Enforce') return [];
  return policy.require.flatMap(({ sidecar }, i) => {
    const template = templateOf(sidecar, state.catalog);
    if (!template) return [];
    const problems = (layers: readonly Annotations[]) => {
      const all = [policy.defaults, ...layers, policy.lock];
      return problemsWith(template, settingsIn(all, template, state.catalog), state);
    };
    const [problem] = problems([]);
    if (!problem) return [];
    const { giving, lacking } = namespacesOf(policy, template, state, problems);
    if (giving.length > 0 && lacking === 0) return [];
    const others = giving.length > maxNamed ? ` and ${giving.length - maxNamed} more` : '';
    const set = giving.length > 0 ? ` Already set in: ${giving.slice(0, maxNamed).join(', ')}${others}.` : '';
    const where = `It can be set here, in defaults, on the pods, their workloads or their namespaces.${set}`;
    const what = `New pods that set nothing else are refused: ${problem.message} ${problem.fix} ${where}`;
    return [{ code: problem.code, message: `spec.require[${i}].settings: ${what}` }];
  });
}

/** Which namespaces of the policy set what it lacks, and how many of those that are known do not. */
function namespacesOf(
  policy: Policy,
  { name }: Template,
  { namespaces }: State,
  problems: (layers: readonly Annotations[]) => readonly unknown[],
): { readonly giving: readonly string[]; readonly lacking: number } {
  const giving: string[] = [];
  let lacking = 0;
  for (const [namespace, { annotations, labels = {}, policies = [] }] of namespaces) {
    if (!selects(policy.namespaces, labels)) continue;
    const others = policies.filter(({ action, name }) => action === 'Enforce' && name !== policy.name);
    const all = [...others.map(({ defaults }) => defaults), annotations, ...others.map(({ lock }) => lock)];
    const layers = all.filter((layer) => Object.keys(layer).some((key) => key.startsWith(`${prefix}${name}-`)));
    if (layers.length > 0 && problems(layers).length === 0) giving.push(namespace);
    else lacking += 1;
  }
  return { giving: giving.sort(), lacking };
}

/** The settings of a sidecar in these layers, of which the last one counts. */
export function settingsIn(layers: readonly Annotations[], { name }: Template, { words }: Catalog): Annotations {
  const found: { [parameter: string]: string } = {};
  for (const layer of layers)
    for (const [key, text] of Object.entries(layer)) {
      const meaning = key.startsWith(prefix) ? words.get(key.slice(prefix.length)) : undefined;
      if (meaning?.parameter && meaning.template.name === name) found[meaning.parameter.name] = text;
    }
  return found;
}
