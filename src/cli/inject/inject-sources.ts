import { openSource } from '../cluster/state-source.ts';
import type { Console } from '../console.ts';
import type { InjectDependencies } from '../dependencies.ts';
import { folderProblems } from '../misused.ts';
import { offlineState } from '../offline-state.ts';
import { readBeside } from './beside.ts';
import { type InjectedManifests, injectManifests } from './inject-manifests.ts';
import type { FileProblem } from './manifests.ts';
import { readTogether } from './read-together.ts';
import type { InjectSettings } from './settings.ts';
import type { Source } from './sources.ts';

/** What became of manifests: wrong use, templates of folders that are broken, or the result with its own problems. */
export type InjectedSources =
  | { readonly misuse: readonly string[] }
  | { readonly broken: readonly FileProblem[] }
  | {
      readonly result: InjectedManifests;
      /** What is not known, such as what could not be read of a cluster. */
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
  const known = { cluster: settings.facts };
  const base = offlineState(catalog, settings.workloads, settings.image, dependencies, known);
  const source = openSource(settings, base, dependencies);
  if ('message' in source) return { misuse: [source.message] };
  const reading = readTogether(sources, beside.sources, source, dependencies.now());
  return { result: injectManifests(reading), notes: reading.notes };
}
