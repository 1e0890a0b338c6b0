import { isObject } from '../../core/json.ts';
import { readFlags } from '../../flags/read-flags.ts';
import { applySplices } from '../../yaml-edit/lines.ts';
import { command, type Given } from '../command.ts';
import type { Console, ExitCode } from '../console.ts';
import type { InjectDependencies } from '../dependencies.ts';
import { documentEdits } from '../inject/inject-object.ts';
import { type InjectedSources, injectSources } from '../inject/inject-sources.ts';
import { editInParts } from '../inject/list-document.ts';
import { lineOf } from '../inject/locate.ts';
import { type Manifest, readManifests } from '../inject/manifests.ts';
import { injectFlags, injectSettings } from '../inject/settings.ts';
import type { Source } from '../inject/sources.ts';
import { defect } from '../inject/yaml-output.ts';
import { misused } from '../misused.ts';
import { flagsOf } from './function-config.ts';
import { krmHelp } from './help.ts';
import { type Result, result, resultsOf, resultText } from './results.ts';

/**
 * `sidecar krm`: a KRM function. A ResourceList in, the same one with sidecars and results out; with errors, as it was.
 */
export const krmCommand = command({
  summary: 'Add sidecars as a KRM function, for kustomize and kpt.',
  flags: [],
  ...{ help: krmHelp, run: krm },
});

function krm({ words, problems }: Given<readonly []>, console: Console, dependencies: InjectDependencies): ExitCode {
  if (words.length + problems.length > 0)
    return misused(console, 'krm', ['Write settings into the functionConfig of the ResourceList.']);
  const source = { name: 'stdin', bytes: console.stdin() };
  const { manifests, problems: unread } = readManifests([source]);
  const [list, ...others] = manifests.filter(({ value }) => value !== null);
  if (unread.length > 0) return failed(console, unread.map(lineOf));
  if (!list || others.length > 0 || !isObject(list.value) || list.value.kind !== 'ResourceList')
    return failed(console, ['Standard input is not one ResourceList of config.kubernetes.io/v1.']);
  const injected = injectList(list, source, console, dependencies);
  const results = resultsIn(injected);
  const errors = results.filter(({ severity }) => severity === 'error');
  const warnings = results.filter(({ severity }) => severity === 'warning');
  const injections = 'result' in injected && errors.length === 0 ? injected.result.injections : [];
  const text = edited(list, injections.flatMap(documentEdits), results);
  if (text === undefined) return failed(console, [lineOf(defect(list))]);
  console.stdout(text);
  for (const warning of warnings) console.stderr(`warning: ${resultText(warning)}\n`);
  return errors.length === 0 ? 0 : failed(console, errors.map(resultText));
}

type InjectedList = InjectedSources | { readonly wrong: readonly Result[] };

function injectList(list: Manifest, source: Source, console: Console, dependencies: InjectDependencies): InjectedList {
  const { args, problems } = flagsOf(isObject(list.value) ? list.value.functionConfig : undefined);
  const { settings, problems: inFlags } = injectSettings(readFlags(['-f', '-', ...args], injectFlags));
  const wrong = [
    ...problems.map(({ path, message }) => result('error', message, undefined, `functionConfig.${path}`)),
    ...inFlags.map((message) => result('error', message, undefined, 'functionConfig')),
  ];
  return wrong.length > 0 ? { wrong } : injectSources([], [source], settings, console, dependencies);
}

function resultsIn(injected: InjectedList): readonly Result[] {
  if ('wrong' in injected) return injected.wrong;
  if ('misuse' in injected) return injected.misuse.map((message) => result('error', message));
  if ('broken' in injected) return injected.broken.map((problem) => result('error', lineOf(problem)));
  return [...injected.notes.map((note) => result('warning', note)), ...resultsOf(injected.result)];
}

/** The text of the list with the edits and the results. */
function edited(
  { text }: Manifest,
  edits: ReturnType<typeof documentEdits>,
  results: readonly Result[],
): string | undefined {
  const all = results.length === 0 ? edits : [...edits, { op: 'add', path: '/results', value: [...results] } as const];
  const splices = all.length === 0 ? { splices: [] } : editInParts(text, [], all);
  return splices && applySplices(text, splices.splices);
}

function failed(console: Console, lines: readonly string[]): ExitCode {
  for (const line of lines) console.stderr(`${line}\n`);
  return 1;
}
