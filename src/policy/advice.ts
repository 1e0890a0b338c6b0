import type { Catalog } from '../catalog/catalog.ts';
import type { Problem, ProblemCode } from '../core/problem.ts';
import { readAnnotationName } from '../select/gather.ts';
import { isClosed, type Policy } from './policy.ts';

/** Problems whose fix is another setting, or a sidecar less. */
const solvedBySettings: ReadonlySet<ProblemCode> = new Set([
  ...(['missing-parameter', 'parameters-disagree', 'template-failed', 'sidecars-conflict', 'port-taken'] as const),
  ...(['mount-path-taken', 'pod-resources-exceeded', 'needs-native-sidecar'] as const),
]);

/**
 * The problems of a pod, without advice that an enforced policy refuses: to change what it locks, or to turn off what
 * it requires. Where a fix names nothing else, the policy is what can be changed.
 */
export function withPossibleFixes(
  problems: readonly Problem[],
  policies: readonly Policy[],
  catalog: Catalog,
): readonly Problem[] {
  const enforced = policies.filter(({ action }) => action === 'Enforce');
  if (enforced.length === 0) return problems;
  return problems.map((problem) => {
    if (problem.policy !== undefined || !solvedBySettings.has(problem.code)) return problem;
    const keys = problem.fix.match(/sidecar\.io\/[a-z0-9]+([-.][a-z0-9]+)*/g) ?? [];
    const notes = keys.map((key) => lockOf(key, enforced, catalog));
    const [note] = notes;
    if (note === undefined || notes.includes(undefined)) return problem;
    return { ...problem, fix: / or /.test(problem.fix) ? `${problem.fix} ${note}` : note };
  });
}

function lockOf(key: string, policies: readonly Policy[], { words }: Catalog): string | undefined {
  const { word, instance } = readAnnotationName(key);
  const meaning = words.get(word);
  if (!meaning || (!meaning.parameter && instance !== '')) return undefined;
  const { parameter, template } = meaning;
  const locking = policies.find(({ require }) =>
    require.some(
      (required) => required.sidecar === template.name && (!parameter || isClosed(required, parameter.name)),
    ),
  );
  if (!locking) return undefined;
  const what = parameter ? `locks ${key}` : `requires the sidecar ${template.name}`;
  return `The policy ${locking.name} ${what}: change the policy, or ask for an exemption from it.`;
}
