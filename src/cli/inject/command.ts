import { command, type Given } from '../command.ts';
import type { Console, ExitCode } from '../console.ts';
import type { InjectDependencies } from '../dependencies.ts';
import { misused } from '../misused.ts';
import { deliver } from './delivery.ts';
import { deliveryProblems, sameNames } from './delivery-settings.ts';
import { injectHelp } from './help.ts';
import { injectSources } from './inject-sources.ts';
import { lineOf } from './locate.ts';
import type { FileProblem } from './manifests.ts';
import { misplacedLines } from './misplaced-lines.ts';
import { joinedLines, warningLines } from './report-lines.ts';
import { injectFlags, injectSettings } from './settings.ts';
import { readSources } from './sources.ts';

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
  const input = readSources(settings.files, console);
  const names = settings.outputDir === undefined ? [] : sameNames(input);
  const injected = injectSources([...input.problems, ...names], input.sources, settings, console, dependencies);
  if ('misuse' in injected) return misused(console, 'inject', injected.misuse);
  const refuse = (problems: readonly FileProblem[]) => refused(console, problems, settings.exitCode ? 2 : 1);
  if ('broken' in injected) return refuse(injected.broken);
  const { result, notes } = injected;
  const warnings = [
    ...notes.map((note) => `note: ${note}`),
    ...warningLines(result.injections),
    ...misplacedLines(result.files, result.workloads),
    ...joinedLines(result.injections),
  ];
  for (const line of warnings) console.stderr(`${line}\n`);
  if (result.problems.length > 0) return refuse(result.problems);
  const delivery = deliver(console, input, result, settings);
  return 'problems' in delivery ? refuse(delivery.problems) : delivery.code;
}

function refused(console: Console, problems: readonly FileProblem[], code: ExitCode): ExitCode {
  for (const problem of problems) console.stderr(`${lineOf(problem)}\n`);
  console.stderr(`${problems.length === 1 ? '1 problem' : `${problems.length} problems`}: nothing was injected.\n`);
  return code;
}
