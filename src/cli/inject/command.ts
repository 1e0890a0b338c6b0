import type { Catalog } from '../../catalog/catalog.ts';
import type { State } from '../../state/state.ts';
import { openSource } from '../cluster/state-source.ts';
import type { Console, ExitCode } from '../console.ts';
import type { InjectDependencies } from '../dependencies.ts';
import { folderProblems, misused } from '../misused.ts';
import { deliver } from './delivery.ts';
import { deliveryProblems, sameNames } from './delivery-settings.ts';
import { injectHelp } from './help.ts';
import { injectManifests } from './inject-manifests.ts';
import { Locator, lineOf } from './locate.ts';
import { type FileProblem, readManifests } from './manifests.ts';
import { misplacedLines } from './misplaced-lines.ts';
import { readPolicies } from './policies.ts';
import { joinedLines, warningLines } from './report-lines.ts';
import { type InjectSettings, readInjectSettings } from './settings.ts';
import { readSources } from './sources.ts';

/** `sidecar inject`: manifests in, the same manifests with their sidecars out. Prints or writes all of them or none. */
export function injectCommand(console: Console, dependencies: InjectDependencies): ExitCode {
  const { settings, problems } = readInjectSettings(console.args);
  if (settings.help) {
    console.stdout(injectHelp());
    return 0;
  }
  const wrong = [...problems, ...deliveryProblems(settings, console)];
  if (wrong.length > 0) return misused(console, 'inject', wrong);
  const input = readSources(settings.files, console);
  const namespaces = readSources(settings.namespaceFiles, console);
  const policyFiles = readSources(settings.policyFiles, console);
  const folders = folderProblems('catalog', settings.catalogs, console);
  const names = settings.outputDir === undefined ? [] : sameNames(input);
  const unreadable = [...input.problems, ...namespaces.problems, ...policyFiles.problems, ...folders, ...names];
  if (unreadable.length > 0) return misused(console, 'inject', unreadable);
  const refuse = (problems: readonly FileProblem[]) => refused(console, problems, settings.exitCode ? 2 : 1);
  const { catalog, problems: broken } = dependencies.loadCatalog(settings.catalogs);
  if (broken.length > 0) return refuse(broken.map((problem) => ({ position: '', subject: '', problem })));
  const readFiles = policyFiles.sources.map(readManifests);
  const policies = readPolicies(
    readFiles.flatMap(({ file }) => file.manifests),
    catalog,
    dependencies.now(),
    new Locator(),
  );
  const inPolicies = [...readFiles.flatMap(({ problems }) => problems), ...policies.problems];
  if (inPolicies.length > 0) return refuse(inPolicies);
  const base = { ...stateOf(catalog, settings, dependencies), policies: policies.policies };
  const source = openSource(settings, base, dependencies);
  if ('message' in source) return misused(console, 'inject', [source.message]);
  const result = injectManifests(input.sources, namespaces.sources, source.namespace, source.stateFor);
  for (const note of source.notes) console.stderr(`note: ${note}\n`);
  if (result.lacksNamespaces && result.problems.length === 0) {
    return misused(console, 'inject', [
      `--namespace-file ${settings.namespaceFiles.join(', ')}: no Namespace object found`,
    ]);
  }
  const warnings = [
    ...warningLines(result.injections),
    ...misplacedLines(result.files, result.workloads),
    ...joinedLines(result.injections),
  ];
  for (const line of warnings) console.stderr(`${line}\n`);
  if (result.problems.length > 0) return refuse(result.problems);
  const delivery = deliver(console, input, result, settings);
  return 'problems' in delivery ? refuse(delivery.problems) : delivery.code;
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

function refused(console: Console, problems: readonly FileProblem[], code: ExitCode): ExitCode {
  for (const problem of problems) console.stderr(`${lineOf(problem)}\n`);
  console.stderr(`${problems.length === 1 ? '1 problem' : `${problems.length} problems`}: nothing was injected.\n`);
  return code;
}
