import type { Evidence } from '../evidence.ts';
import { recreation } from '../recreate.ts';
import type { Words } from '../words.ts';
import { timeOf } from './timing.ts';

/** The pod has the sidecar, but today it would get another one, or none. */
export interface OutdatedCause extends Words {
  readonly family: 'outdated';
  readonly kind: 'older' | 'not-asked';
}

export function outdatedCause({
  live,
  recorded,
  present,
  wanted,
  request,
  outcome,
}: Evidence): OutdatedCause | undefined {
  const stored = live?.stored;
  if (!stored || !recorded || (outcome.kind !== 'Injected' && outcome.kind !== 'Unchanged')) return undefined;
  const had = recorded.filter(({ name }) => present.includes(name));
  const extra = had.find(({ name }) => !wanted.some((each) => each.name === name));
  if (extra)
    return {
      ...{ family: 'outdated', kind: 'not-asked' },
      cause: `Nothing asks for ${extra.name} any more: it is from an injection when something did.`,
      fix: recreation(request),
    };
  if (live.known.kind !== 'same') return undefined;
  const older = had.find(({ name, hash }) => wanted.some((each) => each.name === name && each.hash !== hash));
  if (!older) return undefined;
  const created = timeOf(stored, 'creationTimestamp');
  const changed = [
    ...live.templates
      .filter(({ name }) => name === older.name.split('.')[0])
      .map((each) => ['template', each] as const),
    ...live.policies.map((each) => ['policy', each] as const),
  ].find(([, each]) => each.changed > created);
  const what = changed
    ? `The ${changed[0]} ${changed[1].name} was changed at ${changed[1].changed}`
    : 'Its template, a policy, an annotation or the injector has changed';
  return {
    ...{ family: 'outdated', kind: 'older' },
    cause: `${what}, after ${older.name} was injected at ${created}, so a new pod would get a different one.`,
    fix: recreation(request),
  };
}
