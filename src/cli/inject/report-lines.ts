import type { Injection } from './inject-object.ts';

/** One line for each pod or workload: `deployment/web: git, topz injected`. */
export function reportLines(injections: readonly Injection[]): string[] {
  return injections.map(({ found, outcome }) => {
    if (outcome.kind === 'Injected')
      return `${found.title}: ${outcome.sidecars.map(({ name }) => name).join(', ')} injected`;
    const reasons = outcome.kind === 'Unchanged' ? outcome.reasons : [];
    return `${found.title}: unchanged: ${reasons.map(({ sentence }) => sentence).join(' ')}`;
  });
}

/** The engine's warnings, each with the object that it is about. */
export function warningLines(injections: readonly Injection[]): string[] {
  return injections.flatMap(({ found, outcome }) =>
    'warnings' in outcome ? outcome.warnings.map((warning) => `${found.title}: warning: ${warning}`) : [],
  );
}
