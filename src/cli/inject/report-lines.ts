import { injectKey, prefix } from '../../core/annotations.ts';
import type { NamespaceFacts } from '../../state/state.ts';
import type { Injection } from './inject-object.ts';

/** One line for each pod or workload: `deployment/web: git, topz injected`. */
export function reportLines(injections: readonly Injection[]): string[] {
  return injections.map(({ found, outcome }) => {
    if (outcome.kind === 'Injected')
      return `${found.title}: ${outcome.sidecars.map(({ name }) => name).join(', ')} injected`;
    const reasons = outcome.kind === 'Unchanged' ? outcome.reasons : [];
    return `${found.title}: unchanged: ${reasons.map(({ message }) => message).join(' ')}`;
  });
}

/** The engine's warnings, each with the object that it is about. */
export function warningLines(injections: readonly Injection[]): string[] {
  return injections.flatMap(({ found, outcome }) =>
    'warnings' in outcome ? outcome.warnings.map((warning) => `${found.title}: warning: ${warning}`) : [],
  );
}

/**
 * A line for each namespace whose annotations have had pods injected that the API server would not ask about, because the
 * namespace has not the label of the chart's webhook for them.
 */
export function unlabelledLines(
  injections: readonly Injection[],
  namespaces: ReadonlyMap<string, NamespaceFacts>,
): string[] {
  const homes = injections.flatMap(({ silentIn, outcome }) =>
    silentIn && outcome.kind === 'Injected' ? silentIn : [],
  );
  return [...new Set(homes)].flatMap((name) => {
    const { annotations = {}, labels = {} } = namespaces.get(name) ?? {};
    const counts = Object.keys(annotations).some((key) => key.startsWith(prefix));
    if (!counts || labels[injectKey] === 'enabled') return [];
    const label = `${injectKey}=enabled`;
    return `namespace/${name}: warning: It has no label ${label}, so in a cluster its annotations count only for pods that have some themselves. Label it: kubectl label namespace ${name} ${label}`;
  });
}
