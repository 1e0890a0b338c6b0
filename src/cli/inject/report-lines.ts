import { injectKey, prefix } from '../../core/annotations.ts';
import type { NamespaceFacts } from '../../state/state.ts';
import type { Injection } from './inject-object.ts';

/** One line for each pod or workload: `deployment/web: git, topz injected`. */
export function reportLines(injections: readonly Injection[]): string[] {
  return injections.map(({ found, outcome, removal }) => {
    const injected = outcome.kind === 'Injected' ? outcome.sidecars.map(({ name }) => name) : [];
    const gone = removal?.sidecars.filter((name) => !injected.includes(name)) ?? [];
    const done = [
      ...(injected.length > 0 ? [`${injected.join(', ')} injected`] : []),
      ...(gone.length > 0 ? [`${gone.join(', ')} removed`] : []),
    ];
    if (done.length > 0) return `${found.title}: ${done.join(', ')}`;
    const reasons = outcome.kind === 'Unchanged' ? outcome.reasons : [];
    return `${found.title}: unchanged: ${reasons.map(({ message }) => message).join(' ')}`;
  });
}

/** The engine's warnings, each with its object. Those about misplaced keys come from `misplacedLines`, with full paths. */
export function warningLines(injections: readonly Injection[]): string[] {
  return injections.flatMap(({ found, outcome }) =>
    ('warnings' in outcome ? outcome.warnings : [])
      .filter(({ code }) => code !== 'misplaced-key')
      .map(({ message }) => `${found.title}: warning: ${message}`),
  );
}

/**
 * A line for each namespace whose annotations injected a pod here, but would not in a cluster: without the label, the
 * API server does not send pods to the webhook that have no annotation of their own.
 */
export function unlabelledLines(
  injections: readonly Injection[],
  namespaces: ReadonlyMap<string, NamespaceFacts>,
): string[] {
  const names = injections.flatMap(({ silentIn, outcome }) =>
    silentIn && outcome.kind === 'Injected' ? silentIn : [],
  );
  return [...new Set(names)].flatMap((name) => {
    const { annotations = {}, labels = {} } = namespaces.get(name) ?? {};
    const hasSettings = Object.keys(annotations).some((key) => key.startsWith(prefix));
    if (!hasSettings || labels[injectKey] === 'enabled') return [];
    const label = `${injectKey}=enabled`;
    return `namespace/${name}: warning: The namespace has no label ${label}. In a cluster its annotations apply only to pods with annotations of their own. Run: kubectl label namespace ${name} ${label}`;
  });
}
