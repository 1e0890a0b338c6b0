import { openSource } from '../cluster/state-source.ts';
import type { Console } from '../console.ts';
import type { InjectDependencies } from '../dependencies.ts';
import { folderProblems } from '../misused.ts';
import { offlineState } from '../offline-state.ts';
import { readBeside } from './beside.ts';
import { type InjectedManifests, injectManifests } from './inject-manifests.ts';
import { Locator } from './locate.ts';
import { type FileProblem, readManifests } from './manifests.ts';
import { readPolicies } from './policies.ts';
import type { InjectSettings } from './settings.ts';
import type { Source } from './sources.ts';

/** What became of manifests: wrong use, templates or policies that are broken, or the result with its own problems. */
export type InjectedSources =
  | { readonly misuse: readonly string[] }
  | { readonly broken: readonly FileProblem[] }
  | {
      readonly result: InjectedManifests;
      /** What could not be read of a cluster. */
      readonly notes: readonly string[];
    };

/**
 * Injects manifests with the templates, policies and namespaces that the settings name. `unread`: files that cannot be
 * read.
 */
export function injectSources(
  unread: readonly string[],
  sources: readonly Source[],
  settings: InjectSettings,
  console: Pick<Console, 'files' | 'stdin'>,
  dependencies: InjectDependencies,
): InjectedSources {
  const beside = readBeside(settings, console);
  const folders = folderProblems('catalog', settings.catalog, console);
  const misuse = [...unread, ...beside.problems, ...folders];
  if (misuse.length > 0) return { misuse };
  const { catalog, problems: broken } = dependencies.loadCatalog(settings.catalog);
  if (broken.length > 0) return { broken: broken.map((problem) => ({ position: '', subject: '', problem })) };
  const { manifests, problems } = readManifests(beside.sources);
  const policies = readPolicies(manifests, catalog, dependencies.now(), new Locator());
  const wrong = [...problems, ...policies.problems];
  if (wrong.length > 0) return { broken: wrong };
  const known = { cluster: settings.facts, policies: policies.policies };
  const base = offlineState(catalog, settings.workloads, settings.image, dependencies, known);
  const source = openSource(settings, base, dependencies);
  if ('message' in source) return { misuse: [source.message] };
  const result = injectManifests(sources, manifests, source.namespace, source.stateFor);
  return { result, notes: source.notes };
}
