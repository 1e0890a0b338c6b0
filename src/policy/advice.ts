import type { Catalog } from '../catalog/catalog.ts';
import { type Problem, solvedBy } from '../core/problem.ts';
import { readAnnotationName } from '../select/gather.ts';
import { isClosed, type Policy } from './policy.ts';

/**
 * The problems of a pod, without advice that an enforced policy refuses: to change what it locks, to turn off what it
 * requires, to set up what it forbids. Where a part of a fix is not possible, the policy is what can be changed.
 */
export function withPossibleFixes(
  problems: readonly Problem[],
  policies: readonly Policy[],
  catalog: Catalog,
): readonly Problem[] {
  const enforced = policies.filter(({ action }) => action === 'Enforce');
  return problems.map(({ ways = [], ...problem }) => {
    const obstacles = ways.map(({ keys = [] }) => keys.map((key) => obstacleTo(key, enforced, catalog)));
    const [obstacle] = obstacles.flat().filter((each) => each !== undefined);
    if (obstacle === undefined) return problem;
    const open = ways.filter((_, i) => obstacles[i]?.length === 0 || obstacles[i]?.includes(undefined));
    return { ...problem, fix: open.length === 0 ? obstacle : `${solvedBy(...open).fix} ${obstacle}` };
  });
}

/** What keeps a pod from writing an annotation. */
function obstacleTo(key: string, policies: readonly Policy[], { words }: Catalog): string | undefined {
  const { word, instance } = readAnnotationName(key);
  const meaning = words.get(word);
  if (!meaning) return undefined;
  const { parameter, template } = meaning;
  const verdict = ({ forbid, require }: Policy): string | undefined => {
    const required = require.filter(({ sidecar }) => sidecar === template.name);
    if (!parameter) return required.length > 0 && instance === '' ? `requires the sidecar ${template.name}` : undefined;
    if (forbid.has(template.name)) return `forbids the sidecar ${template.name}`;
    return required.some((each) => isClosed(each, parameter.name)) ? `locks ${key}` : undefined;
  };
  for (const policy of policies) {
    const what = verdict(policy);
    if (what !== undefined)
      return `The policy ${policy.name} ${what}: change the policy, or ask for an exemption from it.`;
  }
  return undefined;
}
