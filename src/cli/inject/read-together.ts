import type { StateSource } from '../cluster/state-source.ts';
import { Locator } from './locate.ts';
import { type FileProblem, type Manifest, type ManifestFile, readManifests } from './manifests.ts';
import { namespacesIn } from './policies.ts';
import type { Source } from './sources.ts';
import { type Deciding, withDeciding } from './with-deciding.ts';

/** Manifests, and the state for their pods. */
export interface Reading extends Deciding {
  readonly files: readonly ManifestFile[];
  readonly manifests: readonly Manifest[];
  /** For objects that name none. */
  readonly namespace: string;
  /** That documents cannot be read. They are among the problems, too. */
  readonly unread: readonly FileProblem[];
  readonly locator: Locator;
}

/**
 * Reads manifests, the same way for every command: templates, policies and Namespaces among them count for the pods
 * among them, and so do those of files `beside` them.
 */
export function readTogether(
  sources: readonly Source[],
  beside: readonly Source[],
  { namespace, stateFor, notes }: StateSource,
  now: number,
): Reading {
  const locator = new Locator();
  const others = readManifests(beside);
  const { files, manifests, problems: unread } = readManifests(sources);
  const all = [...others.manifests, ...manifests];
  const names = [namespace, ...namespacesIn(all)];
  const deciding = withDeciding(stateFor(names), all, names, namespace, now, locator);
  return {
    ...{ ...deciding, files, manifests, namespace, unread, locator },
    problems: [...others.problems, ...unread, ...deciding.problems],
    notes: [...notes, ...deciding.notes],
  };
}
