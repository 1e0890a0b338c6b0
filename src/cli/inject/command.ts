import { command, type Given } from '../command.ts';
import type { Console, ExitCode } from '../console.ts';
import type { InjectDependencies } from '../dependencies.ts';
import { misused } from '../misused.ts';
import { say } from '../say.ts';
import { deliver, refused } from './delivery.ts';
import { deliveryProblems, sameNames } from './delivery-settings.ts';
import { injectHelp } from './help.ts';
import { injectSources } from './inject-sources.ts';
import { joinedLines, knativeLines, warningLines } from './report-lines.ts';
import { injectFlags, injectSettings } from './settings.ts';
import { readSources } from './sources.ts';
import { writtenLines } from './written-warnings.ts';

/** `sidecar inject`: manifests in, the same manifests with their sidecars out. Prints or writes all of them or none. */
export const injectCommand = command({
  summary: 'Add sidecars to manifests.',
  flags: injectFlags,
  help: injectHelp,
  run: inject,
});

function inject(given: Given<typeof injectFlags>, console: Console, dependencies: InjectDependencies): ExitCode {
  const { settings, problems } = injectSettings(given);
  const wrong = [...problems, ...deliveryProblems(settings, console)];
  if (wrong.length > 0) return misused(console, 'inject', wrong);
  const input = readSources(settings.filename, console);
  const names = settings['output-dir'] === undefined ? [] : sameNames(input);
  const injected = injectSources([...input.problems, ...names], input.sources, settings, console, dependencies);
  if ('misuse' in injected) return misused(console, 'inject', injected.misuse);
  if ('broken' in injected) return refused(console, injected.broken, 'injected', settings);
  const { result, notes } = injected;
  const warnings = [
    ...notes.map((note) => `note: ${note}`),
    ...warningLines(result.injections),
    ...writtenLines(result.files, result.workloads),
    ...joinedLines(result.injections),
    ...knativeLines(result.injections),
  ];
  say(console, undefined, warnings);
  if (result.problems.length > 0) return refused(console, result.problems, 'injected', settings);
  return deliver(console, input, result, 'injected', settings);
}
