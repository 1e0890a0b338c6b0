import type { Catalog } from '../../catalog/catalog.ts';
import type { Problem } from '../../core/problem.ts';
import type { InjectorFacts, State } from '../../state/state.ts';
import type { Console, ExitCode } from '../console.ts';
import { folderProblems, misused } from '../misused.ts';
import { injectManifests } from './inject-manifests.ts';
import { Locator, lineOf } from './locate.ts';
import { type FileProblem, readManifests } from './manifests.ts';
import { misplacedLines } from './misplaced-lines.ts';
import { readPolicies } from './policies.ts';
import { printed } from './print.ts';
import { joinedLines, reportLines, warningLines } from './report-lines.ts';
import { type InjectSettings, injectHelp, readInjectSettings } from './settings.ts';
import { readSources } from './sources.ts';

/** What the command needs from the program that runs it. */
export interface InjectDependencies {
  readonly loadCatalog: (folders: readonly string[]) => {
    readonly catalog: Catalog;
    readonly problems: readonly Problem[];
  };
  readonly injector: InjectorFacts;
  /** The objects that policies are tested on, as JSON. */
  readonly readCluster: () => { readonly bytes: Uint8Array } | { readonly message: string };
  /** Runs kubectl with these arguments and this input. */
  readonly kubectl: (
    args: readonly string[],
    input?: string,
  ) => { readonly bytes: Uint8Array } | { readonly message: string };
  /** The text of docs/problems.md. */
  readonly problemsPage: () => string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Waits, without anything else going on. */
  readonly pause: (milliseconds: number) => void;
}

/** `sidecar inject`: manifests in, the same manifests with their sidecars out. Prints all of them or none. */
export function injectCommand(console: Console, dependencies: InjectDependencies): ExitCode {
  const { settings, problems } = readInjectSettings(console.args);
  if (settings.help) {
    console.stdout(injectHelp());
    return 0;
  }
  if (problems.length > 0) return misused(console, 'inject', problems);
  const input = readSources(settings.files, console);
  const namespaces = readSources(settings.namespaceFiles, console);
  const policyFiles = readSources(settings.policyFiles, console);
  const folders = folderProblems('catalog', settings.catalogs, console);
  const unreadable = [...input.problems, ...namespaces.problems, ...policyFiles.problems, ...folders];
  if (unreadable.length > 0) return misused(console, 'inject', unreadable);
  const { catalog, problems: broken } = dependencies.loadCatalog(settings.catalogs);
  if (broken.length > 0) {
    return refused(
      console,
      broken.map((problem) => ({ position: '', subject: '', problem })),
    );
  }
  const readFiles = policyFiles.sources.map(readManifests);
  const policies = readPolicies(
    readFiles.flatMap(({ file }) => file.manifests),
    catalog,
    dependencies.now(),
    new Locator(),
  );
  const wrong = [...readFiles.flatMap(({ problems }) => problems), ...policies.problems];
  if (wrong.length > 0) return refused(console, wrong);
  const result = injectManifests(input.sources, namespaces.sources, settings.namespace, {
    ...stateOf(catalog, settings, dependencies),
    policies: policies.policies,
  });
  if (result.lacksNamespaces && result.problems.length === 0) {
    return misused(console, 'inject', [
      `--namespace-file ${settings.namespaceFiles.join(', ')}: no Namespace object found`,
    ]);
  }
  const warnings = [
    ...warningLines(result.injections),
    ...misplacedLines(result.files, settings.workloads),
    ...joinedLines(result.injections),
  ];
  for (const line of warnings) console.stderr(`${line}\n`);
  if (result.problems.length > 0) return refused(console, result.problems);
  const print = printed(result, settings.output, console.colour && !settings.noColor);
  if (print.problems.length > 0) return refused(console, print.problems);
  const report = settings.quiet ? [] : [...input.notes, ...reportLines(result.injections)];
  for (const line of [...report, ...print.warnings]) console.stderr(`${line}\n`);
  console.stdout(print.text);
  return 0;
}

function stateOf(
  catalog: Catalog,
  { kubeVersion, native, assignsUsers, image, workloads }: InjectSettings,
  { injector }: InjectDependencies,
): State {
  return {
    catalog,
    cluster: { version: kubeVersion, nativeSidecars: native, assignsUsers },
    injector: { ...injector, image: image ?? injector.image },
    namespaces: new Map(),
    policies: [],
    workloads,
  };
}

function refused(console: Console, problems: readonly FileProblem[]): ExitCode {
  for (const problem of problems) console.stderr(`${lineOf(problem)}\n`);
  console.stderr(`${problems.length === 1 ? '1 problem' : `${problems.length} problems`}: nothing was injected.\n`);
  return 1;
}
